import DenseMath

/// The best formulas of each dimension for one set of rows and one rung.
struct FormulaSearch: Sendable {
  let problem: SymbolicProblem
  let configuration: SymbolicConfiguration
  let threads: Int

  struct Outcome: Sendable {
    /// For each dimension from 1 the best models, best first.
    var models: [[FormulaModel]] = []
    /// Features that were scored, over all passes.
    var scored = 0
    /// In one pass.
    var features = 0
    /// Features that the last rung was made of, and whether these are not all.
    var operands = 0
    var isCut = false
  }

  typealias Progress = @Sendable (Double) -> Void

  /// The space of variables: rung 0.
  func variables() -> FeatureSpace {
    FeatureSpace(
      names: problem.variables.map(\.name), units: problem.variables.map(\.formulaUnit),
      columns: problem.columns, operators: configuration.operators)
  }

  /// - Parameters:
  ///   - space: Grown to the rung below the one that is searched; rung 0 alone with `isWhole`.
  ///   - isWhole: Whether the space alone is searched, without a further rung.
  func run(_ space: FeatureSpace, isWhole: Bool, progress: Progress? = nil) throws -> Outcome {
    guard space.count > 0 else { throw SymbolicError.constantVariables }
    var outcome = Outcome()
    switch problem.target {
    case .numbers(let targets):
      let screen = try screen(space, isWhole, by: CorrelationScore([targets]), &outcome)
      var search = NumberSearch(screen, configuration, targets)
      while outcome.models.count < configuration.dimension {
        let models = try search.next(report(progress, outcome.models.count))
        if models.isEmpty { break }
        outcome.models.append(models)
      }
      (outcome.scored, outcome.features) = (search.scored, search.features)
    case .classes(let labels, _, _):
      let weights = ClassSearch.weights(labels, isBalanced: configuration.isBalanced)
      let score = ThresholdScore(labels: labels, weights: weights, byOrder: true)
      var search = ClassSearch(
        try screen(space, isWhole, by: score, &outcome), configuration, labels)
      while outcome.models.count < configuration.dimension {
        let models = try search.next(report(progress, outcome.models.count))
        if models.isEmpty { break }
        outcome.models.append(models)
      }
      (outcome.scored, outcome.features) = (search.scored, search.features)
    }
    guard !outcome.models.isEmpty else { throw SymbolicError.nothingFound }
    return outcome
  }

  private func screen<Score: FeatureScore>(
    _ space: FeatureSpace, _ isWhole: Bool, by score: Score, _ outcome: inout Outcome
  ) throws -> FeatureScreen {
    let operands =
      isWhole
      ? nil
      : try FeatureScreen.operands(
        of: space, budget: configuration.budget, by: score, threads: threads)
    outcome.operands = operands?.count ?? space.count
    outcome.isCut = space.isCut || operands != nil
    return FeatureScreen(
      stream: FeatureStream(space, operands: operands, isEmpty: isWhole), threads: threads)
  }

  private func report(_ progress: Progress?, _ done: Int) -> Progress? {
    guard let progress else { return nil }
    let whole = Double(configuration.dimension)
    return { progress((Double(done) + $0) / whole) }
  }
}

/// The union of what the screenings kept.
struct Subspace: Sendable {
  private(set) var candidates: [CandidateFeature] = []
  private(set) var values: [[Double]] = []
  private var keys: Set<ValueKey> = []

  /// Adds features, best first.
  ///
  /// - Parameter correlation: Features that correlate more with one added in this call stay out.
  mutating func add(
    _ features: [ScreenedFeature], _ space: FeatureSpace, atMost count: Int = .max,
    correlation: Double = 2
  ) {
    var chosen: [[Double]] = []
    for feature in features where chosen.count < count {
      var row = [Double](repeating: 0, count: space.rows)
      row.withUnsafeMutableBufferPointer { space.evaluate(feature.candidate, into: $0) }
      let scaled = SparseLeastSquares.standardized(row)
      let isNew = chosen.allSatisfy { other in
        abs(zip(other, scaled).reduce(0) { $0 + $1.0 * $1.1 }) <= correlation
      }
      guard isNew else { continue }
      chosen.append(scaled)
      let key = row.withUnsafeBufferPointer { ValueKey(upToScale: $0) }
      guard keys.insert(key).inserted else { continue }
      candidates.append(feature.candidate)
      values.append(row)
    }
  }
}

/// Numbers: screening by correlation with residuals, then least squares with few features.
struct NumberSearch: Sendable {
  private let screen: FeatureScreen
  private let configuration: SymbolicConfiguration
  private let targets: [Double]
  private var subspace = Subspace()
  private var sets: [FeatureSet] = []
  private var residuals: [[Double]]
  private var dimension = 0
  private(set) var scored = 0
  private(set) var features = 0

  init(_ screen: FeatureScreen, _ configuration: SymbolicConfiguration, _ targets: [Double]) {
    self.screen = screen
    self.configuration = configuration
    self.targets = targets
    residuals = [targets]
  }

  /// The best models with one feature more; none where nothing is left to explain.
  mutating func next(_ progress: FormulaSearch.Progress?) throws -> [FormulaModel] {
    dimension += 1
    // A constant and the features need rows to be fitted to.
    guard targets.count > dimension + 1, sets.first.map({ $0.loss > 1e-24 }) ?? true else {
      return []
    }
    let outcome = try screen.best(
      configuration.subspace, by: CorrelationScore(residuals), progress: progress)
    (scored, features) = (scored + outcome.count, outcome.count)
    subspace.add(outcome.features.best, screen.stream.space)
    let least = SparseLeastSquares(features: subspace.values, target: targets)
    sets = least.best(
      dimension, capacity: max(configuration.top, SparseLeastSquares.starts), smaller: sets)
    let fits = sets.prefix(max(configuration.top, configuration.residuals)).compactMap { set in
      LinearFit(features: set.places.map { subspace.values[$0] }, target: targets).map {
        (set, $0)
      }
    }
    residuals = fits.prefix(configuration.residuals).map { set, fit in
      let values = fit.values(set.places.map { subspace.values[$0] }, rows: targets.count)
      return zip(targets, values).map { $0 - $1 }
    }
    return fits.prefix(configuration.top).map(model)
  }

  private func model(_ set: FeatureSet, _ fit: LinearFit) -> FormulaModel {
    let terms = zip(set.places, fit.coefficients).map { place, coefficient in
      FormulaModel.Term(
        formula: screen.stream.space.formula(subspace.candidates[place]), coefficient: coefficient)
    }
    return FormulaModel(
      terms: terms, intercept: fit.intercept, fallback: Statistics.mean(targets), rule: nil)
  }
}
