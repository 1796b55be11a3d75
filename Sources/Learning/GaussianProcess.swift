public import DenseMath

/// An exact Gaussian process with mean 0 and given hyperparameters.
///
/// Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), algorithm 2.1, in double
/// precision. Noise stands on the diagonal of the training covariance only: variances are those of
/// the latent function. Construction is O(n³) and always succeeds: where rows say nearly the same,
/// ``jitter`` is added (``Cholesky/init(regularizing:)``), and ``conditionNumber`` says how near they are.
public struct GaussianProcess: Sendable {
  public let covariance: Covariance

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
  let points: PreparedCovariance

  /// `‖K‖₁`.
  let norm: Double

  /// - Parameters:
  ///   - inputs: `[n, d]` finite numbers, with all columns that the covariance reads.
  ///   - targets: `[n]` finite numbers.
  ///   - noiseFactors: `[n]` positive numbers, or empty.
  public init(
    covariance: Covariance, noiseVariance: Double, knownNoiseVariances: [Double] = [],
    noiseFactors: [Double] = [], inputs: Matrix, targets: [Double]
  ) {
    let noise = MeasurementNoise(
      common: noiseVariance, known: knownNoiseVariances, factors: noiseFactors)
    noise.check(inputs: inputs, targets: targets)
    let points = PreparedCovariance(covariance, inputs)
    var matrix = points.lowerTriangle
    for row in targets.indices { matrix[row, row] += noise[row] }
    self.init(
      covariance: covariance, noise: noise, inputs: inputs, targets: targets, points: points,
      factor: Cholesky(regularizing: matrix), norm: matrix.symmetricNorm)
  }

  /// With a stationary covariance of all columns.
  ///
  /// - Parameter inputs: `[n, d]`, `d` as many as the kernel has lengthscales.
  public init(
    kernel: Kernel, noiseVariance: Double, knownNoiseVariances: [Double] = [],
    noiseFactors: [Double] = [], inputs: Matrix, targets: [Double]
  ) {
    precondition(
      kernel.lengthscales.count == inputs.columns,
      "\(inputs.columns) coordinates, but \(kernel.lengthscales.count) lengthscales")
    self.init(
      covariance: Covariance(kernel), noiseVariance: noiseVariance,
      knownNoiseVariances: knownNoiseVariances, noiseFactors: noiseFactors, inputs: inputs,
      targets: targets)
  }

  private init(
    covariance: Covariance, noise: MeasurementNoise, inputs: Matrix, targets: [Double],
    points: PreparedCovariance, factor: Cholesky, norm: Double
  ) {
    self.covariance = covariance
    noiseVariance = noise.common
    knownNoiseVariances = noise.known
    noiseFactors = noise.factors
    self.inputs = inputs
    self.targets = targets
    self.points = points
    self.factor = factor
    self.norm = norm
    weights = factor.solve(targets)
  }

  var noise: MeasurementNoise {
    MeasurementNoise(common: noiseVariance, known: knownNoiseVariances, factors: noiseFactors)
  }

  /// The covariance, where it is a stationary one of all columns and nothing else.
  public var kernel: Kernel? { covariance.kernel(width: inputs.columns) }

  /// What had to be added to the diagonal of the training covariance; 0 as a rule.
  public var jitter: Double { factor.jitter }

  /// An estimate of the condition number of the training covariance with noise, in the 1-norm: about how
  /// many times greater than rounding the relative errors of predictions may be; O(n²).
  public var conditionNumber: Double { max(1, norm * factor.inverseNormEstimate) }

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
      let block = PreparedCovariance(
        covariance, queries.rows(start..<min(start + 256, queries.rows)))
      let cross = points.values(of: block)
      means += cross.multiplied(by: weights)
      let solved = factor.solveLower(rows: cross)
      for (row, prior) in block.variances.enumerated() {
        let explained = solved.row(row).reduce(0) { $0 + $1 * $1 }
        variances.append(max(0, prior - explained))
      }
    }
    return (means, variances)
  }

  /// Mean and covariance of the latent function at all points together.
  ///
  /// - Parameter queries: `[m, d]`.
  /// - Returns: `[m]` and `[m, m]`; O(m n (m + n)).
  public func posterior(_ queries: Matrix) -> (mean: [Double], covariance: Matrix) {
    let prepared = PreparedCovariance(covariance, queries)
    let cross = points.values(of: prepared)
    let solved = factor.solveLower(rows: cross)
    var result = prepared.values(of: prepared)
    let explained = solved.multiplied(byTransposeOf: solved)
    for place in result.elements.indices { result.elements[place] -= explained.elements[place] }
    return (cross.multiplied(by: weights), result)
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

  /// The process after more measurements, with the same hyperparameters; O(n² k) for `k` of them.
  public func conditioned(on newInputs: Matrix, targets newTargets: [Double]) -> GaussianProcess {
    precondition(
      newInputs.columns == inputs.columns,
      "\(newInputs.columns) coordinates, but the process has \(inputs.columns)")
    let noise = noise.extended(by: newTargets.count)
    let new = PreparedCovariance(covariance, newInputs)
    let cross = points.values(of: new)
    var own = new.values(of: new)
    for row in newTargets.indices { own[row, row] += noise[targets.count + row] }
    let all = Matrix(
      rows: inputs.rows + newInputs.rows, columns: inputs.columns,
      elements: inputs.elements + newInputs.elements)
    // At most this: a column of the whole is one of the old and one of the new rows.
    let added = (0..<own.rows).map { row in
      cross.row(row).reduce(0) { $0 + abs($1) } + own.row(row).reduce(0) { $0 + abs($1) }
    }
    return GaussianProcess(
      covariance: covariance, noise: noise, inputs: all, targets: targets + newTargets,
      points: PreparedCovariance(covariance, all),
      factor: factor.appending(cross: cross, own: own),
      norm: max(
        norm + (cross.elements.reduce(0) { max($0, abs($1)) }) * Double(own.rows),
        added.max() ?? 0))
  }
}

/// The variance of each measurement around the latent function.
struct MeasurementNoise: Sendable {
  /// What all share.
  let common: Double

  /// What each has beyond it, or empty.
  let known: [Double]

  /// How much of the common one each has, or empty for all of it.
  let factors: [Double]

  subscript(row: Int) -> Double { common * factor(row) + (known.isEmpty ? 0 : known[row]) }

  func factor(_ row: Int) -> Double { factors.isEmpty ? 1 : factors[row] }

  /// For more measurements of which nothing is known.
  func extended(by count: Int) -> MeasurementNoise {
    MeasurementNoise(
      common: common, known: known.isEmpty ? [] : known + [Double](repeating: 0, count: count),
      factors: factors.isEmpty ? [] : factors + [Double](repeating: 1, count: count))
  }

  func check(inputs: Matrix, targets: [Double]) {
    precondition(
      inputs.rows == targets.count, "\(inputs.rows) inputs, but \(targets.count) targets")
    for list in [known, factors] {
      precondition(
        list.isEmpty || list.count == targets.count,
        "\(list.count) variances or factors, but \(targets.count) targets")
    }
  }
}

extension Matrix {
  /// The greatest sum of absolute values along a column of a symmetric matrix whose lower triangle is
  /// given.
  fileprivate var symmetricNorm: Double {
    var sums = [Double](repeating: 0, count: rows)
    for row in 0..<rows {
      for (column, value) in elements[row * columns...row * columns + row].enumerated() {
        sums[column] += abs(value)
        if column < row { sums[row] += abs(value) }
      }
    }
    return sums.max() ?? 0
  }
}
