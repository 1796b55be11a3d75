import DenseMath

/// Classes: one feature by the best cut; several by screening with the residuals of logistic
/// regression, then the best straight line between the classes.
struct ClassSearch: Sendable {
  private let screen: FeatureScreen
  private let configuration: SymbolicConfiguration
  private let labels: [Bool]
  /// With the sum 1.
  private let weights: [Double]
  private var subspace = Subspace()
  /// The subspace with mean 0 and deviation 1.
  private var scaled: [[Double]] = []
  private var sets: [FeatureSet] = []
  private var dimension = 0
  private(set) var scored = 0
  private(set) var features = 0

  /// Of features that are nearly the same, by their correlation, one is combined with others.
  private static let mostCorrelation = 0.99
  /// Features that are looked at for each that stays.
  private static let surplus = 10

  init(_ screen: FeatureScreen, _ configuration: SymbolicConfiguration, _ labels: [Bool]) {
    self.screen = screen
    self.configuration = configuration
    self.labels = labels
    weights = ClassSearch.weights(labels, isBalanced: configuration.isBalanced)
  }

  /// Weights of rows with the sum 1.
  static func weights(_ labels: [Bool], isBalanced: Bool?) -> [Double] {
    let positive = Double(labels.count { $0 })
    let negative = Double(labels.count) - positive
    guard isBalanced ?? (min(positive, negative) < Double(labels.count) / 4) else {
      return [Double](repeating: 1 / Double(labels.count), count: labels.count)
    }
    return labels.map { 0.5 / ($0 ? positive : negative) }
  }

  /// The best models with one feature more; none where nothing is left to explain.
  mutating func next(_ progress: FormulaSearch.Progress?) throws -> [FormulaModel] {
    dimension += 1
    if dimension == 1 { return try first(progress) }
    if dimension == 2 {
      try extend(by: CorrelationScore([weights.indices.map { labels[$0] ? weights[$0] : 0 }]), nil)
    }
    let residuals = residuals()
    guard let count = residuals.first?.count else { return [] }
    try extend(by: CorrelationScore(residuals)) { progress?($0 / 2) }
    // Wild values hide from a correlation, not from a cut.
    let left = (0..<count).map { row in residuals.reduce(0) { $0 + abs($1[row]) } }
    guard left.contains(where: { $0 > 0 }) else { return [] }
    try extend(by: ThresholdScore(labels: labels, weights: left, byOrder: false)) {
      progress?(0.5 + $0 / 2)
    }
    sets = try separators()
    return sets.prefix(configuration.top).compactMap(model)
  }

  /// One feature: ranked by the share of rows on the right side of the best cut.
  private mutating func first(_ progress: FormulaSearch.Progress?) throws -> [FormulaModel] {
    let score = ThresholdScore(labels: labels, weights: weights, byOrder: true)
    let outcome = try screen.best(configuration.subspace, by: score, progress: progress)
    (scored, features) = (outcome.count, outcome.count)
    add(outcome.features.best)
    var best = BestSets(capacity: configuration.subspace)
    for place in scaled.indices {
      if let fit = fit([place]) { best.offer(fit.loss, [place]) }
    }
    sets = best.sets
    return scaled.indices.prefix(configuration.top).map { model([($0, 1)]) }
  }

  /// Adds the features that a score puts first.
  private mutating func extend<Score: FeatureScore>(
    by score: Score, _ progress: FormulaSearch.Progress?
  ) throws {
    let outcome = try screen.best(
      Self.surplus * configuration.subspace, by: score, progress: progress)
    (scored, features) = (scored + outcome.count, outcome.count)
    add(outcome.features.best, atMost: configuration.subspace, correlation: Self.mostCorrelation)
  }

  private mutating func add(
    _ features: [ScreenedFeature], atMost count: Int = .max, correlation: Double = 2
  ) {
    let before = subspace.candidates.count
    subspace.add(features, screen.stream.space, atMost: count, correlation: correlation)
    scaled += subspace.values[before...].map { values in
      let mean = Statistics.mean(values)
      let deviation = Statistics.standardDeviation(values)
      return values.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
    }
  }

  private func fit(_ places: [Int]) -> LogisticSeparator? {
    var rows = LogisticSeparator.Rows(labels: labels, weights: weights)
    for (slot, place) in places.enumerated() { rows.set(slot, scaled[place]) }
    return LogisticSeparator(rows, features: places.count)
  }

  /// What the best sets leave of each row: class minus probability, weighted.
  private func residuals() -> [[Double]] {
    sets.prefix(configuration.residuals).compactMap { set in
      guard let fit = fit(set.places) else { return nil }
      var rows = LogisticSeparator.Rows(labels: labels, weights: weights)
      for (slot, place) in set.places.enumerated() { rows.set(slot, scaled[place]) }
      return fit.probabilities(rows).enumerated().map { row, probability in
        weights[row] * ((labels[row] ? 1 : 0) - probability)
      }
    }
  }

  /// Every pair, or the best sets with one feature more, by likelihood.
  private func separators() throws -> [FeatureSet] {
    let starts: [[Int]] =
      dimension == 2
      ? scaled.indices.map { [$0] } : sets.prefix(configuration.subspace).map(\.places)
    let (labels, weights, scaled, dimension) = (labels, weights, scaled, dimension)
    let capacity = configuration.subspace
    let parts = try parallelMap(starts, threads: screen.threads) { start in
      var best = BestSets(capacity: capacity)
      var rows = LogisticSeparator.Rows(labels: labels, weights: weights)
      for (slot, place) in start.enumerated() { rows.set(slot, scaled[place]) }
      guard let base = LogisticSeparator(rows, features: start.count) else { return best }
      for place in (dimension == 2 ? start[0] + 1 : 0)..<scaled.count
      where !start.contains(place) {
        rows.set(dimension - 1, scaled[place])
        guard
          let fit = LogisticSeparator(rows, features: dimension, start: base.parameters)
        else { continue }
        best.offer((fit.loss * 1e9).rounded() / 1e9, (start + [place]).sorted())
      }
      return best
    }
    var best = BestSets(capacity: capacity)
    var seen: Set<[Int]> = []
    for set in parts.flatMap(\.sets).sorted(by: FeatureSet.precedes)
    where seen.insert(set.places).inserted {
      best.offer(set.loss, set.places)
    }
    return best.sets
  }

  private func model(_ set: FeatureSet) -> FormulaModel? {
    guard let fit = fit(set.places) else { return nil }
    return model(
      set.places.enumerated().map { slot, place in
        let deviation = Statistics.standardDeviation(subspace.values[place])
        return (place, fit.parameters[slot + 1] / deviation)
      })
  }

  private func model(_ terms: [(place: Int, coefficient: Double)]) -> FormulaModel {
    var values = [Double](repeating: 0, count: labels.count)
    for (place, coefficient) in terms {
      for row in values.indices { values[row] += coefficient * subspace.values[place][row] }
    }
    return FormulaModel(
      terms: terms.map {
        FormulaModel.Term(
          formula: screen.stream.space.formula(subspace.candidates[$0.place]),
          coefficient: $0.coefficient)
      },
      intercept: 0, fallback: labels.count { $0 } * 2 > labels.count ? 1 : 0,
      rule: FormulaModel.rule(values, labels: labels, weights: weights))
  }
}
