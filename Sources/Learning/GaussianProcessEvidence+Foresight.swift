import DenseMath
import Foundation

extension GaussianProcessEvidence {
  /// The same rows under a stationary covariance with one lengthscale for all columns.
  func sharingLengthscale(_ family: KernelFamily) -> GaussianProcessEvidence {
    GaussianProcessEvidence(
      family: family, sharesLengthscale: true, inputs: inputs, targets: targets,
      knownNoiseVariances: knownNoiseVariances, noiseFactors: noiseFactors)
  }

  /// How well each row is foreseen by the others: `Σ log p(yᵢ | y₋ᵢ)` (Sundararajan and Keerthi, Neural
  /// Comput. 13, 1103 (2001)); O(n³).
  ///
  /// The marginal likelihood of a fit with many lengthscales says less: these were chosen to raise it.
  func foresight(_ found: GaussianProcessFit.Result) -> Double {
    let process = GaussianProcess(
      covariance: found.covariance, noiseVariance: found.noiseVariance,
      knownNoiseVariances: knownNoiseVariances, noiseFactors: noiseFactors, inputs: inputs,
      targets: targets)
    let (means, variances) = process.leaveOneOut
    return targets.indices.reduce(0) { sum, row in
      let error = targets[row] - means[row]
      return sum - 0.5 * (log(variances[row]) + error * error / variances[row])
    }
  }
}
