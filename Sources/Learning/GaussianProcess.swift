public import DenseMath

/// An exact Gaussian process with mean 0 and given hyperparameters.
///
/// Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), algorithm 2.1, in double
/// precision. Noise stands on the diagonal of the training covariance only: variances are those of
/// the latent function. Construction is O(n³).
public struct GaussianProcess: Sendable {
  public let kernel: Kernel

  /// Variance of the noise that all measurements share.
  public let noiseVariance: Double

  /// What each measurement's variance has beyond ``noiseVariance``: one number a row, or empty.
  public let knownNoiseVariances: [Double]

  /// How much of ``noiseVariance`` each measurement has: one number a row, or empty for all of it.
  public let noiseFactors: [Double]

  /// `[n, d]`.
  public let inputs: Matrix

  /// `[n]`.
  public let targets: [Double]

  /// Of the covariance with noise.
  let factor: Cholesky

  /// `K⁻¹ y`.
  let weights: [Double]
  let points: ScaledPoints

  /// - Parameters:
  ///   - inputs: `[n, d]` finite numbers, `d` as many as the kernel has lengthscales.
  ///   - targets: `[n]` finite numbers.
  ///   - noiseFactors: `[n]` positive numbers, or empty.
  /// - Throws: ``CholeskyError`` when the covariance cannot be factored even with jitter.
  public init(
    kernel: Kernel, noiseVariance: Double, knownNoiseVariances: [Double] = [],
    noiseFactors: [Double] = [], inputs: Matrix, targets: [Double]
  ) throws(CholeskyError) {
    precondition(
      inputs.rows == targets.count, "\(inputs.rows) inputs, but \(targets.count) targets")
    precondition(
      knownNoiseVariances.isEmpty || knownNoiseVariances.count == targets.count,
      "\(knownNoiseVariances.count) known variances, but \(targets.count) targets")
    self.kernel = kernel
    self.noiseVariance = noiseVariance
    precondition(
      noiseFactors.isEmpty || noiseFactors.count == targets.count,
      "\(noiseFactors.count) factors, but \(targets.count) targets")
    self.knownNoiseVariances = knownNoiseVariances
    self.noiseFactors = noiseFactors
    self.inputs = inputs
    self.targets = targets
    points = ScaledPoints(inputs, lengthscales: kernel.lengthscales)
    var covariance = kernel.covariance(inputs, points)
    for row in targets.indices {
      let known = knownNoiseVariances.isEmpty ? 0 : knownNoiseVariances[row]
      covariance[row, row] += noiseVariance * (noiseFactors.isEmpty ? 1 : noiseFactors[row]) + known
    }
    factor = try Cholesky(addingJitterTo: covariance)
    weights = factor.solve(targets)
  }

  /// `log p(y)` under the prior and the noise.
  public var logMarginalLikelihood: Double {
    let fit = zip(targets, weights).reduce(0) { $0 + $1.0 * $1.1 }
    let count = Double(targets.count)
    return -0.5 * fit - 0.5 * factor.logDeterminant - count * Normal.logRootTwoPi
  }

  /// Mean and variance of the latent function at each point.
  ///
  /// - Parameter queries: `[m, d]`.
  /// - Returns: `[m]` and `[m]`; O(m n (d + n)).
  public func predict(_ queries: Matrix) -> (mean: [Double], variance: [Double]) {
    var means: [Double] = []
    var variances: [Double] = []
    means.reserveCapacity(queries.rows)
    variances.reserveCapacity(queries.rows)
    for start in stride(from: 0, to: queries.rows, by: 256) {
      let block = queries.rows(start..<min(start + 256, queries.rows))
      let cross = kernel.covariance(block, points)
      means += cross.multiplied(by: weights)
      let solved = factor.solveLower(rows: cross)
      for row in 0..<block.rows {
        let explained = solved.row(row).reduce(0) { $0 + $1 * $1 }
        variances.append(max(0, kernel.signalVariance - explained))
      }
    }
    return (means, variances)
  }

  /// Mean and covariance of the latent function at all points together.
  ///
  /// - Parameter queries: `[m, d]`.
  /// - Returns: `[m]` and `[m, m]`; O(m n (m + n)).
  public func posterior(_ queries: Matrix) -> (mean: [Double], covariance: Matrix) {
    let cross = kernel.covariance(queries, points)
    let solved = factor.solveLower(rows: cross)
    var covariance = kernel.covariance(queries, queries)
    let explained = solved.multiplied(byTransposeOf: solved)
    for place in covariance.elements.indices {
      covariance.elements[place] -= explained.elements[place]
    }
    return (cross.multiplied(by: weights), covariance)
  }

  /// What each measurement would have been predicted as without itself.
  ///
  /// Closed form of Sundararajan and Keerthi, Neural Comput. 13, 1103 (2001); O(n³).
  ///
  /// - Returns: Means, and variances that include the noise.
  public var leaveOneOut: (mean: [Double], variance: [Double]) {
    let precisions = factor.inverse.diagonal
    let means = targets.indices.map { targets[$0] - weights[$0] / precisions[$0] }
    return (means, precisions.map { 1 / $0 })
  }

  /// The process after more measurements, with the same hyperparameters.
  public func conditioned(
    on newInputs: Matrix, targets newTargets: [Double]
  ) throws(CholeskyError) -> GaussianProcess {
    precondition(
      newInputs.columns == inputs.columns,
      "\(newInputs.columns) coordinates, but the process has \(inputs.columns)")
    let known = knownNoiseVariances + newTargets.map { _ in 0 }
    return try GaussianProcess(
      kernel: kernel, noiseVariance: noiseVariance,
      knownNoiseVariances: knownNoiseVariances.isEmpty ? [] : known,
      noiseFactors: noiseFactors.isEmpty ? [] : noiseFactors + newTargets.map { _ in 1 },
      inputs: Matrix(
        rows: inputs.rows + newInputs.rows, columns: inputs.columns,
        elements: inputs.elements + newInputs.elements),
      targets: targets + newTargets)
  }
}
