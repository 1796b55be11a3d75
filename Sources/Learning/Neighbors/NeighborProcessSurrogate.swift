public import DenseMath
import Foundation
public import Matter

/// A ``NeighborProcess`` on described candidates, in the unit of the target: the Gaussian process of
/// large tables.
///
/// Epistemic variance is that of the latent function; aleatoric variance is the fitted noise plus
/// the mean of the known variances of the training rows.
public struct NeighborProcessSurrogate: Surrogate {
  public let features: CandidateFeatures

  /// How many variables each candidate has.
  public let variables: Int
  public let inputStandardization: FeatureStandardization
  public let targetStandardization: TargetStandardization

  /// On standardized inputs and targets.
  public let process: NeighborProcess

  /// Candidates in one piece of work.
  private static let block = 256

  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let blocks = stride(from: 0, to: candidates.count, by: Self.block).map {
      $0..<min($0 + Self.block, candidates.count)
    }
    let scale = targetStandardization.scale
    let noise = aleatoricVariance
    let threads = ProcessInfo.processInfo.activeProcessorCount
    return try parallelMap(blocks, threads: threads) { rows in
      let (means, variances) = try process.predict(try inputs(Array(candidates[rows])))
      return zip(means, variances).map { mean, variance in
        Prediction(
          mean: targetStandardization.mean + scale * mean, aleatoricVariance: noise,
          epistemicVariance: scale * scale * variance)
      }
    }.flatMap { $0 }
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

  /// What a prediction rests on, in words.
  public var summary: String {
    "\(process.neighbors) nearest of \(process.inputs.rows) rows each"
  }

  /// Standardized inputs: `[n, d]`.
  private func inputs(_ candidates: [Candidate]) throws -> Matrix {
    inputStandardization(try features.matrix(candidates, variables: variables))
  }
}

extension NeighborProcessSurrogate: ConditionableSurrogate {
  public func conditioned(
    on candidates: [Candidate], targets: [Double]
  ) throws -> any ConditionableSurrogate {
    NeighborProcessSurrogate(
      features: features, variables: variables, inputStandardization: inputStandardization,
      targetStandardization: targetStandardization,
      process: process.conditioned(
        on: try inputs(candidates), targets: targetStandardization(targets)))
  }
}
