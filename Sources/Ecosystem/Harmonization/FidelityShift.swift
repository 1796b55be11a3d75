internal import DenseMath
public import Matter

/// How values of one method differ from those of another, learned from materials that have both.
public struct FidelityShift: Codable, Hashable, Sendable {
  /// In what form values are corrected.
  public enum Form: String, Codable, CaseIterable, Sendable {
    /// By the median difference.
    case shift
    /// By a straight line through the values.
    case line
    /// By the median difference and a part for each element.
    case elements
  }

  public let source: String
  public let target: String

  /// Materials with both; target minus source is what follows.
  public let pairs: Int
  public let median: IntervalEstimate
  public let huber: IntervalEstimate

  /// Robust standard deviation of the differences.
  public let spread: Double

  /// Theil–Sen; `nil` where all source values are equal.
  public let slope: IntervalEstimate?
  public let intercept: Double?

  let elements: ElementShifts

  /// Mean absolute difference that is left on held-out materials (five folds), by form; `none`
  /// without a correction.
  public let remaining: [String: Double]

  public static let fewestPairs = 10

  public struct Pair: Sendable {
    public let composition: Composition
    public let source: Double
    public let target: Double

    public init(_ composition: Composition, source: Double, target: Double) {
      self.composition = composition
      self.source = source
      self.target = target
    }
  }

  /// - Throws: ``HarmonizationError/tooFewPairs(from:to:count:)``.
  public init(
    from source: String, to target: String, pairs: [Pair], seed: UInt64 = 0
  ) throws(HarmonizationError) {
    guard pairs.count >= Self.fewestPairs else {
      throw .tooFewPairs(from: source, to: target, count: pairs.count)
    }
    let differences = pairs.map { $0.target - $0.source }
    self.source = source
    self.target = target
    self.pairs = pairs.count
    median = .bootstrap(differences, seed: seed, Statistics.median)
    huber = .bootstrap(differences, seed: seed, rounds: 400, RobustEstimates.huber)
    spread = RobustEstimates.spread(differences)
    let line = RobustEstimates.theilSen(
      pairs.map(\.source), pairs.map(\.target), seed: seed)
    slope = line?.slope
    intercept = line?.intercept
    let ridge = Self.bestRidge(pairs, seed)
    elements = ElementShifts(pairs.map(\.composition), differences, ridge: ridge)
    remaining = Self.remaining(pairs, ridge, seed)
  }

  /// The parts of the elements, by symbol, with standard errors.
  public var elementShifts: [(element: String, value: Double, standardError: Double)] {
    elements.shifts.map { ($0.element, $0.value, $0.standardError) }
  }

  /// A value of the source method as the target method would give it.
  ///
  /// - Returns: The value and the standard uncertainty that the correction adds: the spread of what
  ///   the form leaves unexplained on held-out materials, `1.2533 ×` its mean absolute value.
  public func corrected(
    _ value: Double, of composition: Composition, by form: Form
  ) -> (value: Double, standardUncertainty: Double) {
    let left = 1.2533 * (remaining[form.rawValue] ?? spread)
    switch form {
    case .shift: return (value + median.value, left)
    case .line:
      guard let slope, let intercept else { return (value + median.value, left) }
      return (slope.value * value + intercept, left)
    case .elements: return (value + elements.predict(composition), left)
    }
  }

  // MARK: Held-out materials

  private static func folds(_ count: Int, _ seed: UInt64) -> [[Int]] {
    var generator = SplitMix64(seed: seed)
    let order = generator.shuffled(0..<count)
    return (0..<5).map { fold in
      order.enumerated().filter { $0.offset % 5 == fold }.map(\.element)
    }
  }

  private static func meanError(
    _ pairs: [Pair], _ seed: UInt64, _ fit: ([Pair]) -> (Pair) -> Double
  ) -> Double {
    var sum = 0.0
    for held in folds(pairs.count, seed) {
      let out = Set(held)
      let predict = fit(pairs.indices.filter { !out.contains($0) }.map { pairs[$0] })
      for place in held { sum += abs(pairs[place].target - predict(pairs[place])) }
    }
    return sum / Double(pairs.count)
  }

  private static func fitElements(_ ridge: Double) -> ([Pair]) -> (Pair) -> Double {
    { training in
      let shifts = ElementShifts(
        training.map(\.composition), training.map { $0.target - $0.source }, ridge: ridge)
      return { $0.source + shifts.predict($0.composition) }
    }
  }

  private static func bestRidge(_ pairs: [Pair], _ seed: UInt64) -> Double {
    let candidates = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100]
    let errors = candidates.map { meanError(pairs, seed &+ 1, fitElements($0)) }
    let best = errors.indices.min { (errors[$0], -$0) < (errors[$1], -$1) } ?? 0
    return candidates[best]
  }

  private static func remaining(
    _ pairs: [Pair], _ ridge: Double, _ seed: UInt64
  ) -> [String: Double] {
    [
      "none": meanError(pairs, seed) { _ in { $0.source } },
      Form.shift.rawValue: meanError(pairs, seed) { training in
        let shift = Statistics.median(training.map { $0.target - $0.source })
        return { $0.source + shift }
      },
      Form.line.rawValue: meanError(pairs, seed) { training in
        let shift = Statistics.median(training.map { $0.target - $0.source })
        guard
          let line = RobustEstimates.theilSen(
            training.map(\.source), training.map(\.target), seed: seed)
        else { return { $0.source + shift } }
        return { line.slope.value * $0.source + line.intercept }
      },
      Form.elements.rawValue: meanError(pairs, seed, fitElements(ridge)),
    ]
  }
}
