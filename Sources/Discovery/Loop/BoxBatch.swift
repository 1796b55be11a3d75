import DenseMath
import Design
import Learning
import Matter

/// The batch with the largest joint expected improvement among settings that take any number, by gradient
/// ascent (``JointBoxSearch``).
///
/// For a space of such settings alone, a process of them with one smooth kernel, and neither limits nor
/// learned failures; elsewhere a shortlist does.
struct BoxBatch {
  private let space: ProcessSpace
  private let surrogate: GaussianProcessSurrogate
  private let bounds: [ClosedRange<Double>]
  private let scorer: CandidateScorer
  private let incumbent: Double

  init?(_ scorer: CandidateScorer, _ space: any Space) {
    guard let space = space as? ProcessSpace, let box = space.box, !scorer.judgesFeasibility,
      scorer.objective.goal == nil, scorer.acquisition.cost == nil,
      let surrogate = scorer.models.objective as? GaussianProcessSurrogate,
      surrogate.features == .named([]), surrogate.inputStandardization.columns.count == box.count,
      [.rbf, .matern32, .matern52].contains(surrogate.kernel.family),
      let incumbent = scorer.incumbent
    else { return nil }
    self.space = space
    self.surrogate = surrogate
    self.scorer = scorer
    self.incumbent = incumbent
    let standardization = surrogate.inputStandardization
    bounds = box.indices.map { place in
      let (mean, scale) = (standardization.means[place], standardization.scales[place])
      return (box[place].lowerBound - mean) / scale...(box[place].upperBound - mean) / scale
    }
  }

  /// - Parameter waiting: Proposals on their way.
  /// - Returns: Members; two may be the same where the joint value says so.
  func best(_ count: Int, waiting: [Candidate], seed: UInt64) throws -> [Candidate] {
    let standardization = surrogate.inputStandardization
    let target = surrogate.targetStandardization
    let sign = scorer.objective.isNegated ? -1.0 : 1
    var search = JointBoxSearch(surrogate.process, bounds: bounds)
    search.minimizes = sign < 0
    search.seed = seed
    let wanted = incumbent + scorer.acquisition.margin * scorer.observed.scale
    let pending = Matrix(
      rows: waiting.count, columns: bounds.count, elements: waiting.flatMap(\.variables))
    let batch = try search.best(
      count, over: (wanted - sign * target.mean) / target.scale, pending: standardization(pending))
    return (0..<count).map { row in
      space.member(
        near: bounds.indices.map {
          standardization.means[$0] + standardization.scales[$0] * batch.points[row, $0]
        })
    }
  }
}
