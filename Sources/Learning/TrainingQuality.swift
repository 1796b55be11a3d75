import DenseMath
import Foundation

/// How good a surrogate is, by predictions of rows that it had not seen.
public struct TrainingQuality: Codable, Hashable, Sendable {
  /// One nominal coverage and what came of it.
  public struct Coverage: Codable, Hashable, Sendable {
    public let nominal: Double

    /// Share of held-out targets inside intervals that were calibrated without their fold.
    public let observed: Double

    /// Mean width of those intervals, in the unit of the target; infinite ones left out.
    public let meanWidth: Double

    /// Whether every fold had enough scores for the guarantee of ``Calibration``.
    public let isConformal: Bool
  }

  public let rows: Int
  public let folds: Int
  public let regression: RegressionMetrics

  /// Of the predicted variances as they are, before calibration.
  public let uncertainty: UncertaintyMetrics

  /// Of the variances after ``Recalibration``, that of each fold learned from the other folds; `nil`
  /// in older model files.
  public let recalibrated: UncertaintyMetrics?

  /// The error of the most certain rows alone; `nil` in older model files.
  public let abstention: AbstentionCurve?

  /// The mean of the training rows as the prediction of every row.
  public let baseline: RegressionMetrics

  /// Measured by cross-fitting: the intervals of a fold are calibrated on the other folds.
  public let coverages: [Coverage]

  /// The chemistry groups with their 90 % intervals, cross-fitted alike; `nil` in older model files.
  public let groups: [GroupQuality]?

  /// Normal intervals of the predicted variances, before calibration.
  public let uncalibratedCurve: CalibrationCurve

  /// Calibrated intervals at 5 %, 10 %, … 95 %, cross-fitted as ``coverages``.
  public let calibratedCurve: CalibrationCurve

  /// - Parameters:
  ///   - heldOut: Of at least two folds.
  ///   - coverages: Nominal coverages in 0..<1.
  public init(_ heldOut: [HeldOut], coverages: [Double]) throws(MetricsError) {
    let targets = heldOut.map(\.target)
    let means = heldOut.map(\.prediction.mean)
    let spreads = heldOut.map(\.prediction.standardDeviation)
    rows = heldOut.count
    folds = Set(heldOut.map(\.fold)).count
    regression = try RegressionMetrics(targets: targets, predictions: means)
    uncertainty = try UncertaintyMetrics(
      targets: targets, means: means, standardDeviations: spreads)
    baseline = try RegressionMetrics(targets: targets, predictions: heldOut.map(\.baseline))
    uncalibratedCurve = CalibrationCurve(
      scores: UncertaintyMetrics.normalizedErrors(targets, means, spreads), levels: 21)
    let crossFit = try CrossFittedIntervals(heldOut)
    recalibrated = try crossFit.recalibrated()
    abstention = AbstentionCurve(
      errors: zip(targets, means).map { abs($0 - $1) }, uncertainties: spreads)
    self.coverages = coverages.map(crossFit.coverage)
    groups = heldOut.contains { $0.group != nil } ? crossFit.groups(0.9) : nil
    let levels = (1...19).map { Double($0) / 20 }
    calibratedCurve = CalibrationCurve(
      expected: levels, observed: levels.map { crossFit.coverage($0).observed })
  }

  /// The coverage figure at one nominal level, if it was asked for.
  public func coverage(nominal: Double) -> Coverage? {
    coverages.first { $0.nominal == nominal }
  }
}
