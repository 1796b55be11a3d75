public import DenseMath
import Foundation

/// Finds the hyperparameters with the highest posterior density (evidence times prior).
public struct GaussianProcessFit: Sendable {
  /// Of the variance of the noise, in units of the standardized targets.
  public var noisePrior = ParameterPrior.noiseVariance

  /// Starting points of the search; the best end wins.
  public var starts = 2
  public var maximumIterations = 60

  public init() {}

  public struct Result: Sendable {
    public var covariance: Covariance
    public var noiseVariance: Double

    /// Evidence plus prior, up to a constant.
    public var logPosterior: Double
    public var evaluations: Int

    /// Of the covariance, then the logarithm of the noise variance.
    public var parameters: [Double] { covariance.parameters + [log(noiseVariance)] }
  }

  /// The least noise variance of standardized targets that a fit may arrive at.
  public static let leastNoiseVariance = 1e-4

  /// - Parameters:
  ///   - first: Where the first search starts, if not where the priors say; as
  ///     ``GaussianProcessEvidence/value(_:gradient:)`` takes parameters. With it, a single start is usually
  ///     enough.
  ///   - generator: Draws the starts after the second.
  /// - Throws: ``GaussianProcessError`` when no start can be evaluated.
  public func maximize(
    _ evidence: GaussianProcessEvidence, from first: [Double]? = nil,
    using generator: inout SplitMix64
  ) throws(GaussianProcessError) -> Result {
    let search = ParameterSearch(
      priors: evidence.covariance.priors + [noisePrior], starts: starts,
      maximumIterations: maximumIterations)
    let found = search.maximize(from: first, using: &generator) { point, gradient in
      evidence.value(point, gradient: &gradient)
    }
    guard let found else { throw .noStart }
    var covariance = evidence.covariance
    covariance.parameters = Array(found.parameters.dropLast())
    let noise = exp(found.parameters[found.parameters.count - 1])
    return Result(
      covariance: covariance, noiseVariance: max(noise, exp(noisePrior.range.lowerBound)),
      logPosterior: found.logPosterior, evaluations: found.evaluations)
  }

  /// Fits a covariance to data and conditions on them.
  public func process(
    _ evidence: GaussianProcessEvidence, using generator: inout SplitMix64
  ) throws(GaussianProcessError) -> GaussianProcess {
    let found = try maximize(evidence, using: &generator)
    return GaussianProcess(
      covariance: found.covariance, noiseVariance: found.noiseVariance,
      knownNoiseVariances: evidence.knownNoiseVariances, noiseFactors: evidence.noiseFactors,
      inputs: evidence.inputs, targets: evidence.targets)
  }
}
