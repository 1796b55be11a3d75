import DenseMath
import Foundation

/// How much nearer to a wanted value a measurement comes, in expectation.
///
/// With `d` the smallest distance so far, `E[max(0, d − |y − t|)]` of a normal `y`. The integrand is
/// a tent, the second difference of `max(0, y)`, so that with `h(z) = φ(z) + z Φ(z)` the value is
/// `σ [h(z + δ) − 2 h(z) + h(z − δ)]`, `z = (μ − t) / σ`, `δ = d / σ`.
public struct TargetImprovement: Hashable, Sendable {
  public let offset: Double
  public let standardDeviation: Double
  public let distance: Double

  /// - Parameter distance: The smallest one so far; infinite where there is none.
  public init(mean: Double, standardDeviation: Double, target: Double, distance: Double) {
    offset = mean - target
    self.standardDeviation = standardDeviation
    self.distance = distance
  }

  public var expected: Double { exp(logExpected) }

  /// Finite far from the target and for the smallest distances too; −∞ where nothing can be gained.
  public var logExpected: Double {
    guard distance > 0 else { return -.infinity }
    guard standardDeviation > 0 else {
      return abs(offset) < distance ? log(distance - abs(offset)) : -.infinity
    }
    guard distance < .infinity else { return .infinity }
    // The tent is even: from below there is no cancellation.
    let z = -abs(offset) / standardDeviation
    let width = distance / standardDeviation
    if width * max(1, -z) < 0.05 { return log(standardDeviation) + narrow(z, width) }
    let largest = Normal.logExpectedPositivePart(z + width)
    let rest =
      -2 * exp(Normal.logExpectedPositivePart(z) - largest)
      + exp(Normal.logExpectedPositivePart(z - width) - largest)
    return log(standardDeviation) + largest + log1p(rest)
  }

  /// The series of the second difference: `δ² φ(z) (1 + δ² He₂(z) / 12 + δ⁴ He₄(z) / 360 + …)`.
  private func narrow(_ z: Double, _ width: Double) -> Double {
    let (w, s) = (width * width, z * z)
    let second = w * (s - 1) / 12
    let fourth = w * w * (s * s - 6 * s + 3) / 360
    return 2 * log(width) + Normal.logDensity(z) + log1p(second + fourth)
  }
}
