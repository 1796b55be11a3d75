public import DenseMath
import Foundation
public import Matter

/// Gaussian processes on the vectors that networks have learned.
///
/// Each member is the encoder of a network that was trained without one fold, and a process on its
/// vectors. The mean is the mean of the members' means; the aleatoric variance is the mean of the
/// fitted noises. The epistemic variance is the mean of the latent variances, or the variance of the
/// members' means where that is larger: not their sum, since the latent variance was fitted to errors
/// of single members and so knows how far they are apart already.
public struct HybridSurrogate: Surrogate {
  struct Member: Sendable {
    /// Of one network.
    let network: DeepEnsemble
    let target: TargetStandardization
    /// Of the columns of ``HybridSurrogate/guardFeatures``; `nil` without a guard.
    let descriptors: FeatureStandardization?
    let process: VectorProcess
    /// Whether the process has learned what the network's own answer leaves over.
    let addsNetwork: Bool
  }

  let members: [Member]

  /// What stands beside the vectors so that they cannot collapse.
  public let guardFeatures: CandidateFeatures?

  /// How many variables each candidate has.
  public let variables: Int

  /// Of the vectors of training rows that their encoder has not seen; mean of the members.
  public let quality: VectorQuality

  private struct Answer {
    var mean: [Double]
    var latent: [Double]
    var noise: Double
  }

  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let answers = try answers(candidates)
    let count = Double(members.count)
    return candidates.indices.map { row in
      let mean = answers.reduce(0) { $0 + $1.mean[row] } / count
      let between = answers.reduce(0) { $0 + ($1.mean[row] - mean) * ($1.mean[row] - mean) }
      let latent = answers.reduce(0) { $0 + $1.latent[row] }
      return Prediction(
        mean: mean, aleatoricVariance: answers.reduce(0) { $0 + $1.noise } / count,
        epistemicVariance: max(latent, between) / count)
    }
  }

  private func answers(_ candidates: [Candidate]) throws -> [Answer] {
    let raw = try rawDescriptors(candidates)
    return try members.map { member in
      let (points, means) = try member.points(candidates, raw)
      let found = try member.process.predict(
        points, threads: ProcessInfo.processInfo.activeProcessorCount)
      let scale = member.target.scale
      return Answer(
        mean: member.means(found.mean, beside: means),
        latent: found.variance.map { scale * scale * $0 },
        noise: scale * scale * member.process.noiseVariance)
    }
  }

  private func rawDescriptors(_ candidates: [Candidate]) throws -> Matrix? {
    try guardFeatures.map { try $0.matrix(candidates, variables: variables) }
  }

  /// A draw from the process of a member that is drawn itself.
  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    let member = members[generator.index(below: members.count)]
    let (points, means) = try member.points(candidates, try rawDescriptors(candidates))
    return member.means(member.process.sample(points, using: &generator), beside: means)
  }

  /// What the members are and how their vectors do, in words.
  public var summary: String {
    let exact = members.allSatisfy { $0.process.exact != nil }
    let process =
      (exact ? "exact processes" : "processes on \(members[0].process.process.neighbors) neighbors")
      + (members.allSatisfy(\.addsNetwork) ? " of what they leave over" : "")
    let share = String(format: "%.1f", 100 * quality.coinciding)
    let rank = String(format: "%.1f", quality.effectiveRank)
    let state =
      quality.isCollapsed
      ? "vectors COLLAPSED: effective rank \(rank) of \(quality.width), \(share) % of pairs coincide; "
        + (guardFeatures == nil
          ? "unguarded, do not trust small deviations"
          : "descriptors beside them keep materials apart")
      : "vectors of effective rank \(rank) of \(quality.width), \(share) % of pairs coincide"
        + (guardFeatures == nil ? ", unguarded" : ", guarded by descriptors")
    return "\(members.count) networks, \(process); \(state)"
  }
}

extension HybridSurrogate.Member {
  /// From what the process says to the unit of the target.
  ///
  /// - Parameter network: The network's own means.
  func means(_ process: [Double], beside network: [Double]) -> [Double] {
    zip(process, network).map { (addsNetwork ? $1 : target.mean) + target.scale * $0 }
  }

  /// Coordinates of candidates for the process, and the network's own means.
  ///
  /// - Parameter raw: The guard's columns before they are standardized.
  func points(
    _ candidates: [Candidate], _ raw: Matrix?
  ) throws -> (points: Matrix, means: [Double]) {
    let learned = try network.vectors(candidates)
    let beside = raw.flatMap { raw in descriptors.map { $0(raw) } }
    return (JoinedCoordinates.joined(learned.rows, beside), learned.means)
  }
}

extension HybridSurrogate: CrystalSurrogate {
  public var readsCrystals: Bool {
    members.contains { $0.network.readsCrystals } || guardFeatures?.readsCrystals ?? false
  }
  public var needsCrystals: Bool { members.contains { $0.network.needsCrystals } }
}
