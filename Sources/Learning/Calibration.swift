import DenseMath
import Foundation
public import Matter

/// Widths of intervals that hold, learned from predictions of rows that were held out.
///
/// Normalized split-conformal prediction (Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018),
/// section 5): an interval reaches q spreads to either side of the mean, and q is the
/// ⌈(n + 1) · coverage⌉-th smallest of the n scores |target − mean| / spread. The spread is the
/// predicted standard deviation; a surrogate that knows quantiles has one for either side
/// (``Prediction/tails``). Where rows are exchangeable and one model predicted both the scored
/// rows and the new one, the interval covers a new target with at least the nominal probability,
/// whatever the error's distribution. With scores from the folds of a cross-validation and a last
/// model trained on all rows that is an approximation (Barber et al., Ann. Stat. 49, 486 (2021));
/// ``TrainingQuality`` reports the coverage that was observed.
///
/// Coverage shall also hold inside a group of materials (``group(of:)``), so that each group has
/// scores of its own (Mondrian conformal prediction: Vovk, Gammerman and Shafer, Algorithmic
/// Learning in a Random World (2005), section 4.5), drawn towards those of all rows where they are
/// few: see ``multiplier(coverage:group:)``.
///
/// With few scores that quantile need not exist (90 % needs 9 scores, 95 % needs 19). Then q is
/// the larger of the largest score and the normal quantile times the root mean square score:
/// ``isConformal(coverage:)`` answers false, and nothing is guaranteed.
public struct Calibration: Codable, Hashable, Sendable {
  /// `|target − mean| / spread` of the held-out rows, ascending.
  public let scores: [Double]

  /// Spread below which the predicted one does not count, in the unit of the target: keeps a
  /// prediction that claims to be certain from giving an interval of no width.
  public let leastSpread: Double

  /// The scores of the rows of each group, ascending; `nil` where groups were not told apart.
  public let groups: [String: [Double]]?

  /// What predicted standard deviations become; `nil` in older model files.
  public let recalibration: Recalibration?

  /// - Parameters:
  ///   - predictions: Made without their own row.
  ///   - targets: In the order of `predictions`; one or more.
  ///   - groups: The group of each row, or `nil` where it has none.
  public init(
    predictions: [Prediction], targets: [Double], groups: [String?]? = nil
  ) throws(MetricsError) {
    precondition(groups.map { $0.count == targets.count } ?? true, "a group for each row")
    let spreads = predictions.map(\.standardDeviation)
    try UncertaintyMetrics.check(targets, predictions.map(\.mean), spreads)
    let squares = zip(predictions, targets).map { ($0.mean - $1) * ($0.mean - $1) }
    // A model may be certain of the rows that it was trained on; of no held-out row it was more
    // certain than this.
    let certain = spreads.sorted()[spreads.count / 10]
    let least = max(
      certain, 1e-3 * Statistics.mean(squares).squareRoot(), .leastNormalMagnitude)
    let scores = zip(predictions, targets).map { prediction, target in
      let side: Prediction.Side = target < prediction.mean ? .below : .above
      return abs(target - prediction.mean) / max(prediction.spread(side), least)
    }
    leastSpread = least
    recalibration = Recalibration(predictions: predictions, targets: targets)
    self.scores = scores.sorted()
    self.groups = groups.map { names in
      var parts: [String: [Double]] = [:]
      for (name, score) in zip(names, scores) {
        if let name { parts[name, default: []].append(score) }
      }
      return parts.mapValues { $0.sorted() }
    }
  }

  /// - Parameter heldOut: One or more; their groups are told apart.
  public init(_ heldOut: [HeldOut]) throws(MetricsError) {
    try self.init(
      predictions: heldOut.map(\.prediction), targets: heldOut.map(\.target),
      groups: heldOut.map(\.group))
  }

  /// The number of spreads on either side that a coverage needs.
  ///
  /// - Parameter coverage: In 0..<1; 0.9 for 90 %.
  public func multiplier(coverage: Double) -> Double {
    if let score = Calibration.conformalQuantile(scores, coverage: coverage) { return score }
    let normal = Normal.quantile(0.5 + 0.5 * coverage)
    return max(normal * spreadFactor, scores.last ?? normal)
  }

  /// Whether the guarantee of conformal prediction holds at this coverage: whether there are
  /// enough scores.
  public func isConformal(coverage: Double) -> Bool {
    Calibration.conformalQuantile(scores, coverage: coverage) != nil
  }

  /// How much larger errors are than the predicted spread: the root mean square score.
  public var spreadFactor: Double {
    Statistics.mean(scores.map { $0 * $0 }).squareRoot()
  }

  /// The interval for a new measurement, in the unit of the target.
  ///
  /// - Parameters:
  ///   - group: The material's ``group(of:)``; `nil` for the scores of all rows alike.
  ///   - coverage: In 0..<1.
  ///   - widening: A factor on the width, for materials unlike the calibrated ones.
  public func interval(
    for prediction: Prediction, group: String? = nil, coverage: Double, widening: Double = 1
  ) -> ClosedRange<Double> {
    let factor = widening * multiplier(coverage: coverage, group: group)
    let below = factor * max(prediction.spread(.below), leastSpread)
    let above = factor * max(prediction.spread(.above), leastSpread)
    let (lowest, highest) = (prediction.mean - below, prediction.mean + above)
    guard lowest.isFinite, highest.isFinite else { return -.infinity ... .infinity }
    return lowest...highest
  }

  /// The interval for a new measurement of a material, calibrated with its group.
  public func interval(
    for prediction: Prediction, of candidate: Candidate, coverage: Double, widening: Double = 1
  ) -> ClosedRange<Double> {
    interval(
      for: prediction, group: Self.group(of: candidate), coverage: coverage, widening: widening)
  }

  /// The standard deviation of a new measurement, recalibrated where the calibration knows how.
  public func deviation(of prediction: Prediction) -> Double {
    let predicted = prediction.standardDeviation
    return recalibration?.deviation(predicted) ?? predicted
  }

  /// Whether a target lies in the interval of its prediction.
  public func covers(
    _ target: Double, _ prediction: Prediction, group: String? = nil, coverage: Double
  ) -> Bool {
    interval(for: prediction, group: group, coverage: coverage).contains(target)
  }

  /// The ⌈(n + 1) · coverage⌉-th smallest of the ascending scores, or `nil` if that exceeds n.
  public static func conformalQuantile(_ ascending: [Double], coverage: Double) -> Double? {
    precondition((0...1).contains(coverage), "a coverage lies in 0...1, not at \(coverage)")
    // The tolerance keeps 20 · 0.95 = 19.000000000000004 from asking for the 20th score.
    let rank = Int((Double(ascending.count + 1) * coverage - 1e-9).rounded(.up))
    guard rank <= ascending.count else { return nil }
    return ascending.isEmpty ? nil : ascending[max(rank, 1) - 1]
  }
}
