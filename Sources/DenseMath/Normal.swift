import Foundation

/// The standard normal distribution, to about 1e-14 relative in both tails.
public enum Normal {
  /// `φ(z)`.
  public static func density(_ z: Double) -> Double {
    exp(-0.5 * z * z) * inverseRootTwoPi
  }

  public static func logDensity(_ z: Double) -> Double {
    -0.5 * z * z - logRootTwoPi
  }

  /// `Φ(z)`.
  public static func cumulative(_ z: Double) -> Double {
    0.5 * erfc(-z * rootHalf)
  }

  /// `log Φ(z)`, finite for every finite `z` whose square is finite.
  public static func logCumulative(_ z: Double) -> Double {
    if z > -1 { return log1p(-0.5 * erfc(z * rootHalf)) }
    return -0.5 * z * z + log(0.5 * scaledComplementaryErrorFunction(-z * rootHalf))
  }

  /// `log(φ(z) + z Φ(z))`, the logarithm of the expected positive part of `z` + a standard normal.
  ///
  /// Ament et al., NeurIPS 2023, arXiv:2310.20708, with an asymptotic series below −25. Finite for
  /// every finite `z` whose square is finite.
  public static func logExpectedPositivePart(_ z: Double) -> Double {
    if z > -1 { return log(expectedPositivePart(z)) }
    return logDensity(z) + log(positivePartOverDensity(z))
  }

  /// `φ(z) + z Φ(z)`, with full relative accuracy in the lower tail.
  public static func expectedPositivePart(_ z: Double) -> Double {
    if z > -1 { return density(z) + z * cumulative(z) }
    return density(z) * positivePartOverDensity(z)
  }

  /// `1 + z Φ(z) / φ(z)` for `z ≤ −1`.
  private static func positivePartOverDensity(_ z: Double) -> Double {
    guard z < -25 else {
      return 1 + z * rootHalfPi * scaledComplementaryErrorFunction(-z * rootHalf)
    }
    // Σ (−1)^k (2k + 1)!! / z^(2k + 2); below −25 a term is under 4 % of the last.
    let inverse = 1 / (z * z)
    var term = inverse
    var sum = 0.0
    for k in 0..<10 {
      sum += term
      term *= -Double(2 * k + 3) * inverse
    }
    return sum
  }

  static let rootHalf = 0.5.squareRoot()
  static let rootHalfPi = (Double.pi / 2).squareRoot()
  static let inverseRootTwoPi = 1 / (2 * Double.pi).squareRoot()
  /// `½ log 2π`.
  public static let logRootTwoPi = 0.5 * log(2 * Double.pi)
}
