import DenseMath
import Foundation

/// How well normal predictions tell their own uncertainty.
///
/// Definitions of Uncertainty Toolbox 0.1.1 (Chung et al., arXiv:2109.10254): calibration compares
/// the shares of targets inside central intervals with 100 expected shares from 0 to 1; scores
/// are means over rows. Figures that do not exist, such as the likelihood of a certain prediction,
/// are `nil`.
public struct UncertaintyMetrics: Codable, Hashable, Sendable {
  public let rootMeanSquareCalibrationError: Double
  public let meanAbsoluteCalibrationError: Double

  /// Area between the calibration curve and the diagonal, 0 (calibrated) to 1/2.
  public let miscalibrationArea: Double

  /// Root of the mean variance, in the unit of the target.
  public let sharpness: Double

  /// Mean of −log density; in natural logarithms.
  public let negativeLogLikelihood: Double?

  /// Continuous ranked probability score, in the unit of the target (Gneiting and Raftery,
  /// J. Am. Stat. Assoc. 102, 359 (2007)).
  public let rankedProbabilityScore: Double

  /// Quantile (pinball) loss over the levels 0.01, 0.02, … 0.99.
  public let checkScore: Double

  /// Score of the central intervals of the levels 0.01, 0.02, … 0.99.
  public let intervalScore: Double

  enum CodingKeys: String, CodingKey {
    case rootMeanSquareCalibrationError = "rms_calibration_error"
    case meanAbsoluteCalibrationError = "mean_abs_calibration_error"
    case miscalibrationArea = "miscalibration_area"
    case sharpness
    case negativeLogLikelihood = "nll_gaussian_mean"
    case rankedProbabilityScore = "crps_gaussian_mean"
    case checkScore = "check_score_mean"
    case intervalScore = "interval_score_mean"
  }

  /// - Parameter standardDeviations: Of a new measurement; zero or more.
  public init(
    targets: [Double], means: [Double], standardDeviations: [Double]
  ) throws(MetricsError) {
    try UncertaintyMetrics.check(targets, means, standardDeviations)
    let curve = CalibrationCurve(
      scores: UncertaintyMetrics.normalizedErrors(targets, means, standardDeviations))
    let gaps = zip(curve.expected, curve.observed).map { $1 - $0 }
    rootMeanSquareCalibrationError = Statistics.mean(gaps.map { $0 * $0 }).squareRoot()
    meanAbsoluteCalibrationError = Statistics.mean(gaps.map { abs($0) })
    miscalibrationArea = curve.miscalibrationArea
    sharpness = Statistics.mean(standardDeviations.map { $0 * $0 }).squareRoot()
    let rows = targets.indices.map {
      NormalRow(error: targets[$0] - means[$0], spread: standardDeviations[$0])
    }
    let likelihood = Statistics.mean(rows.map(\.negativeLogLikelihood))
    negativeLogLikelihood = likelihood.isFinite ? likelihood : nil
    rankedProbabilityScore = Statistics.mean(rows.map(\.rankedProbabilityScore))
    checkScore = Statistics.mean(rows.map(\.checkScore))
    intervalScore = Statistics.mean(rows.map(\.intervalScore))
  }

  static func check(
    _ targets: [Double], _ means: [Double], _ spreads: [Double]
  ) throws(MetricsError) {
    try MetricsError.check(targets, means)
    try MetricsError.check(targets, spreads)
    for (row, spread) in spreads.enumerated() where spread < 0 {
      throw .negativeSpread(row: row, spread)
    }
  }

  /// `|target − mean| / σ`; where σ is 0, the answer is 0 for a hit and infinite for a miss.
  public static func normalizedErrors(
    _ targets: [Double], _ means: [Double], _ standardDeviations: [Double]
  ) -> [Double] {
    targets.indices.map { row in
      let error = abs(targets[row] - means[row])
      return error == 0 ? 0 : error / standardDeviations[row]
    }
  }

  /// The share of targets inside the central normal interval of a nominal coverage in 0...1.
  public static func gaussianCoverage(
    targets: [Double], means: [Double], standardDeviations: [Double], nominal: Double
  ) throws(MetricsError) -> Double {
    try check(targets, means, standardDeviations)
    let limit = Normal.quantile(0.5 + 0.5 * nominal)
    let scores = normalizedErrors(targets, means, standardDeviations)
    return Double(scores.count { $0 <= limit }) / Double(scores.count)
  }
}

/// One target against its normal prediction.
private struct NormalRow {
  let error: Double
  let spread: Double

  var z: Double { error / spread }

  var negativeLogLikelihood: Double {
    spread > 0 ? log(spread) - Normal.logDensity(z) : .infinity
  }

  var rankedProbabilityScore: Double {
    NormalScore.rankedProbability(error: error, spread: spread)
  }

  var checkScore: Double {
    let sum = NormalRow.levels.reduce(0) { sum, level in
      let difference = error - spread * level.quantile
      return sum + (difference < 0 ? level.probability - 1 : level.probability) * difference
    }
    return sum / Double(NormalRow.levels.count)
  }

  var intervalScore: Double {
    let sum = NormalRow.levels.reduce(0) { sum, level in
      let reach = spread * level.central
      let miss = max(0, abs(error) - reach)
      return sum + 2 * reach + 2 / (1 - level.probability) * miss
    }
    return sum / Double(NormalRow.levels.count)
  }

  /// 0.01 … 0.99 with the quantile and the half-width of the central interval of each.
  static let levels = (1...99).map { step in
    let probability = Double(step) / 100
    return (
      probability: probability, quantile: Normal.quantile(probability),
      central: Normal.quantile(0.5 + 0.5 * probability)
    )
  }
}
