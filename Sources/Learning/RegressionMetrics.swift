import DenseMath
import Foundation

/// How far predicted numbers are from the targets, and how well they order them.
///
/// Definitions of scikit-learn and SciPy. A figure that does not exist (a correlation with a
/// constant, R² of one row) is `nil`.
public struct RegressionMetrics: Codable, Hashable, Sendable {
  public let count: Int

  /// Mean absolute error, in the unit of the target.
  public let meanAbsoluteError: Double

  /// Root of the mean squared error, in the unit of the target.
  public let rootMeanSquareError: Double

  /// Median absolute error, in the unit of the target.
  public let medianAbsoluteError: Double

  /// 1 − (squared error) / (squared distance of the targets from their mean).
  public let r2: Double?
  public let pearson: Double?
  public let spearman: Double?
  public let kendallTauB: Double?

  enum CodingKeys: String, CodingKey {
    case count
    case meanAbsoluteError = "mae"
    case rootMeanSquareError = "rmse"
    case medianAbsoluteError = "mdae"
    case r2
    case pearson
    case spearman
    case kendallTauB = "kendall_tau_b"
  }

  public init(targets: [Double], predictions: [Double]) throws(MetricsError) {
    try MetricsError.check(targets, predictions)
    let errors = zip(targets, predictions).map { abs($0 - $1) }
    let squares = errors.map { $0 * $0 }
    count = targets.count
    meanAbsoluteError = Statistics.mean(errors)
    rootMeanSquareError = Statistics.mean(squares).squareRoot()
    medianAbsoluteError = Statistics.median(errors)
    let isSpread = targets.contains { $0 != targets[0] }
    let variance = Statistics.variance(targets)
    r2 = isSpread && variance > 0 ? 1 - Statistics.mean(squares) / variance : nil
    pearson = Statistics.pearson(targets, predictions)
    spearman = Statistics.spearman(targets, predictions)
    kendallTauB = Statistics.kendallTauB(targets, predictions)
  }
}
