import Foundation

/// What one Gaussian atom at distance `r` contributes to each radial function of the expansion.
///
/// `f_nl(r) = 4π ∫ g_nl(r′) exp(−(r² + r′²) / 2σ²) i_l(r r′ / σ²) r′² dr′`, with `i_l` the modified
/// spherical Bessel function of the first kind: the overlap of `g_nl Y_lm` with the Gaussian is
/// `f_nl(r) Y_lm`. Bartók, Kondor and Csányi, Phys. Rev. B 87, 184115 (2013).
struct SOAPRadialBasis: Sendable {
  let radialCount: Int
  let greatestDegree: Int
  private let form: Form

  private enum Form: Sendable {
    case gaussians([Gaussian])
    case polynomial(sigma: Double, rule: GaussLegendre, functions: [Double])
  }

  /// One primitive of degree `l`, smeared: `weights[n] r^l exp(−exponent r²)` is its part of function `n`.
  private struct Gaussian: Sendable {
    var degree: Int
    var exponent: Double
    var weights: [Double]
  }

  /// - Throws: ``SOAPError/dependentRadialFunctions(nMax:cutoff:)``.
  init(
    _ basis: SOAP.Basis, cutoff: Double, nMax: Int, lMax: Int, sigma: Double
  ) throws(SOAPError) {
    radialCount = nMax
    greatestDegree = lMax
    switch basis {
    case .gto:
      form = .gaussians(
        try Self.gaussians(cutoff: cutoff, nMax: nMax, lMax: lMax, sigma: sigma))
    case .polynomial:
      // Narrow Gaussians need a finer rule than the 100 points of DScribe.
      let count = max(100, Int((12 * cutoff / sigma).rounded(.up)))
      let rule = GaussLegendre(count: count, end: cutoff)
      form = .polynomial(
        sigma: sigma, rule: rule,
        functions: try Self.polynomials(cutoff: cutoff, nMax: nMax, at: rule))
    }
  }

  /// The values at a distance, `[lMax + 1, nMax]`.
  ///
  /// - Parameter distance: Å; 0 or more.
  func values(at distance: Double) -> [Double] {
    switch form {
    case .gaussians(let primitives): gaussianValues(primitives, at: distance)
    case .polynomial(let sigma, let rule, let functions):
      polynomialValues(sigma, rule, functions, at: distance)
    }
  }

  // MARK: Gaussian type orbitals

  /// Primitives `r^l exp(−α r²)` that have fallen to 10⁻³ at radii evenly spaced from 1 Å to the
  /// cutoff (DScribe's choice), orthonormalized for each degree.
  private static func gaussians(
    cutoff: Double, nMax: Int, lMax: Int, sigma: Double
  ) throws(SOAPError) -> [Gaussian] {
    var primitives: [Gaussian] = []
    for l in 0...lMax {
      let exponents = (0..<nMax).map { k in
        let radius = nMax == 1 ? 1 : 1 + (cutoff - 1) * Double(k) / Double(nMax - 1)
        return -log(1e-3 / pow(radius, Double(l))) / (radius * radius)
      }
      let gamma = DoubleDouble(tgamma(Double(l) + 1.5) / 2)
      // Sums of exponentials are taken in double precision: six digits are to be left.
      let weights = LowdinWeights(count: nMax, mostCancellation: 1e10) { i, j in
        let sum = DoubleDouble(exponents[i]) + DoubleDouble(exponents[j])
        return gamma / (sum.power(l + 1) * sum.squareRoot())
      }
      guard let weights else { throw .dependentRadialFunctions(nMax: nMax, cutoff: cutoff) }
      for (k, exponent) in exponents.enumerated() {
        let spread = 1 + 2 * sigma * sigma * exponent
        let factor =
          pow(2 * Double.pi * sigma * sigma, 1.5)
          / (pow(spread, Double(l) + 1) * spread.squareRoot())
        primitives.append(
          Gaussian(
            degree: l, exponent: exponent / spread,
            weights: (0..<nMax).map { factor * weights.weights[$0 * nMax + k].value }))
      }
    }
    return primitives
  }

  private func gaussianValues(_ primitives: [Gaussian], at distance: Double) -> [Double] {
    var values = [Double](repeating: 0, count: (greatestDegree + 1) * radialCount)
    for primitive in primitives {
      let value =
        pow(distance, Double(primitive.degree)) * exp(-primitive.exponent * distance * distance)
      for n in 0..<radialCount {
        values[primitive.degree * radialCount + n] += primitive.weights[n] * value
      }
    }
    return values
  }

  // MARK: Polynomials

  /// Orthonormal combinations of `(cutoff − r)^(n + 2)`, n = 1, 2, …, at the places of the rule,
  /// times what the rule and `4π r²` ask for; `[nMax, places]`.
  private static func polynomials(
    cutoff: Double, nMax: Int, at rule: GaussLegendre
  ) throws(SOAPError) -> [Double] {
    // Sums of powers are taken to 32 digits.
    let weights = LowdinWeights(count: nMax, mostCancellation: 1e16) { i, j in
      let sum = Double(i + j + 2)
      let power = DoubleDouble(cutoff).power(i + j + 9)
      return (power + power) / DoubleDouble((5 + sum) * (6 + sum) * (7 + sum))
    }
    guard let weights else { throw .dependentRadialFunctions(nMax: nMax, cutoff: cutoff) }
    var functions: [Double] = []
    for n in 0..<nMax {
      for (place, weight) in zip(rule.places, rule.weights) {
        let gap = DoubleDouble(cutoff) - DoubleDouble(place)
        var sum = DoubleDouble(0)
        for k in 0..<nMax {
          sum = sum + weights.weights[n * nMax + k] * gap.power(k + 3)
        }
        functions.append(4 * Double.pi * weight * place * place * sum.value)
      }
    }
    return functions
  }

  private func polynomialValues(
    _ sigma: Double, _ rule: GaussLegendre, _ functions: [Double], at distance: Double
  ) -> [Double] {
    var values = [Double](repeating: 0, count: (greatestDegree + 1) * radialCount)
    let count = rule.places.count
    for (point, place) in rule.places.enumerated() {
      let gap = (distance - place) / sigma
      guard gap * gap < 80 else { continue }  // e^(−40) is nothing
      let smear = exp(-gap * gap / 2)
      let bessel = scaledSphericalBessel(
        distance * place / (sigma * sigma), greatestDegree: greatestDegree)
      for l in 0...greatestDegree {
        let part = smear * bessel[l]
        for n in 0..<radialCount {
          values[l * radialCount + n] += part * functions[n * count + point]
        }
      }
    }
    return values
  }
}

/// `exp(−x) i_l(x)` for l = 0 … greatest degree and x ≥ 0: modified spherical Bessel functions of
/// the first kind.
///
/// Ratios of neighbors by their continued fraction, which is stable; where x is large against
/// l², the upward recursion is as good (Abramowitz and Stegun, section 10.2).
func scaledSphericalBessel(_ x: Double, greatestDegree: Int) -> [Double] {
  var values = [Double](repeating: 0, count: greatestDegree + 1)
  guard x > 1e-200 else {
    values[0] = 1
    return values
  }
  values[0] = -expm1(-2 * x) / (2 * x)
  guard greatestDegree > 0 else { return values }
  if x > max(30, Double(greatestDegree * greatestDegree)) {
    values[1] = (1 + exp(-2 * x)) / (2 * x) - values[0] / x
    for l in 1..<max(greatestDegree, 1) {
      values[l + 1] = values[l - 1] - Double(2 * l + 1) / x * values[l]
    }
    return values
  }
  var ratio = 0.0
  for l in stride(from: greatestDegree + 30 + Int(x), through: greatestDegree, by: -1) {
    ratio = 1 / (Double(2 * l + 3) / x + ratio)
  }
  for l in stride(from: greatestDegree - 1, through: 0, by: -1) {
    ratio = 1 / (Double(2 * l + 3) / x + ratio)
    values[l + 1] = ratio
  }
  for l in 0..<greatestDegree { values[l + 1] *= values[l] }
  return values
}
