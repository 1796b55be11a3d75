public import DenseMath
public import Matter

/// A Gaussian process on described candidates, in the unit of the target.
///
/// Epistemic variance is that of the latent function; aleatoric variance is the fitted noise plus
/// the mean of the known variances of the training rows.
public struct GaussianProcessSurrogate: Surrogate {
  public let features: CandidateFeatures

  /// How many variables each candidate has.
  public let variables: Int
  public let inputStandardization: FeatureStandardization
  public let targetStandardization: TargetStandardization

  /// Of ``process``.
  public let kernel: Kernel

  /// On standardized inputs and targets.
  public let process: GaussianProcess

  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let (means, variances) = process.predict(try inputs(candidates))
    let scale = targetStandardization.scale
    let noise = aleatoricVariance
    return zip(means, variances).map { mean, variance in
      Prediction(
        mean: targetStandardization.mean + scale * mean, aleatoricVariance: noise,
        epistemicVariance: scale * scale * variance)
    }
  }

  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    let drawn = process.sample(try inputs(candidates), using: &generator)
    return drawn.map { targetStandardization.mean + targetStandardization.scale * $0 }
  }

  /// Variance of a new measurement around the latent function, in the unit of the target squared.
  public var aleatoricVariance: Double {
    let known = process.knownNoiseVariances
    let typical = known.isEmpty ? 0 : Statistics.mean(known)
    let scale = targetStandardization.scale
    return scale * scale * (process.noiseVariance + typical)
  }

  /// Hyperparameters by incoming column: what a later fit on more rows can start from. Columns
  /// that were left out have the median of the others.
  public var hyperparameters: GaussianProcessHyperparameters {
    let own = kernel.lengthscales
    var all = [Double](
      repeating: Statistics.median(own), count: inputStandardization.width)
    for (place, column) in inputStandardization.columns.enumerated() { all[column] = own[place] }
    return GaussianProcessHyperparameters(
      lengthscales: all, signalVariance: kernel.signalVariance,
      noiseVariance: process.noiseVariance)
  }

  /// Standardized inputs: `[n, d]`.
  private func inputs(_ candidates: [Candidate]) throws -> Matrix {
    inputStandardization(try features.matrix(candidates, variables: variables))
  }
}

extension GaussianProcessSurrogate: ConditionableSurrogate {
  public func conditioned(
    on candidates: [Candidate], targets: [Double]
  ) throws -> any ConditionableSurrogate {
    GaussianProcessSurrogate(
      features: features, variables: variables, inputStandardization: inputStandardization,
      targetStandardization: targetStandardization, kernel: kernel,
      process: process.conditioned(
        on: try inputs(candidates), targets: targetStandardization(targets)))
  }
}
