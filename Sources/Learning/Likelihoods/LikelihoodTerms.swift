import DenseMath
import Foundation

/// The logarithm of a measurement's density as a function of the latent value, with derivatives.
struct LikelihoodTerms {
  /// `log p(y | f)`.
  var logDensity = 0.0

  /// Its derivative by `f`.
  var slope = 0.0

  /// `−∂² log p/∂f²`; for Student's t its expectation over `y`, which is never negative.
  var weight = 0.0

  /// The derivative of ``weight`` by `f`.
  var weightSlope = 0.0
}

/// Derivatives of the terms by one parameter of the likelihood, at the same `f`.
struct LikelihoodSlopes {
  var logDensity = 0.0
  var slope = 0.0
  var weight = 0.0
}

extension Likelihood {
  func terms(_ f: Double, _ target: Double) -> LikelihoodTerms {
    switch self {
    case .probit: return OrdinalTerms(f, target, thresholds: [0]).terms
    case .ordinal(let thresholds): return OrdinalTerms(f, target, thresholds: thresholds).terms
    case .logistic:
      let sign = target > 0.5 ? 1.0 : -1
      let share = 1 / (1 + exp(-f))
      let weight = share * (1 - share)
      let exponent = -sign * f
      return LikelihoodTerms(
        logDensity: exponent > 30 ? -exponent : -log1p(exp(exponent)), slope: target - share,
        weight: weight, weightSlope: weight * (1 - 2 * share))
    case .studentT(let squaredScale, let degrees):
      let error = target - f
      let squares = degrees * squaredScale + error * error
      let constant = lgamma(0.5 * (degrees + 1)) - lgamma(0.5 * degrees)
      return LikelihoodTerms(
        logDensity: constant - 0.5 * log(.pi * degrees * squaredScale) - 0.5 * (degrees + 1)
          * log1p(error * error / (degrees * squaredScale)),
        slope: (degrees + 1) * error / squares,
        weight: (degrees + 1) / ((degrees + 3) * squaredScale))
    }
  }

  /// One for each of ``parameters``.
  func parameterSlopes(_ f: Double, _ target: Double) -> [LikelihoodSlopes] {
    switch self {
    case .probit, .logistic: []
    case .ordinal(let thresholds):
      OrdinalTerms(f, target, thresholds: thresholds).parameterSlopes
    case .studentT(let squaredScale, let degrees):
      Self.studentSlopes(target - f, squaredScale, degrees)
    }
  }

  private static func studentSlopes(
    _ error: Double, _ squaredScale: Double, _ degrees: Double
  ) -> [LikelihoodSlopes] {
    let squares = degrees * squaredScale + error * error
    let share = (degrees + 1) * error * error / squares
    let weight = (degrees + 1) / ((degrees + 3) * squaredScale)
    let byScale = LikelihoodSlopes(
      logDensity: 0.5 * (share - 1),
      slope: -(degrees + 1) * error * degrees * squaredScale / (squares * squares),
      weight: -weight)
    let gammas = digamma(0.5 * (degrees + 1)) - digamma(0.5 * degrees)
    let byDegrees = LikelihoodSlopes(
      logDensity: 0.5
        * (degrees * gammas - 1 - degrees * log1p(error * error / (degrees * squaredScale)) + share),
      slope: degrees
        * (error / squares - (degrees + 1) * error * squaredScale / (squares * squares)),
      weight: 2 * degrees / ((degrees + 3) * (degrees + 3) * squaredScale))
    return [byScale, byDegrees]
  }
}

/// The derivative of `log Γ` for positive numbers: recurrence up to 10, then the asymptotic series
/// (Abramowitz and Stegun, 6.3.18).
func digamma(_ x: Double) -> Double {
  var (x, result) = (x, 0.0)
  while x < 10 {
    result -= 1 / x
    x += 1
  }
  let square = 1 / (x * x)
  let series =
    square
    * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square / 132))))
  return result + log(x) - 0.5 / x - series
}

/// The probability of a class between two thresholds, `P = Φ(u − f) − Φ(l − f)`.
private struct OrdinalTerms {
  let thresholds: [Double]
  let number: Int

  /// `u − f` and `l − f`; 0 where there is no threshold.
  let upper: Double
  let lower: Double

  /// `φ(u − f)/P` and `φ(l − f)/P`; 0 where there is no threshold.
  let upperRatio: Double
  let lowerRatio: Double
  let logDensity: Double

  init(_ f: Double, _ target: Double, thresholds: [Double]) {
    self.thresholds = thresholds
    number = Int(target)
    let (first, last) = (number == 0, number == thresholds.count)
    upper = last ? 0 : thresholds[number] - f
    lower = first ? 0 : thresholds[number - 1] - f
    logDensity = Self.logShare(first ? -.infinity : lower, last ? .infinity : upper)
    upperRatio = last ? 0 : exp(Normal.logDensity(upper) - logDensity)
    lowerRatio = first ? 0 : exp(Normal.logDensity(lower) - logDensity)
  }

  /// `log(Φ(b) − Φ(a))` for `a < b`, on the side where both are small.
  private static func logShare(_ a: Double, _ b: Double) -> Double {
    if a == -.infinity { return Normal.logCumulative(b) }
    if b == .infinity { return Normal.logCumulative(-a) }
    let (near, far) = a > 0 ? (-a, -b) : (b, a)
    let most = Normal.logCumulative(near)
    return most + log(-expm1(Normal.logCumulative(far) - most))
  }

  /// `∂ log P/∂f`.
  private var slope: Double { lowerRatio - upperRatio }

  var terms: LikelihoodTerms {
    let g = slope
    let weight = max(upper * upperRatio - lower * lowerRatio + g * g, 0)
    // Derivatives of the ratios by f.
    let upperChange = upperRatio * (upper - g)
    let lowerChange = lowerRatio * (lower - g)
    return LikelihoodTerms(
      logDensity: logDensity, slope: g, weight: weight,
      weightSlope: g + upper * upperChange - lower * lowerChange - 2 * g * weight)
  }

  /// By the two thresholds, then by the parameters that move them.
  var parameterSlopes: [LikelihoodSlopes] {
    let g = slope
    let byUpper = {
      let slope = upperRatio * (upper - g)
      let ratio = -upperRatio * (upper + upperRatio)  // of the upper ratio
      let weight = upperRatio + upper * ratio + lower * lowerRatio * upperRatio + 2 * g * slope
      return LikelihoodSlopes(logDensity: upperRatio, slope: slope, weight: weight)
    }()
    let byLower = {
      let slope = -lowerRatio * (lower - g)
      let ratio = -lowerRatio * (lower - lowerRatio)  // of the lower ratio
      let weight = upper * upperRatio * lowerRatio - lowerRatio - lower * ratio + 2 * g * slope
      return LikelihoodSlopes(logDensity: -lowerRatio, slope: slope, weight: weight)
    }()
    return thresholds.indices.map { place in
      // The first parameter moves all thresholds, a gap those from its own on.
      let size = place == 0 ? 1 : thresholds[place] - thresholds[place - 1]
      let upperMoves = number < thresholds.count && number >= place ? size : 0
      let lowerMoves = number > 0 && number - 1 >= place ? size : 0
      return LikelihoodSlopes(
        logDensity: upperMoves * byUpper.logDensity + lowerMoves * byLower.logDensity,
        slope: upperMoves * byUpper.slope + lowerMoves * byLower.slope,
        weight: upperMoves * byUpper.weight + lowerMoves * byLower.weight)
    }
  }
}
