public import DenseMath
import Foundation

/// A Gaussian process of mean 0 behind measurements whose noise is not Gaussian: classes, ordered classes,
/// numbers with outliers.
///
/// Laplace's approximation (Rasmussen and Williams (2006), sections 3.4 and 5.5); construction is O(n³) and
/// needs no jitter.
public struct LatentProcess: Sendable {
  public let covariance: Covariance
  public let likelihood: Likelihood

  /// `[n, d]`.
  public let inputs: Matrix

  /// `[n]`: numbers, or numbers of classes.
  public let targets: [Double]

  let mode: LaplaceMode
  private let points: PreparedCovariance

  /// - Parameters:
  ///   - inputs: `[n, d]` finite numbers, with all columns that the covariance reads.
  ///   - targets: `[n]`.
  /// - Throws: ``GaussianProcessError`` for a target that the likelihood cannot give.
  public init(
    covariance: Covariance, likelihood: Likelihood, inputs: Matrix, targets: [Double]
  ) throws(GaussianProcessError) {
    precondition(
      inputs.rows == targets.count, "\(inputs.rows) inputs, but \(targets.count) targets")
    try likelihood.check(targets)
    self.covariance = covariance
    self.likelihood = likelihood
    self.inputs = inputs
    self.targets = targets
    points = PreparedCovariance(covariance, inputs)
    mode = LaplaceMode(points.values(of: points), likelihood, targets)
  }

  /// The approximate `log p(y)`.
  public var logMarginalLikelihood: Double { mode.logEvidence }

  /// The most probable latent values of the measurements.
  public var latentValues: [Double] { mode.latent }

  /// Mean and variance of the latent function at each point.
  ///
  /// - Parameter queries: `[m, d]`.
  /// - Returns: `[m]` and `[m]`; O(m n (d + n)).
  public func predict(_ queries: Matrix) -> (mean: [Double], variance: [Double]) {
    var means: [Double] = []
    var variances: [Double] = []
    let roots = mode.weights.map { $0.squareRoot() }
    for start in stride(from: 0, to: queries.rows, by: 256) {
      let block = PreparedCovariance(
        covariance, queries.rows(start..<min(start + 256, queries.rows)))
      var cross = points.values(of: block)
      means += cross.multiplied(by: mode.coefficients)
      for row in 0..<cross.rows {
        for column in roots.indices { cross[row, column] *= roots[column] }
      }
      let solved = mode.factor.solveLower(rows: cross)
      for (row, prior) in block.variances.enumerated() {
        let explained = solved.row(row).reduce(0) { $0 + $1 * $1 }
        variances.append(max(0, prior - explained))
      }
    }
    return (means, variances)
  }

  /// The probability of each class at each point, averaged over the latent function.
  ///
  /// Exact for ``Likelihood/probit`` and ``Likelihood/ordinal(thresholds:)``, for ``Likelihood/logistic`` by the trapezoidal
  /// rule, to 1e-6 up to a latent variance of 100.
  ///
  /// - Parameter queries: `[m, d]`.
  /// - Returns: `[m, classes]`, without columns where targets are numbers.
  public func probabilities(_ queries: Matrix) -> Matrix {
    let (means, variances) = predict(queries)
    let rows = zip(means, variances).map { likelihood.probabilities(mean: $0, variance: $1) }
    return Matrix(
      rows: queries.rows, columns: likelihood.classes ?? 0, elements: rows.flatMap { $0 })
  }

  /// Variance of a new measurement around the latent function, where targets are numbers.
  public var noiseVariance: Double? {
    guard case .studentT(let squaredScale, let degrees) = likelihood else { return nil }
    return degrees > 2 ? squaredScale * degrees / (degrees - 2) : .infinity
  }

  /// What each measurement counts beside one on the function, 0 … 1, where targets are numbers: near 0 for
  /// an outlier.
  public var trust: [Double]? {
    guard case .studentT(let squaredScale, let degrees) = likelihood else { return nil }
    return zip(targets, mode.latent).map { target, value in
      1 / (1 + (target - value) * (target - value) / (degrees * squaredScale))
    }
  }
}

extension Likelihood {
  /// The probability of each class for a normal latent value.
  func probabilities(mean: Double, variance: Double) -> [Double] {
    let spread = (1 + variance).squareRoot()
    switch self {
    case .studentT: return []
    case .probit: return [Normal.cumulative(-mean / spread), Normal.cumulative(mean / spread)]
    case .ordinal(let thresholds):
      let below = thresholds.map { Normal.cumulative(($0 - mean) / spread) } + [1]
      return below.indices.map { max(0, below[$0] - ($0 == 0 ? 0 : below[$0 - 1])) }
    case .logistic:
      // The error falls exponentially with the number of nodes: the integrand is analytic.
      var (sum, total) = (0.0, 0.0)
      for node in -64...64 {
        let z = Double(node) / 8
        let density = exp(-0.5 * z * z)
        total += density
        sum += density / (1 + exp(-(mean + variance.squareRoot() * z)))
      }
      return [1 - sum / total, sum / total]
    }
  }
}
