import DenseMath
import Design
import Learning
import Matter

/// Chooses the candidates of one round.
struct Chooser {
  let campaign: Campaign
  let space: any Space
  let scorer: CandidateScorer
  private let seed: UInt64

  init(_ campaign: Campaign, space: any Space, models: SurrogateSet) {
    self.campaign = campaign
    self.space = space
    scorer = CandidateScorer(campaign, models)
    seed = campaign.seed(of: .proposing, campaign.proposals.count)
  }

  /// - Returns: Up to `count` candidates with their scores, in the order of choice; none of them
  ///   was proposed before.
  func choose(_ count: Int) throws -> [ScoredCandidate] {
    if scorer.acquisition.needsSamples { return try chooseByDraws(count) }
    var generator = SplitMix64(seed: seed, stream: 1)
    let shortlist = try campaign.plan.search.best(
      count == 1 ? 1 : max(count, Self.shortlist), in: space, startingFrom: starts,
      excluding: campaign.proposed, seed: seed
    ) { try scorer.score($0, using: &generator) }
    guard count > 1, shortlist.count > count else { return Array(shortlist.prefix(count)) }
    let places = try batch(shortlist.map(\.candidate), count, using: &generator)
    return places.map { shortlist[$0] }
  }

  /// One posterior draw for each candidate of the round.
  ///
  /// A draw is joint over a pool, and its cost grows with the cube of the pool: so the pool is
  /// small, and nothing climbs.
  private func chooseByDraws(_ count: Int) throws -> [ScoredCandidate] {
    var search = campaign.plan.search
    search.enumerationLimit = min(search.enumerationLimit, Self.drawnPool)
    search.poolSize = min(search.poolSize, Self.drawnPool)
    search.rounds = 0
    var chosen: [ScoredCandidate] = []
    for number in 0..<count {
      var generator = SplitMix64(seed: seed, stream: UInt64(number))
      chosen += try search.best(
        1, in: space, startingFrom: Array(starts.prefix(1)),
        excluding: campaign.proposed.union(chosen.map(\.candidate)), seed: generator.next()
      ) { try scorer.score($0, using: &generator) }
    }
    return chosen
  }

  /// Places in a shortlist, chosen one by one, each as if the ones before were measured.
  private func batch(
    _ candidates: [Candidate], _ count: Int, using generator: inout SplitMix64
  ) throws -> [Int] {
    let context = try scorer.context(candidates, using: &generator)
    guard let surrogate = scorer.models.objective as? any ConditionableSurrogate,
      scorer.incumbent != nil
    else { return try batchByDraws(candidates, context, count, using: &generator) }
    return try believerBatch(
      count: count, candidates: candidates, surrogate: surrogate,
      acquisition: scorer.acquisition, context: context,
      minimizing: scorer.direction == .minimize, using: &generator)
  }

  /// The same for surrogates that cannot take rows in: the share of the variance that a
  /// measurement takes away is found from joint posterior draws, as the part of a candidate's
  /// draws that those of the chosen ones explain.
  private func batchByDraws(
    _ candidates: [Candidate], _ context: AcquisitionContext, _ count: Int,
    using generator: inout SplitMix64
  ) throws -> [Int] {
    var draws = try PosteriorDraws(
      scorer.models.objective, candidates, count: Self.draws, using: &generator)
    var current = context
    return greedyBatch(count: count, candidates: candidates.count) { chosen in
      if let last = chosen.last {
        draws.explain(by: last)
        current.incumbent = max(current.incumbent, context.predictions[last].mean)
        for place in candidates.indices {
          current.predictions[place].epistemicVariance =
            context.predictions[place].epistemicVariance * draws.remainingVariance(of: place)
        }
      }
      return scorer.acquisition.score(current, using: &generator)
    }
  }

  /// The best findings: their neighborhood is searched first.
  private var starts: [Candidate] {
    campaign.ranked.prefix(3).map(\.proposal.candidate)
  }

  private static let shortlist = 100
  private static let drawnPool = 500
  private static let draws = 48
}
