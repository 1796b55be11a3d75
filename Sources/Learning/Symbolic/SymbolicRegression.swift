import DenseMath
import Foundation

/// Looks for a formula: symbolic regression after SISSO.
///
/// Ouyang et al., Phys. Rev. Mater. 2, 083802 (2018): features of growing complexity are made of the
/// variables, those that explain most are kept (screening), and the best few of these are combined.
/// As in Purcell et al., J. Open Source Softw. 7, 3960 (2022), the screening serves the residuals of
/// several formulas. Different here: features of the last rung are never stored; rung and dimension
/// are chosen by cross-validation inside the training rows, with all features made anew in each fold;
/// classes are divided by one cut, not by overlapping hulls, which one stray row would decide.
///
/// Law: what is found depends on rows and settings, not on the number of threads.
public struct SymbolicRegression: Sendable {
  public var configuration: SymbolicConfiguration
  public var threads: Int

  /// How much is done, with what is being done.
  public typealias Progress = @Sendable (_ fraction: Double, _ label: String) -> Void

  public static let leastRows = 8
  public static let leastClassRows = 3

  public init(_ configuration: SymbolicConfiguration = SymbolicConfiguration(), threads: Int) {
    self.configuration = configuration
    self.threads = threads
  }

  /// - Parameters:
  ///   - training: The rows that formulas are found and chosen by.
  ///   - test: Rows that are only judged; may be empty.
  /// - Throws: ``SymbolicError``.
  public func find(
    _ problem: SymbolicProblem, training: [Int], test: [Int], progress: Progress? = nil
  ) throws -> SymbolicResult {
    let rows = problem.rows(training)
    try check(rows)
    let folds = assignment(rows.target)
    let count = (folds.max() ?? 0) + 1
    let steps = Double(count + 1)
    var choices: [SymbolicResult.Choice] = []
    for fold in 0..<count {
      let inside = folds.indices.filter { folds[$0] != fold }
      let outside = rows.rows(folds.indices.filter { folds[$0] == fold })
      try run(rows.rows(inside), upTo: configuration.rungs) { rung, outcome in
        for dimension in 1...configuration.dimension {
          // Where nothing was left to explain, the smaller formula stands for the larger.
          let models = outcome.models[min(dimension, outcome.models.count) - 1]
          add(models[0].losses(outside), rung, dimension, outcome, to: &choices)
        }
      } progress: {
        progress?((Double(fold) + $0) / steps, "fold \(fold + 1) of \(count)")
      }
    }
    // Below rounding, an error is none.
    let least = 1e-24 * rows.target.variation
    for place in choices.indices where choices[place].loss < least { choices[place].loss = 0 }
    let chosen = choices.min(by: SymbolicResult.Choice.precedes)
    guard let chosen else { throw SymbolicError.nothingFound }
    var last: FormulaSearch.Outcome?
    try run(rows, only: chosen.rung) { _, outcome in
      last = outcome
    } progress: {
      progress?((Double(count) + $0) / steps, "all training rows")
    }
    guard let last else { throw SymbolicError.nothingFound }
    let dimension = min(chosen.dimension, last.models.count)
    return SymbolicResult(
      problem, models: last.models[dimension - 1], training: training, test: test,
      choices: choices, chosen: chosen, search: last, configuration: configuration)
  }

  private func check(_ rows: SymbolicProblem) throws(SymbolicError) {
    guard rows.rowCount >= Self.leastRows else {
      throw .tooFewRows(rows.rowCount, least: Self.leastRows)
    }
    switch rows.target {
    case .numbers(let values):
      if values.allSatisfy({ $0 == values[0] }) { throw .constantTarget(rows.targetName) }
    case .classes(let labels, let positive, let negative):
      let count = labels.count { $0 }
      guard count > 0, count < labels.count else { throw .tooFewClasses }
      for (name, count) in [(positive, count), (negative, labels.count - count)]
      where count < Self.leastClassRows {
        throw .smallClass(name, count: count, least: Self.leastClassRows)
      }
    }
  }

  /// The fold of each row; each fold has its share of each class.
  private func assignment(_ target: SymbolicTarget) -> [Int] {
    var generator = SplitMix64(seed: configuration.seed, stream: 0xF01D)
    var groups = [Array(0..<target.count)]
    if case .classes(let labels, _, _) = target {
      groups = [true, false].map { label in labels.indices.filter { labels[$0] == label } }
    }
    let count = min(max(configuration.folds, 2), groups.map(\.count).min() ?? 2)
    var folds = [Int](repeating: 0, count: target.count)
    var place = 0
    for row in groups.flatMap({ generator.shuffled($0) }) {
      folds[row] = place % count
      place += 1
    }
    return folds
  }

  /// Searches rung after rung, or one of them alone.
  private func run(
    _ rows: SymbolicProblem, upTo highest: Int = 0, only rung: Int? = nil,
    _ body: (Int, FormulaSearch.Outcome) -> Void, progress: @escaping @Sendable (Double) -> Void
  ) throws {
    let search = FormulaSearch(problem: rows, configuration: configuration, threads: threads)
    var space = search.variables()
    for next in 0...(rung ?? highest) {
      if next >= 2 { space.grow() }
      guard rung == nil || next == rung else { continue }
      // Nearly all time goes into the highest rung.
      let isLast = next == rung ?? highest
      let outcome = try search.run(
        space, isWhole: next == 0, progress: isLast ? progress : nil)
      body(next, outcome)
    }
  }

  private func add(
    _ losses: [Double], _ rung: Int, _ dimension: Int, _ outcome: FormulaSearch.Outcome,
    to choices: inout [SymbolicResult.Choice]
  ) {
    let place = choices.firstIndex { $0.rung == rung && $0.dimension == dimension }
    if place == nil {
      choices.append(SymbolicResult.Choice(rung: rung, dimension: dimension))
    }
    let own = place ?? choices.count - 1
    choices[own].rows += losses.count
    choices[own].loss += losses.reduce(0, +)
    choices[own].features = max(choices[own].features, outcome.features)
  }
}
