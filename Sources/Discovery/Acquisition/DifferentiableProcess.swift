import DenseMath
import Foundation
import Learning

/// The posterior of a Gaussian process at some points, and how a function of it changes with them.
struct DifferentiableProcess {
  let dimensions: Int
  let count: Int
  private let family: KernelFamily
  private let signal: Double
  let inverseLengths: [Double]

  /// `[d, n]`: the rows' coordinates divided by the lengthscales, one coordinate after the other.
  let scaled: Matrix
  let precision: Matrix
  let weights: [Double]

  /// O(n³).
  ///
  /// - Parameter sign: −1 for the posterior of the negated targets.
  /// - Precondition: The covariance is one stationary kernel.
  init(_ process: GaussianProcess, sign: Double = 1) throws(CholeskyError) {
    guard let kernel = process.kernel else {
      preconditionFailure("gradients by points need one stationary kernel")
    }
    dimensions = process.inputs.columns
    count = process.inputs.rows
    family = kernel.family
    signal = kernel.signalVariance
    let inverse = kernel.lengthscales.map { 1 / $0 }
    inverseLengths = inverse
    var scaled = process.inputs
    var covariance = kernel.covariance(process.inputs, process.inputs)
    for row in 0..<scaled.rows {
      for column in 0..<scaled.columns { scaled[row, column] *= inverse[column] }
      let share = process.noiseFactors.isEmpty ? 1 : process.noiseFactors[row]
      let known = process.knownNoiseVariances.isEmpty ? 0 : process.knownNoiseVariances[row]
      covariance[row, row] += process.noiseVariance * share + known
    }
    self.scaled = scaled.transposed
    let factor = try Cholesky(addingJitterTo: covariance)
    precision = factor.inverse
    weights = factor.solve(process.targets.map { sign * $0 })
  }

  struct Posterior {
    let means: [Double]
    let covariance: Matrix

    /// `[q, d]`, divided by the lengthscales.
    let points: [Double]

    /// `[q, n]`: `K⁻¹` times the covariances with the rows.
    let explained: Matrix

    /// `[q, n]` and `[q, q]`: derivatives of the kernel by half of the squared distance.
    fileprivate let slopes: Matrix
    fileprivate let between: Matrix
  }

  /// - Parameter points: `[q, d]`, row by row.
  func posterior(_ points: [Double]) -> Posterior {
    let own = divided(points)
    let size = own.count / dimensions
    let (cross, slopes) = kernels(own)
    let explained = cross.multiplied(byTransposeOf: precision)
    var covariance = explained.multiplied(byTransposeOf: cross)
    var between = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for other in 0..<size {
        let (value, slope) = kernel(
          squaredDistance(own, row * dimensions, own, other * dimensions))
        covariance[row, other] = value - covariance[row, other]
        between[row, other] = slope
      }
    }
    return Posterior(
      means: cross.multiplied(by: weights), covariance: covariance, points: own,
      explained: explained, slopes: slopes, between: between)
  }

  /// - Parameters:
  ///   - means: The derivative of a function by the posterior means.
  ///   - covariances: By the covariances, symmetric.
  /// - Returns: By the points, `[q, d]` row by row.
  func gradient(_ posterior: Posterior, means: [Double], covariances: Matrix) -> [Double] {
    let size = means.count
    return (0..<size).flatMap { row -> [Double] in
      var pulls = weights.map { means[row] * $0 }
      for second in 0..<size {
        add(-2 * covariances[row, second], posterior.explained, second, to: &pulls)
      }
      for other in 0..<count { pulls[other] *= posterior.slopes[row, other] }
      let others = (0..<size).map { second in
        second == row ? 0 : 2 * covariances[row, second] * posterior.between[row, second]
      }
      let point = posterior.points[row * dimensions..<(row + 1) * dimensions]
      return gradient(at: Array(point), pulls, others, posterior.points)
    }
  }

  /// `Σ w (x − x′) / ℓ²` over the rows and over other points.
  ///
  /// - Parameters:
  ///   - point: `x`, divided by the lengthscales.
  ///   - pulls: `[n]`: `w` of the rows.
  ///   - others: `[q]`: of the points.
  func gradient(
    at point: [Double], _ pulls: [Double], _ others: [Double], _ points: [Double]
  ) -> [Double] {
    let toward = scaled.multiplied(by: pulls)
    let total = pulls.reduce(0, +) + others.reduce(0, +)
    return (0..<dimensions).map { column in
      var pull = toward[column]
      for (place, weight) in others.enumerated() {
        pull += weight * points[place * dimensions + column]
      }
      return (total * point[column] - pull) * inverseLengths[column]
    }
  }

  /// Adds a multiple of a matrix's row.
  func add(_ factor: Double, _ matrix: Matrix, _ row: Int, to sums: inout [Double]) {
    let start = row * matrix.columns
    for place in sums.indices { sums[place] += factor * matrix.elements[start + place] }
  }

  /// Points divided by the lengthscales.
  func divided(_ points: [Double]) -> [Double] {
    var own = points
    for place in own.indices { own[place] *= inverseLengths[place % dimensions] }
    return own
  }

  func squaredDistance(_ a: [Double], _ first: Int, _ b: [Double], _ second: Int) -> Double {
    var squared = 0.0
    for column in 0..<dimensions {
      let step = a[first + column] - b[second + column]
      squared += step * step
    }
    return squared
  }

  /// Covariances of points with the rows, `[q, n]`, and their derivatives by half of the squared distance.
  ///
  /// - Parameter points: Divided by the lengthscales.
  func kernels(_ points: [Double]) -> (values: Matrix, slopes: Matrix) {
    var values = squaredDistances(points)
    var slopes = values
    values.elements.withUnsafeMutableBufferPointer { values in
      slopes.elements.withUnsafeMutableBufferPointer { slopes in
        for place in values.indices {
          (values[place], slopes[place]) = kernel(values[place])
        }
      }
    }
    return (values, slopes)
  }

  private func squaredDistances(_ points: [Double]) -> Matrix {
    let size = points.count / dimensions
    var squared = Matrix(rows: size, columns: count)
    squared.elements.withUnsafeMutableBufferPointer { squared in
      scaled.elements.withUnsafeBufferPointer { rows in
        for place in points.indices {
          let (row, column) = (place / dimensions, place % dimensions)
          for other in 0..<count {
            let step = points[place] - rows[column * count + other]
            squared[row * count + other] += step * step
          }
        }
      }
    }
    return squared
  }

  /// The covariance at a squared scaled distance, and its derivative by half of this.
  @inline(__always)
  func kernel(_ squared: Double) -> (value: Double, slope: Double) {
    switch family {
    case .rbf:
      let value = signal * exp(-0.5 * squared)
      return (value, -value)
    case .matern32:
      let reach = Self.rootThree * squared.squareRoot()
      let decay = signal * exp(-reach)
      return (decay * (1 + reach), -3 * decay)
    case .matern52:
      let reach = Self.rootFive * squared.squareRoot()
      let decay = signal * exp(-reach)
      return (decay * (1 + reach + 5 / 3 * squared), -5 / 3 * decay * (1 + reach))
    default:
      // The callers ask for smooth kernels alone; see ``isSmooth``.
      let distance = squared.squareRoot()
      let value = signal * exp(-distance)
      return (value, distance > 0 ? -value / distance : 0)
    }
  }

  /// Whether the kernel has a derivative everywhere that this type knows.
  static func isSmooth(_ family: KernelFamily) -> Bool {
    switch family {
    case .rbf, .matern32, .matern52: true
    default: false
    }
  }

  private static let rootThree = 3.0.squareRoot()
  private static let rootFive = 5.0.squareRoot()
}
