public import DenseMath
import Matter

/// Makes splits: what each kind of ``SplitRecipe`` means.
///
/// Matters to all: the same recipe and rows give the same folds on every machine.
public struct SplitMaker: Sendable {
  public let rows: SplitRows
  public let recipe: SplitRecipe

  /// Numbers of the rows; the stratified and the sparse kind need them.
  public var targets: [Double]?

  /// Texts of ``SplitRecipe/column``: classes, groups, or times.
  public var labels: [String]?

  /// `[rows, width]`; the cluster kind needs them. Columns are standardized here.
  public var features: Matrix?

  public init(_ rows: SplitRows, recipe: SplitRecipe) {
    self.rows = rows
    self.recipe = recipe
  }

  /// - Throws: ``SplitError`` when the recipe lacks something or the rows do not allow it.
  public func split() throws(SplitError) -> Split {
    let hasOneTest = [.time, .sparse, .element].contains(recipe.kind)
    guard recipe.folds >= (hasOneTest ? 1 : 2) else { throw .tooFewFolds(recipe.folds) }
    guard rows.count >= max(2, recipe.folds) else {
      throw .tooFewRows(rows.count, folds: recipe.folds)
    }
    let (folds, names) = try assignment()
    return try Split(
      name: name(foldCount: names?.count ?? recipe.folds), recipe: recipe,
      rowsHash: rows.hash.hex, folds: folds, foldNames: names)
  }

  private func assignment() throws(SplitError) -> (folds: [Int?], names: [String]?) {
    switch recipe.kind {
    case .random: return (random(), nil)
    case .stratified: return (try stratified(), nil)
    case .grouped: return (try grouped(), nil)
    case .matbench: return (try matbench(), nil)
    case .cluster: return try clusters()
    case .element: return try elementHeldOut()
    case .sparse: return try sparse()
    case .time: return try periods()
    }
  }

  private func name(foldCount: Int) -> String {
    let by = recipe.column ?? recipe.groups?.rawValue
    let what = by.map { "\(recipe.kind.rawValue) by \($0)" } ?? recipe.kind.rawValue
    return "\(what), \(foldCount) \(foldCount == 1 ? "fold" : "folds")"
  }

  // MARK: Random and stratified

  private func random() -> [Int?] {
    var generator = SplitMix64(seed: recipe.seed)
    var folds = [Int?](repeating: nil, count: rows.count)
    for (place, row) in generator.shuffled(0..<rows.count).enumerated() {
      folds[row] = place % recipe.folds
    }
    return folds
  }

  /// Rows in order of class or target, cut into blocks of one row for each fold; within a block
  /// chance decides. No fold has more than one row of a class (or range) above another.
  private func stratified() throws(SplitError) -> [Int?] {
    let order: [Int]
    if let labels {
      try checkClasses(labels)
      order = rows.identifiers.indices.sorted { (labels[$0], $0) < (labels[$1], $1) }
    } else if let targets {
      order = try ascending(targets)
    } else {
      throw .missing("a target, or a column of classes", kind: "stratified")
    }
    var generator = SplitMix64(seed: recipe.seed)
    var folds = [Int?](repeating: nil, count: rows.count)
    for start in stride(from: 0, to: order.count, by: recipe.folds) {
      let block = order[start..<min(start + recipe.folds, order.count)]
      let drawn = generator.shuffled(0..<recipe.folds)
      for (row, fold) in zip(block, drawn) { folds[row] = fold }
    }
    return folds
  }

  private func checkClasses(_ labels: [String]) throws(SplitError) {
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
    if let small = counts.filter({ $0.value < recipe.folds }).min(by: { $0.key < $1.key }) {
      throw .classTooSmall(small.key, count: small.value, folds: recipe.folds)
    }
  }

  /// Rows in order of a number, ties in their own order.
  private func ascending(_ values: [Double]) throws(SplitError) -> [Int] {
    if let row = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: row) }
    return values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  }

  /// Matbench v0.1: Dunn et al., npj Comput. Mater. 6, 138 (2020).
  private func matbench() throws(SplitError) -> [Int?] {
    guard let labels else {
      return MatbenchFolds.regression(count: rows.count, folds: recipe.folds)
    }
    try checkClasses(labels)
    return MatbenchFolds.classification(labels, folds: recipe.folds)
  }

  // MARK: Groups

  /// The largest group first, each into the fold that has the fewest rows; equal groups in an order
  /// that the seed decides.
  private func grouped() throws(SplitError) -> [Int?] {
    guard let keys = labels ?? recipe.groups.map(rows.keys) else {
      throw .missing("a column of groups, or groups by formula or chemical system", kind: "grouped")
    }
    let sizes = Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +)
    guard sizes.count >= recipe.folds else {
      throw .tooFewGroups(sizes.count, folds: recipe.folds)
    }
    var generator = SplitMix64(seed: recipe.seed)
    let shuffled = generator.shuffled(sizes.sorted { $0.key < $1.key })
    let order = shuffled.indices.sorted {
      (-shuffled[$0].value, $0) < (-shuffled[$1].value, $1)
    }
    var load = [Int](repeating: 0, count: recipe.folds)
    var fold: [String: Int] = [:]
    for group in order.map({ shuffled[$0] }) {
      let lightest = load.indices.min { (load[$0], $0) < (load[$1], $1) } ?? 0
      fold[group.key] = lightest
      load[lightest] += group.value
    }
    return keys.map { fold[$0] }
  }

  /// More clusters take long to find and leave little to test.
  public static let mostClusters = 200

  /// Leave-one-cluster-out: Meredig et al., Mol. Syst. Des. Eng. 3, 819 (2018).
  private func clusters() throws(SplitError) -> ([Int?], [String]) {
    guard let features, features.rows == rows.count else {
      throw .missing("one row of features for each material", kind: "cluster")
    }
    if let place = features.elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: place / features.columns)
    }
    guard recipe.folds <= Self.mostClusters else {
      throw .tooManyClusters(recipe.folds, limit: Self.mostClusters)
    }
    let clusters = KMeans(
      standardizing: features, clusters: recipe.folds, seed: recipe.seed)
    let sizes = (0..<clusters.count).map { cluster in
      clusters.assignment.count { $0 == cluster }
    }
    return (clusters.assignment, sizes.enumerated().map { "cluster \($0 + 1) (\($1) rows)" })
  }

  private func elementHeldOut() throws(SplitError) -> ([Int?], [String]) {
    guard let elements = recipe.elements, !elements.isEmpty else {
      throw .missing("the elements to hold out", kind: "element")
    }
    let held = Set(elements)
    let folds = rows.compositions.map { composition -> Int? in
      composition.elements.contains(where: held.contains) ? 0 : nil
    }
    return (folds, ["with " + elements.map(\.symbol).joined(separator: " or ")])
  }

  // MARK: Extremes and time

  /// The rows farthest out in the order of targets; equal targets stay together where they would
  /// straddle the border, on the training side.
  private func sparse() throws(SplitError) -> ([Int?], [String]) {
    guard let targets else { throw .missing("a target", kind: "sparse") }
    let share = recipe.share ?? 0.1
    guard share > 0, share < 1 else { throw .invalidShare(share) }
    let order = try ascending(targets).map { targets[$0] }
    let tail = recipe.tail ?? .both
    let count = Double(order.count) * share / (tail == .both ? 2 : 1)
    let many = min(max(Int(count.rounded()), 1), order.count - 1)
    let (low, high) = (order[many], order[order.count - 1 - many])
    let folds = targets.map { target -> Int? in
      let isLow = tail != .high && target < low
      let isHigh = tail != .low && target > high
      return isLow || isHigh ? 0 : nil
    }
    return (folds, [tail == .both ? "lowest and highest" : "\(tail.rawValue)est"])
  }

  /// `folds` + 1 periods of about equal size; the first only trains. Rows of one time stay in one
  /// period.
  private func periods() throws(SplitError) -> ([Int?], [String]) {
    guard let labels else { throw .missing("a column of times", kind: "time") }
    let numbers = labels.map { Double($0) }
    let areNumbers = numbers.allSatisfy { $0?.isFinite ?? false }
    let order = labels.indices.sorted { first, second in
      if areNumbers, let a = numbers[first], let b = numbers[second], a != b { return a < b }
      return labels[first] == labels[second] ? first < second : labels[first] < labels[second]
    }
    let size = Double(order.count) / Double(recipe.folds + 1)
    var folds = [Int?](repeating: nil, count: order.count)
    var names: [String] = []
    var period = 0
    for (place, row) in order.enumerated() {
      let isNewTime = place > 0 && labels[order[place - 1]] != labels[row]
      if isNewTime, Double(place) >= size * Double(period + 1) - 0.5, period < recipe.folds {
        period += 1
        names.append("from \(labels[row])")
      }
      folds[row] = period == 0 ? nil : period - 1
    }
    guard !names.isEmpty else { throw .noTestRows }
    return (folds, names)
  }
}
