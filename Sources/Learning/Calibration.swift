import DenseMath
import Foundation

/// Widths of intervals that hold, learned from predictions of rows that were held out.
///
/// Normalized split-conformal prediction (Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018),
/// section 5): an interval is mean ± q σ, and q is the ⌈(n + 1) · coverage⌉-th smallest of the n
/// scores |target − mean| / σ. Where rows are exchangeable and one model predicted both the scored
/// rows and the new one, the interval covers a new target with at least the nominal probability,
/// whatever the error's distribution. With scores from the folds of a cross-validation and a last
/// model trained on all rows that is an approximation (Barber et al., Ann. Stat. 49, 486 (2021));
/// ``TrainingQuality`` reports the coverage that was observed.
///
/// With few scores that quantile need not exist (90 % needs 9 scores, 95 % needs 19). Then q is
/// the larger of the largest score and the normal quantile times the root mean square score:
/// ``isConformal(coverage:)`` answers false, and nothing is guaranteed.
public struct Calibration: Codable, Hashable, Sendable {
  /// `|target − mean| / σ` of the held-out rows, ascending.
  public let scores: [Double]

  /// Spread below which σ does not count, in the unit of the target: keeps a prediction that
  /// claims to be certain from giving an interval of no width.
  public let leastSpread: Double

  /// - Parameters:
  ///   - predictions: Made without their own row.
  ///   - targets: In the order of `predictions`; one or more.
  public init(predictions: [Prediction], targets: [Double]) throws(MetricsError) {
    let spreads = predictions.map(\.standardDeviation)
    try UncertaintyMetrics.check(targets, predictions.map(\.mean), spreads)
    let squares = zip(predictions, targets).map { ($0.mean - $1) * ($0.mean - $1) }
    // A model may be certain of the rows that it was trained on; of no held-out row it was more
    // certain than this.
    let certain = spreads.sorted()[spreads.count / 10]
    leastSpread = max(
      certain, 1e-3 * Statistics.mean(squares).squareRoot(), .leastNormalMagnitude)
    var scores: [Double] = []
    for (prediction, target) in zip(predictions, targets) {
      scores.append(
        abs(target - prediction.mean) / max(prediction.standardDeviation, leastSpread))
    }
    self.scores = scores.sorted()
  }

  /// The number of standard deviations on either side that a coverage needs.
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
  /// - Parameter coverage: In 0..<1.
  public func interval(for prediction: Prediction, coverage: Double) -> ClosedRange<Double> {
    let spread = max(prediction.standardDeviation, leastSpread)
    let reach = multiplier(coverage: coverage) * spread
    guard reach.isFinite, prediction.mean.isFinite else { return -.infinity ... .infinity }
    return (prediction.mean - reach)...(prediction.mean + reach)
  }

  /// Whether a target lies in the interval of its prediction.
  public func covers(_ target: Double, _ prediction: Prediction, coverage: Double) -> Bool {
    interval(for: prediction, coverage: coverage).contains(target)
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
