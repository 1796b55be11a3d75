public import DenseMath

/// The approximate log marginal likelihood of measurements with noise that is not Gaussian, as a function of
/// the hyperparameters.
///
/// Gradients are analytic and those of the approximation itself, the mode moving along: Rasmussen and
/// Williams (2006), section 5.5.1.
public struct LatentEvidence: Sendable {
  /// Its own parameters do not matter.
  let covariance: Covariance

  /// Likewise.
  let likelihood: Likelihood

  /// `[n, d]`.
  let inputs: Matrix
  let targets: [Double]

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
  }

  /// - Parameters:
  ///   - parameters: Of the covariance, then of the likelihood.
  ///   - gradient: Receives the derivatives by `parameters`.
  /// - Returns: The approximate log marginal likelihood, −∞ where no mode was found; O(n³ + n² d).
  public func value(_ parameters: [Double], gradient: inout [Double]) -> Double {
    let own = covariance.parameterCount
    var (covariance, likelihood) = (covariance, likelihood)
    covariance.parameters = Array(parameters.prefix(own))
    likelihood.parameters = Array(parameters.dropFirst(own))
    let points = PreparedCovariance(covariance, inputs)
    let matrix = points.values(of: points)
    let mode = LaplaceMode(matrix, likelihood, targets)
    guard mode.converged, mode.logEvidence.isFinite else { return -.infinity }
    let slopes = LaplaceSlopes(mode, matrix, likelihood, targets)
    gradient = points.gradient(slopes.byCovariance) + slopes.byLikelihood(likelihood, targets)
    return mode.logEvidence
  }
}

/// Derivatives of the evidence by the covariance of each pair of measurements, and by the likelihood.
private struct LaplaceSlopes {
  /// `K⁻¹ f`.
  let coefficients: [Double]

  /// `R = W^½ B⁻¹ W^½`.
  let response: Matrix

  /// Posterior variances of the latent values.
  let variances: [Double]

  /// `(I − R K) s`, `s` being the derivative of the determinant's part by the latent values.
  let implicit: [Double]

  /// `K` times ``implicit``.
  let moved: [Double]

  init(_ mode: LaplaceMode, _ covariance: Matrix, _ likelihood: Likelihood, _ targets: [Double]) {
    coefficients = mode.coefficients
    let roots = mode.weights.map { $0.squareRoot() }
    var response = mode.factor.inverse
    let precisions = response.diagonal
    let variances = targets.indices.map { row in
      mode.weights[row] > 0
        ? min((1 - precisions[row]) / mode.weights[row], covariance[row, row])
        : covariance[row, row]
    }
    for row in roots.indices {
      for column in roots.indices { response[row, column] *= roots[row] * roots[column] }
    }
    let bySelf = targets.indices.map { row in
      -0.5 * variances[row] * likelihood.terms(mode.latent[row], targets[row]).weightSlope
    }
    let explained = response.multiplied(by: covariance.multiplied(by: bySelf))
    implicit = zip(bySelf, explained).map { $0 - $1 }
    moved = covariance.multiplied(by: implicit)
    latent = mode.latent
    self.response = response
    self.variances = variances
  }

  private let latent: [Double]

  func byCovariance(_ row: Int, _ slopes: UnsafeMutableBufferPointer<Double>) {
    for column in 0...row {
      let pulled = implicit[row] * coefficients[column] + coefficients[row] * implicit[column]
      let own = coefficients[row] * coefficients[column] - response[row, column] + pulled
      slopes[column] = column < row ? own : 0.5 * own
    }
  }

  func byLikelihood(_ likelihood: Likelihood, _ targets: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: likelihood.parameters.count)
    guard !sums.isEmpty else { return [] }
    for row in targets.indices {
      let slopes = likelihood.parameterSlopes(latent[row], targets[row])
      for (place, slope) in slopes.enumerated() {
        sums[place] +=
          slope.logDensity - 0.5 * variances[row] * slope.weight + moved[row] * slope.slope
      }
    }
    return sums
  }
}

/// Finds covariance and likelihood with the highest posterior density (approximate evidence times prior).
public struct LatentFit: Sendable {
  /// Starting points of the search; the best end wins.
  public var starts = 2
  public var maximumIterations = 60

  public init() {}

  /// - Parameter generator: Draws the starts after the second.
  /// - Throws: ``GaussianProcessError`` when no start can be evaluated.
  public func process(
    _ evidence: LatentEvidence, using generator: inout SplitMix64
  ) throws(GaussianProcessError) -> LatentProcess {
    let search = ParameterSearch(
      priors: evidence.covariance.priors + evidence.likelihood.priors, starts: starts,
      maximumIterations: maximumIterations)
    let found = search.maximize(from: nil, using: &generator) { point, gradient in
      evidence.value(point, gradient: &gradient)
    }
    guard let found else { throw .noStart }
    var (covariance, likelihood) = (evidence.covariance, evidence.likelihood)
    covariance.parameters = Array(found.parameters.prefix(covariance.parameterCount))
    likelihood.parameters = Array(found.parameters.dropFirst(covariance.parameterCount))
    return try LatentProcess(
      covariance: covariance, likelihood: likelihood, inputs: evidence.inputs,
      targets: evidence.targets)
  }
}
