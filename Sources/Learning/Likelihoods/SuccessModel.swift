import DenseMath
import Foundation
public import Matter

/// The probability that a measurement succeeds, learned from those that did and those that did not: a
/// probit process on described candidates.
public struct SuccessModel: Sendable {
  private let features: CandidateFeatures
  private let variables: Int
  private let inputs: FeatureStandardization

  /// `nil` where all candidates look alike: the share of successes is then all that is known.
  private let process: LatentProcess?
  private let share: Double

  /// - Parameters:
  ///   - succeeded: For each candidate; at least one of either kind.
  ///   - kernel: Of the latent function.
  /// - Throws: ``GaussianProcessError``, and what the representation refuses.
  public init(
    _ features: CandidateFeatures, candidates: [Candidate], succeeded: [Bool],
    kernel: KernelFamily = .matern52, seed: UInt64
  ) throws {
    precondition(
      candidates.count == succeeded.count && Set(succeeded).count == 2,
      "successes and failures are needed, one for each candidate")
    self.features = features
    variables = candidates[0].variables.count
    let raw = try features.matrix(candidates)
    inputs = FeatureStandardization(fitting: raw)
    share = Double(succeeded.count { $0 }) / Double(succeeded.count)
    guard !inputs.columns.isEmpty else {
      process = nil
      return
    }
    // One lengthscale: failures are few. The last column is constant: a function that is the same
    // everywhere carries the share of the successes.
    let width = inputs.columns.count
    let near = Covariance.scaled(
      .stationary(
        StationaryCovariance(kernel, lengthscales: [1], columns: Array(0..<width))), variance: 1)
    let everywhere = Covariance.dotProduct(
      DotProductCovariance(weightVariances: [1], columns: [width]))
    let evidence = try LatentEvidence(
      covariance: .sum([near, everywhere]), likelihood: .probit,
      inputs: Self.withConstant(inputs(raw)), targets: succeeded.map { $0 ? 1 : 0 })
    var generator = SplitMix64(seed: seed)
    process = try LatentFit().process(evidence, using: &generator)
  }

  /// `log p` of each candidate.
  public func logProbabilities(_ candidates: [Candidate]) throws -> [Double] {
    guard let process else { return candidates.map { _ in log(share) } }
    let chances = process.probabilities(
      Self.withConstant(inputs(try features.matrix(candidates, variables: variables))))
    return (0..<chances.rows).map { log(max(chances[$0, 1], 1e-300)) }
  }

  private static func withConstant(_ points: Matrix) -> Matrix {
    var elements: [Double] = []
    elements.reserveCapacity(points.rows * (points.columns + 1))
    for row in 0..<points.rows { elements += Array(points.row(row)) + [1] }
    return Matrix(rows: points.rows, columns: points.columns + 1, elements: elements)
  }
}
