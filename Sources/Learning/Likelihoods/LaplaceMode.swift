import DenseMath
import Foundation

/// The most probable latent values given measurements, and a Gaussian around them.
///
/// Laplace's approximation as in Rasmussen and Williams (2006), section 3.4. For Student's t, whose
/// curvature may be negative, the Gaussian has the expected curvature instead (Hartmann and Vanhatalo,
/// Stat. Comput. 29, 753 (2019), arXiv:1712.07437), and the mode comes from conjugate gradients
/// preconditioned with it. Eigenvalues of the matrix that is factored are at least 1.
struct LaplaceMode: Sendable {
  /// `[n]`.
  private(set) var latent: [Double]

  /// `K⁻¹ f`, `[n]`.
  private(set) var coefficients: [Double]

  /// Of each measurement at the mode, `W`.
  private(set) var weights: [Double]

  /// Of `B = I + W^½ K W^½`.
  private(set) var factor: Cholesky

  /// The logarithm of the approximate evidence.
  private(set) var logEvidence = 0.0

  /// Whether the search ended at the mode.
  private(set) var converged = false

  /// - Parameter covariance: `[n, n]`, symmetric and complete.
  init(_ covariance: Matrix, _ likelihood: Likelihood, _ targets: [Double]) {
    let zeros = [Double](repeating: 0, count: targets.count)
    latent = zeros
    coefficients = zeros
    let terms = targets.map { likelihood.terms(0, $0) }
    weights = terms.map(\.weight)
    factor = Self.factored(covariance, weights)
    if likelihood.isLogConcave {
      newton(covariance, likelihood, targets)
    } else {
      descend(covariance, likelihood, targets, start: zeros)
      var other = self
      // What Gaussian noise of the same spread would give.
      other.descend(
        covariance, likelihood, targets,
        start: zip(factor.solve(scaled(targets)), weights).map { $0 * $1.squareRoot() })
      if other.height(likelihood, targets) > height(likelihood, targets) { self = other }
    }
    logEvidence = height(likelihood, targets) - 0.5 * factor.logDeterminant
  }

  private static func factored(_ covariance: Matrix, _ weights: [Double]) -> Cholesky {
    let roots = weights.map { $0.squareRoot() }
    var matrix = covariance
    for row in roots.indices {
      for column in 0...row { matrix[row, column] *= roots[row] * roots[column] }
      matrix[row, row] += 1
    }
    return Cholesky(regularizing: matrix)
  }

  private func scaled(_ values: [Double]) -> [Double] {
    zip(values, weights).map { $0 * $1.squareRoot() }
  }

  /// `log p(y | f) − ½ fᵀ K⁻¹ f`.
  private func height(_ likelihood: Likelihood, _ targets: [Double]) -> Double {
    Self.height(latent, coefficients, likelihood, targets)
  }

  private static func height(
    _ latent: [Double], _ coefficients: [Double], _ likelihood: Likelihood, _ targets: [Double]
  ) -> Double {
    targets.indices.reduce(0) { sum, row in
      sum + likelihood.terms(latent[row], targets[row]).logDensity
        - 0.5 * latent[row] * coefficients[row]
    }
  }

  /// Newton's steps, halved where they would lead down; algorithm 3.1 of Rasmussen and Williams.
  private mutating func newton(
    _ covariance: Matrix, _ likelihood: Likelihood, _ targets: [Double]
  ) {
    var best = height(likelihood, targets)
    for _ in 0..<100 {
      let terms = targets.indices.map { likelihood.terms(latent[$0], targets[$0]) }
      weights = terms.map(\.weight)
      factor = Self.factored(covariance, weights)
      let wanted = terms.indices.map { weights[$0] * latent[$0] + terms[$0].slope }
      let inner = factor.solve(scaled(covariance.multiplied(by: wanted)))
      let end = zip(wanted, scaled(inner)).map { $0 - $1 }
      var (step, rise) = (1.0, -Double.infinity)
      var (nextCoefficients, next) = (coefficients, latent)
      while step > 1e-6 {
        nextCoefficients = zip(coefficients, end).map { $0 + step * ($1 - $0) }
        next = covariance.multiplied(by: nextCoefficients)
        rise = Self.height(next, nextCoefficients, likelihood, targets) - best
        if rise >= 0 { break }
        step *= 0.5
      }
      guard rise >= 0 else { break }
      let change = zip(next, latent).reduce(0) { max($0, abs($1.0 - $1.1)) }
      (coefficients, latent) = (nextCoefficients, next)
      best += rise
      if change < 1e-11 * max(1, latent.reduce(0) { max($0, abs($1)) }) { break }
    }
    weights = targets.indices.map { likelihood.terms(latent[$0], targets[$0]).weight }
    factor = Self.factored(covariance, weights)
    converged = isAtMode(likelihood, targets)
  }

  private func isAtMode(_ likelihood: Likelihood, _ targets: [Double]) -> Bool {
    targets.indices.allSatisfy { row in
      let slope = likelihood.terms(latent[row], targets[row]).slope
      return abs(slope - coefficients[row]) < 1e-5 * max(1, abs(slope))
    }
  }
}

extension LaplaceMode {
  /// Conjugate gradients (Polak and Ribière) in the metric of the factor, whose weights stay as they are;
  /// a step costs O(n²).
  private mutating func descend(
    _ covariance: Matrix, _ likelihood: Likelihood, _ targets: [Double], start: [Double]
  ) {
    coefficients = start
    latent = covariance.multiplied(by: start)
    var direction: [Double] = []
    var last: (residual: [Double], slope: Double)?
    for _ in 0..<300 {
      // The gradient by the coefficients is K (g − a), the natural one (I + W K)⁻¹ (g − a).
      let residual = targets.indices.map {
        likelihood.terms(latent[$0], targets[$0]).slope - coefficients[$0]
      }
      let step = natural(covariance, residual)
      let rise = covariance.multiplied(by: step)
      let slope = zip(residual, rise).reduce(0) { $0 + $1.0 * $1.1 }
      if slope < 1e-20 * Double(targets.count) {
        converged = true
        break
      }
      var memory = 0.0
      if let last {
        let crossed = zip(last.residual, rise).reduce(0) { $0 + $1.0 * $1.1 }
        memory = max(0, (slope - crossed) / last.slope)
      }
      direction = direction.isEmpty ? step : zip(step, direction).map { $0 + memory * $1 }
      var way = covariance.multiplied(by: direction)
      if zip(residual, way).reduce(0, { $0 + $1.0 * $1.1 }) <= 0 {
        (direction, way) = (step, rise)
      }
      last = (residual, slope)
      let length = Self.length(latent, coefficients, way, direction, likelihood, targets)
      guard length > 0 else { break }
      for row in targets.indices {
        coefficients[row] += length * direction[row]
        latent[row] += length * way[row]
      }
    }
    if !converged { converged = isAtMode(likelihood, targets) }
  }

  /// `(I + W K)⁻¹ r = r − W^½ B⁻¹ W^½ K r`.
  private func natural(_ covariance: Matrix, _ residual: [Double]) -> [Double] {
    let inner = scaled(factor.solve(scaled(covariance.multiplied(by: residual))))
    return zip(residual, inner).map { $0 - $1 }
  }

  /// The length along a direction at which the height stops rising; each trial is O(n).
  private static func length(
    _ latent: [Double], _ coefficients: [Double], _ way: [Double], _ direction: [Double],
    _ likelihood: Likelihood, _ targets: [Double]
  ) -> Double {
    var (linear, square) = (0.0, 0.0)
    for row in targets.indices {
      linear += coefficients[row] * way[row]
      square += direction[row] * way[row]
    }
    func slope(_ t: Double) -> Double {
      var sum = -linear - t * square
      for row in targets.indices {
        sum += likelihood.terms(latent[row] + t * way[row], targets[row]).slope * way[row]
      }
      return sum
    }
    var (low, high) = (0.0, 1.0)
    while slope(high) > 0, high < 1e6 { (low, high) = (high, 2 * high) }
    for _ in 0..<60 where high - low > 1e-12 * high {
      let middle = 0.5 * (low + high)
      if slope(middle) > 0 { low = middle } else { high = middle }
    }
    return low > 0 ? low : high < 1e-9 ? 0 : high
  }
}
