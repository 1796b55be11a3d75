public import DenseMath
import Foundation

/// The log marginal likelihood of training data as a function of the hyperparameters.
///
/// Gradients are analytic: Rasmussen and Williams (2006), equation 5.9.
public struct GaussianProcessEvidence: Sendable {
  /// Its own parameters do not matter.
  let covariance: Covariance

  /// `[n, d]`.
  let inputs: Matrix
  let targets: [Double]
  let knownNoiseVariances: [Double]

  /// How much of the common noise each measurement has; all of it if empty.
  let noiseFactors: [Double]

  /// - Parameters:
  ///   - inputs: `[n, d]`.
  ///   - knownNoiseVariances: `[n]`, or empty for none.
  ///   - noiseFactors: `[n]` positive numbers, or empty for 1 each.
  public init(
    covariance: Covariance, inputs: Matrix, targets: [Double],
    knownNoiseVariances: [Double] = [], noiseFactors: [Double] = []
  ) {
    self.covariance = covariance
    self.inputs = inputs
    self.targets = targets
    self.knownNoiseVariances = knownNoiseVariances
    self.noiseFactors = noiseFactors
    noise(0).check(inputs: inputs, targets: targets)
  }

  /// With a stationary covariance of all columns.
  ///
  /// - Parameter sharesLengthscale: One lengthscale for all columns, not one for each.
  public init(
    family: KernelFamily, sharesLengthscale: Bool = false, inputs: Matrix, targets: [Double],
    knownNoiseVariances: [Double] = [], noiseFactors: [Double] = []
  ) {
    let lengthscales = [Double](repeating: 1, count: sharesLengthscale ? 1 : inputs.columns)
    let leaf = StationaryCovariance(
      family, lengthscales: lengthscales, columns: Array(0..<inputs.columns))
    self.init(
      covariance: .scaled(.stationary(leaf), variance: 1), inputs: inputs, targets: targets,
      knownNoiseVariances: knownNoiseVariances, noiseFactors: noiseFactors)
  }

  /// Up to `count` rows at random, in their order.
  func subset(_ count: Int, using generator: inout SplitMix64) -> GaussianProcessEvidence {
    guard targets.count > count else { return self }
    return rows(generator.shuffled(targets.indices).prefix(max(count, 1)).sorted())
  }

  /// The rows at some places.
  func rows(_ rows: [Int]) -> GaussianProcessEvidence {
    GaussianProcessEvidence(
      covariance: covariance, inputs: inputs.rows(at: rows), targets: rows.map { targets[$0] },
      knownNoiseVariances: knownNoiseVariances.isEmpty ? [] : rows.map { knownNoiseVariances[$0] },
      noiseFactors: noiseFactors.isEmpty ? [] : rows.map { noiseFactors[$0] })
  }

  private func noise(_ common: Double) -> MeasurementNoise {
    MeasurementNoise(common: common, known: knownNoiseVariances, factors: noiseFactors)
  }

  /// - Parameters:
  ///   - parameters: Of the covariance (``Covariance/parameters``), then the logarithm of the noise
  ///     variance.
  ///   - gradient: Receives the derivatives by `parameters`.
  /// - Returns: The log marginal likelihood, or −∞ where the covariance cannot be factored;
  ///   O(n³ + n² d).
  public func value(_ parameters: [Double], gradient: inout [Double]) -> Double {
    let common = exp(parameters.last ?? 0)
    let noise = noise(common)
    var own = covariance
    own.parameters = Array(parameters.dropLast())
    let points = PreparedCovariance(own, inputs)
    var matrix = points.lowerTriangle
    for row in targets.indices { matrix[row, row] += noise[row] }
    guard let factor = try? Cholesky(addingJitterTo: matrix) else { return -.infinity }
    let weights = factor.solve(targets)
    let inverse = factor.inverse.elements
    let order = targets.count
    gradient = inverse.withUnsafeBufferPointer { inverse in
      points.gradient { row, slopes in
        let start = row * order
        for column in 0..<row {
          slopes[column] = weights[row] * weights[column] - inverse[start + column]
        }
        slopes[row] = 0.5 * (weights[row] * weights[row] - inverse[start + row])
      }
    }
    var byNoise = 0.0
    for row in 0..<order {
      byNoise +=
        noise.factor(row) * (weights[row] * weights[row] - inverse[row * order + row])
    }
    gradient.append(0.5 * common * byNoise)
    let fit = zip(targets, weights).reduce(0) { $0 + $1.0 * $1.1 }
    return -0.5 * fit - 0.5 * factor.logDeterminant - Double(order) * Normal.logRootTwoPi
  }
}
