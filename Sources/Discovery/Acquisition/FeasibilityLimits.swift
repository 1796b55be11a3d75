import DenseMath
import Foundation
public import Learning

/// The limits that one predicted property must keep.
public struct FeasibilityLimits: Codable, Hashable, Sendable {
  /// In the unit of the property; `nil` for none.
  public var lower: Double?
  public var upper: Double?

  public init(lower: Double? = nil, upper: Double? = nil) {
    self.lower = lower
    self.upper = upper
  }

  /// `log P(lower ≤ y ≤ upper)` of the latent property under a normal prediction.
  ///
  /// Finite far outside the limits too, so that candidates that are all infeasible still have an
  /// order. A standard deviation of 0 answers 0 or −∞.
  public func logProbability(_ prediction: Prediction) -> Double {
    let deviation = max(prediction.epistemicVariance, 0).squareRoot()
    guard deviation > 0 else {
      return holds(prediction.mean) ? 0 : -.infinity
    }
    let above = lower.map { (prediction.mean - $0) / deviation }
    let below = upper.map { ($0 - prediction.mean) / deviation }
    guard let above, let below else {
      return (above ?? below).map(Normal.logCumulative) ?? 0
    }
    // P = Φ(below) − Φ(−above), taken in the tail where both are small.
    let (larger, smaller) =
      below <= above
      ? (Normal.logCumulative(below), Normal.logCumulative(-above))
      : (Normal.logCumulative(above), Normal.logCumulative(-below))
    guard larger > smaller else { return -.infinity }
    return larger + log1p(-exp(smaller - larger))
  }

  /// Whether a value lies within the limits.
  public func holds(_ value: Double) -> Bool {
    value >= lower ?? -.infinity && value <= upper ?? .infinity
  }

  /// `log P` that several properties keep their limits together, taken as independent.
  ///
  /// - Parameter predictions: One list a property, each in the order of the candidates.
  /// - Returns: One number a candidate; empty without properties.
  public static func logProbability(
    _ limits: [FeasibilityLimits], _ predictions: [[Prediction]]
  ) -> [Double] {
    precondition(
      limits.count == predictions.count,
      "\(limits.count) limits, but predictions of \(predictions.count) properties")
    var total = [Double](repeating: 0, count: predictions.first?.count ?? 0)
    for (limit, values) in zip(limits, predictions) {
      for (place, prediction) in values.enumerated() {
        total[place] += limit.logProbability(prediction)
      }
    }
    return total
  }
}
