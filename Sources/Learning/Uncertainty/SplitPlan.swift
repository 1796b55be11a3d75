import DenseMath
import Ecosystem
import Matter

/// The splits of a ``SplitComparison`` with the rows of their folds.
struct SplitPlan: Sendable {
  struct Item: Sendable {
    let kind: SplitComparison.Entry.Kind
    let parts: [TrainingPipeline.Part]
  }

  let splits: [Item]
  private let elements: [Element]

  /// Splits that the rows do not allow (too few elements to hold one out, rows that are all alike)
  /// are left out; the formula split is always there.
  init(_ dataset: Dataset, folds: Int, seed: UInt64) throws {
    let rows = SplitRows(dataset)
    func parts(_ maker: SplitMaker) throws(SplitError) -> [TrainingPipeline.Part] {
      let split = try maker.split()
      return (0..<split.foldCount).map {
        TrainingPipeline.Part(training: split.training($0), test: split.test($0))
      }
    }
    let keys = rows.compositions.map(CompositionKey.init)
    let different = Set(keys).count
    let count = max(2, min(folds, different))
    var recipe = SplitRecipe(.grouped, folds: count, seed: seed)
    recipe.groups = .formula
    var splits = [Item(kind: .formula, parts: try parts(SplitMaker(rows, recipe: recipe)))]
    if different < keys.count {
      let maker = SplitMaker(rows, recipe: SplitRecipe(.random, folds: count, seed: seed))
      splits.append(Item(kind: .random, parts: try parts(maker)))
    }
    var maker = SplitMaker(rows, recipe: SplitRecipe(.cluster, folds: count, seed: seed))
    maker.features = try Self.features(dataset)
    if let clusters = try? parts(maker) {
      splits.append(Item(kind: .cluster, parts: Self.usable(clusters, dataset)))
    }
    elements = Self.elements(dataset)
    let held = elements.compactMap { element -> TrainingPipeline.Part? in
      var recipe = SplitRecipe(.element, folds: 1, seed: seed)
      recipe.elements = [element]
      return (try? parts(SplitMaker(rows, recipe: recipe)))?.first
    }
    splits.append(Item(kind: .element, parts: held))
    self.splits = splits.filter { !$0.parts.isEmpty }
  }

  /// What the folds of a split are.
  func detail(of kind: SplitComparison.Entry.Kind) -> String {
    switch kind {
    case .element: return elements.map(\.symbol).joined(separator: ", ")
    case .random:
      guard splits.contains(where: { $0.kind == .random }) else { return "no formula repeats" }
      return "\(splits.first { $0.kind == kind }?.parts.count ?? 0) folds"
    case .formula: return "\(splits.first { $0.kind == kind }?.parts.count ?? 0) folds"
    case .cluster: return "\(splits.first { $0.kind == kind }?.parts.count ?? 0) clusters"
    }
  }

  /// Folds whose training rows can teach something.
  private static func usable(
    _ parts: [TrainingPipeline.Part], _ dataset: Dataset
  ) -> [TrainingPipeline.Part] {
    parts.filter { part in
      guard part.training.count >= TrainingPipeline.leastRows else { return false }
      let first = dataset.rows[part.training[0]].target
      return part.training.contains { dataset.rows[$0].target != first }
    }
  }

  /// Elements to hold out: at most five, evenly by atomic number among those of 1 to 20 % of the
  /// rows, and of at least three.
  static func elements(_ dataset: Dataset) -> [Element] {
    var counts: [Element: Int] = [:]
    for row in dataset.rows {
      for element in row.candidate.composition.elements { counts[element, default: 0] += 1 }
    }
    let (least, most) = (max(3, dataset.rows.count / 100), dataset.rows.count / 5)
    let fitting = counts.filter { (least...max(least, most)).contains($0.value) }.keys.sorted()
      .filter { element in
        let rest = dataset.rows.filter { !$0.candidate.composition.elements.contains(element) }
        return rest.count >= TrainingPipeline.leastRows && Set(rest.map(\.target)).count > 1
      }
    let count = min(SplitComparer.heldOutElements, fitting.count)
    return (0..<count).map { fitting[(2 * $0 + 1) * fitting.count / (2 * count)] }
  }

  /// Element statistics of the compositions, without columns that some composition lacks.
  private static func features(_ dataset: Dataset) throws -> Matrix {
    let matrix = try CandidateFeatures.magpie.matrix(dataset.candidates)
    let whole = (0..<matrix.columns).filter { column in
      (0..<matrix.rows).allSatisfy { matrix[$0, column].isFinite }
    }
    return Matrix(
      rows: matrix.rows, columns: whole.count,
      elements: (0..<matrix.rows).flatMap { row in whole.map { matrix[row, $0] } })
  }
}
