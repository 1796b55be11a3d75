import DenseMath
import Foundation
public import Matter

/// Fits a Gaussian process to measurements of which some are far off: noise is Student's t.
///
/// Laplace's approximation (``LatentProcess``) is a Gaussian process again, on targets that lie nearer
/// to the function the farther off a measurement is, `f + W⁻¹ ∂ log p/∂f`, with noise of variance `W⁻¹`
/// (Rasmussen and Williams (2006), section 3.4). The result is that process: it samples, has covariances
/// and takes rows in, these with Gaussian noise until the next fit. O(n³) with a larger factor than
/// ``GaussianProcessTrainer``.
public struct RobustProcessTrainer: DescribingTrainer {
  public var configuration: GaussianProcessTrainer.Configuration
  public var features: CandidateFeatures { configuration.features }

  public init(_ configuration: GaussianProcessTrainer.Configuration = .init()) {
    self.configuration = configuration
  }

  /// - Throws: ``GaussianProcessError``, and what the representation refuses.
  public func train(
    candidates: [Candidate], targets: [Double], seed: UInt64
  ) throws -> any Surrogate {
    guard targets.count <= configuration.mostRowsInSearch * 2 else {
      throw GaussianProcessError.tooManyRows(
        targets.count, most: configuration.mostRowsInSearch * 2)
    }
    let data = try GaussianProcessTrainer(configuration).prepared(candidates, targets, [], nil)
    let inputs = data.evidence.inputs
    let latent = try fit(inputs, data.evidence.targets, seed: seed)
    guard let kernel = latent.covariance.kernel(width: inputs.columns) else {
      preconditionFailure("the covariance was made from one kernel of all columns")
    }
    let terms = zip(latent.latentValues, latent.targets).map { latent.likelihood.terms($0, $1) }
    let pulled = zip(latent.latentValues, terms).map { $0 + $1.slope / $1.weight }
    return GaussianProcessSurrogate(
      features: configuration.features, variables: candidates[0].variables.count,
      inputStandardization: data.inputs, targetStandardization: data.targets, kernel: kernel,
      process: GaussianProcess(
        kernel: kernel, noiseVariance: 1 / (terms.first?.weight ?? 1), inputs: inputs,
        targets: pulled))
  }

  private func fit(_ inputs: Matrix, _ targets: [Double], seed: UInt64) throws -> LatentProcess {
    let shared = inputs.columns > configuration.mostOwnLengthscales
    let scales = [Double](repeating: 1, count: shared ? 1 : inputs.columns)
    let covariance = Covariance.scaled(
      .stationary(
        StationaryCovariance(
          configuration.kernel, lengthscales: scales, columns: Array(0..<inputs.columns))),
      variance: 1)
    let evidence = try LatentEvidence(
      covariance: covariance, likelihood: .studentT(squaredScale: 0.05), inputs: inputs,
      targets: targets)
    var search = LatentFit()
    search.starts = configuration.starts
    search.maximumIterations = configuration.maximumIterations
    var generator = SplitMix64(seed: seed)
    return try search.process(evidence, using: &generator)
  }
}
