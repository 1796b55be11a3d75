public import DenseMath

/// Expected improvement of several candidates measured together, `E[max(0, maxᵢ yᵢ − best)]`
/// (qEI: Ginsbourger, Le Riche and Carraro 2010), for maximization.
///
/// One candidate: closed form. Two: Gauss–Legendre quadrature over the one of the other's closed
/// form, to about 1e-9 of the standard deviation. More: 32,768 points of a shifted Sobol sequence,
/// to about 1e-3 of it; the shift is fixed, so that equal inputs give equal values.
public enum JointExpectedImprovement {
  /// - Parameters:
  ///   - means: `[q]`.
  ///   - covariance: `[q, q]`, of the joint posterior.
  ///   - best: The incumbent.
  /// - Throws: ``CholeskyError`` when the covariance is not positive semidefinite.
  public static func value(
    means: [Double], covariance: Matrix, best: Double
  ) throws(CholeskyError) -> Double {
    precondition(
      covariance.rows == means.count && covariance.columns == means.count,
      "\(means.count) means, but a covariance of \(covariance.rows) × \(covariance.columns)")
    let gains = means.map { $0 - best }
    switch means.count {
    case 0: return 0
    case 1:
      let deviation = max(covariance[0, 0], 0).squareRoot()
      return Improvement(mean: gains[0], standardDeviation: deviation, best: 0).expected
    case 2: return pair(gains, covariance)
    default: return try sampled(gains, covariance)
    }
  }

  private static func pair(_ gains: [Double], _ covariance: Matrix) -> Double {
    // Integrate over the candidate with more spread; given it, the other is normal.
    let (outer, inner) = covariance[0, 0] >= covariance[1, 1] ? (0, 1) : (1, 0)
    let spread = max(covariance[outer, outer], 0).squareRoot()
    guard spread > 0 else { return max(0, gains[0], gains[1]) }
    let slope = 0.5 * (covariance[0, 1] + covariance[1, 0]) / spread
    let rest = max(covariance[inner, inner] - slope * slope, 0).squareRoot()
    func integrand(_ z: Double) -> Double {
      let first = max(gains[outer] + spread * z, 0)
      let second = Improvement(
        mean: gains[inner] + slope * z, standardDeviation: rest, best: first)
      return Normal.density(z) * (first + second.expected)
    }
    // The slope of the integrand jumps where the outer candidate meets the incumbent and, if the
    // inner one is almost a function of it, where that meets either.
    var kinks = [-gains[outer] / spread]
    if slope != 0 { kinks.append(-gains[inner] / slope) }
    if slope != spread { kinks.append((gains[outer] - gains[inner]) / (slope - spread)) }
    let limit = 38.0
    let inside = kinks.filter { abs($0) < limit }
    let cuts = (stride(from: -9.0, through: 9, by: 0.5) + inside + [-limit, limit]).sorted()
    return zip(cuts, cuts.dropFirst()).reduce(0) { total, ends in
      total + gaussLegendre(from: ends.0, to: ends.1, integrand)
    }
  }

  private static func sampled(
    _ gains: [Double], _ covariance: Matrix
  ) throws(CholeskyError) -> Double {
    let factor = try Cholesky(addingJitterTo: covariance)
    var points = SobolSequence(dimensions: gains.count, seed: 0x5EED)
    let count = 32_768
    var total = 0.0
    for _ in 0..<count {
      let normals = points.next().map { Normal.quantile($0) }
      let values = zip(gains, factor.multiplyLower(normals)).map { $0 + $1 }
      total += values.reduce(0) { max($0, $1) }
    }
    return total / Double(count)
  }

  /// Ten points; exact for polynomials up to degree 19.
  private static func gaussLegendre(
    from start: Double, to end: Double, _ function: (Double) -> Double
  ) -> Double {
    let (center, half) = (0.5 * (start + end), 0.5 * (end - start))
    guard half > 0 else { return 0 }
    return rule.reduce(0) { sum, node in
      let offset = half * node.place
      return sum + half * node.weight * (function(center - offset) + function(center + offset))
    }
  }

  /// Abramowitz and Stegun, Handbook of Mathematical Functions, table 25.4, n = 10.
  private static let rule: [(place: Double, weight: Double)] = [
    (0.148874338981631211, 0.295524224714752870), (0.433395394129247191, 0.269266719309996355),
    (0.679409568299024406, 0.219086362515982044), (0.865063366688984511, 0.149451349150580593),
    (0.973906528517171720, 0.066671344308688138),
  ]
}
