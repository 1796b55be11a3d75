import DenseMath
import Foundation
import Learning

/// The posterior of a Gaussian process at some points, and how a function of it changes with them.
struct DifferentiableProcess {
  let dimensions: Int
  private let count: Int
  private let family: KernelFamily
  private let signal: Double
  private let inverseLengths: [Double]

  /// `[n, d]`, divided by the lengthscales.
  private let scaled: Matrix
  private let precision: Matrix
  private let weights: [Double]

  /// O(n³).
  ///
  /// - Precondition: The covariance is one stationary kernel.
  init(_ process: GaussianProcess) throws(CholeskyError) {
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
    self.scaled = scaled
    let factor = try Cholesky(addingJitterTo: covariance)
    precision = factor.inverse
    weights = factor.solve(process.targets)
  }

  struct Posterior {
    let means: [Double]
    let covariance: Matrix

    /// `[q, n]`: derivatives of the kernel by half of the squared distance.
    fileprivate let slopes: Matrix
    fileprivate let explained: Matrix
    fileprivate let points: [Double]
    fileprivate let between: Matrix
  }

  /// - Parameter points: `[q, d]`, row by row.
  func posterior(_ points: [Double]) -> Posterior {
    let size = points.count / dimensions
    var own = points
    for place in own.indices { own[place] *= inverseLengths[place % dimensions] }
    var cross = Matrix(rows: size, columns: count)
    var slopes = cross
    for row in 0..<size {
      for other in 0..<count {
        let (value, slope) = kernel { own[row * dimensions + $0] - scaled[other, $0] }
        cross[row, other] = value
        slopes[row, other] = slope
      }
    }
    let explained = cross.multiplied(byTransposeOf: precision)
    var covariance = explained.multiplied(byTransposeOf: cross)
    var between = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for other in 0..<size {
        let (value, slope) = kernel {
          own[row * dimensions + $0] - own[other * dimensions + $0]
        }
        covariance[row, other] = value - covariance[row, other]
        between[row, other] = slope
      }
    }
    return Posterior(
      means: cross.multiplied(by: weights), covariance: covariance, slopes: slopes,
      explained: explained, points: own, between: between)
  }

  /// - Parameters:
  ///   - means: The derivative of a function by the posterior means.
  ///   - covariances: By the covariances, symmetric.
  /// - Returns: By the points, `[q, d]` row by row.
  func gradient(_ posterior: Posterior, means: [Double], covariances: Matrix) -> [Double] {
    let size = means.count
    var gradient = [Double](repeating: 0, count: size * dimensions)
    var pull = [Double](repeating: 0, count: dimensions)
    for row in 0..<size {
      var total = 0.0
      for column in pull.indices { pull[column] = 0 }
      for other in 0..<count {
        var weight = means[row] * weights[other]
        for second in 0..<size {
          weight -= 2 * covariances[row, second] * posterior.explained[second, other]
        }
        weight *= posterior.slopes[row, other]
        total += weight
        for column in 0..<dimensions { pull[column] += weight * scaled[other, column] }
      }
      for second in 0..<size where second != row {
        let weight = 2 * covariances[row, second] * posterior.between[row, second]
        total += weight
        for column in 0..<dimensions {
          pull[column] += weight * posterior.points[second * dimensions + column]
        }
      }
      for column in 0..<dimensions {
        let place = row * dimensions + column
        gradient[place] =
          (total * posterior.points[place] - pull[column]) * inverseLengths[column]
      }
    }
    return gradient
  }

  /// The covariance at a scaled difference, and its derivative by half of the squared distance.
  @inline(__always)
  private func kernel(_ difference: (Int) -> Double) -> (value: Double, slope: Double) {
    var squared = 0.0
    for column in 0..<dimensions {
      let step = difference(column)
      squared += step * step
    }
    let distance = squared.squareRoot()
    switch family {
    case .rbf:
      let value = signal * exp(-0.5 * squared)
      return (value, -value)
    case .matern32:
      let decay = signal * exp(-Self.rootThree * distance)
      return (decay * (1 + Self.rootThree * distance), -3 * decay)
    case .matern52:
      let reach = Self.rootFive * distance
      let decay = signal * exp(-reach)
      return (decay * (1 + reach + 5 / 3 * squared), -5 / 3 * decay * (1 + reach))
    default:
      // The callers ask for smooth kernels alone; see ``isSmooth``.
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
