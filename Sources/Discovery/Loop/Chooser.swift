import DenseMath
import Design
import Learning
import Matter

/// Chooses the candidates of one round.
///
/// Proposals that wait for a result count as measured with their predicted values.
struct Chooser {
  let campaign: Campaign
  let space: any Space

  /// With the proposals on their way believed in.
  private(set) var models: SurrogateSet
  let costs: [Candidate: Double]

  /// Why the balance of ``AcquisitionKind/auto`` is what it is; `nil` for other kinds.
  let balance: ExplorationBalance?
  let acquisition: StandardAcquisition
  let seed: UInt64

  init(
    _ campaign: Campaign, space: any Space, models: SurrogateSet,
    costs: [Candidate: Double] = [:]
  ) throws {
    self.campaign = campaign
    self.space = space
    self.models =
      models.joint == nil
      ? try models.believing(campaign.pending.map(\.candidate))
      : try campaign.pending.reduce(models) { models, proposal in
        // Nothing hangs on the method where there is one.
        try models.believing(
          proposal.candidate, by: campaign.fidelity(of: proposal)?.name ?? "")
      }
    self.costs = costs
    var acquisition = campaign.plan.acquisition
    balance = acquisition.kind == .auto ? ExplorationBalance(campaign) : nil
    if let balance {
      acquisition.kind = .convex
      acquisition.alpha = balance.alpha
    }
    self.acquisition = acquisition
    seed = campaign.seed(of: .proposing, campaign.proposals.count)
  }

  /// - Returns: Up to `count` candidates with their scores, in the order of choice; none of them
  ///   was proposed before.
  func choose(_ count: Int) throws -> [ScoredCandidate] {
    if acquisition.kind.isForSeveralObjectives {
      return try SeveralObjectivesChooser(self).choose(count)
    }
    if acquisition.needsSamples || (count > 1 && acquisition.batch == .thompson) {
      return try chooseByDraws(count)
    }
    let scorer = try scorer(acquisition)
    var generator = SplitMix64(seed: seed, stream: 1)
    let isAlone = count == 1 && campaign.pending.isEmpty
    if !isAlone, acquisition.batch == .joint, let batch = try boxBatch(count, scorer) {
      let scores = try scorer.score(batch, using: &generator)
      return zip(batch, scores).map { ScoredCandidate($0, score: $1) }
    }
    let shortlist = try search(
      isAlone ? 1 : max(count, Self.shortlist)
    ) { try scorer.score($0, using: &generator) }
    guard !isAlone, acquisition.needsModel, shortlist.count > count else {
      return Array(shortlist.prefix(count))
    }
    let places =
      switch acquisition.batch ?? .believer {
      case .joint: try jointBatch(shortlist.map(\.candidate), count, scorer)
      case .penalized: try penalizedBatch(shortlist, count, scorer)
      case .believer, .thompson:
        try batch(shortlist.map(\.candidate), count, scorer, using: &generator)
      }
    return places.map { shortlist[$0] }
  }

  /// The same with models that have taken more in.
  func believing(_ models: SurrogateSet) -> Chooser {
    var result = self
    result.models = models
    return result
  }

  func search(
    _ count: Int, score: ([Candidate]) throws -> [Double]
  ) rethrows -> [ScoredCandidate] {
    try campaign.plan.search.best(
      count, in: space, startingFrom: starts, excluding: campaign.proposed, seed: seed,
      score: score)
  }

  func scorer(_ acquisition: StandardAcquisition) throws -> CandidateScorer {
    try CandidateScorer(campaign, acquisition, models, space: space, costs: costs)
  }

  /// One posterior draw for each candidate of the round.
  ///
  /// A draw is joint over a pool, and its cost grows with the cube of the pool: so the pool is
  /// small, and nothing climbs.
  private func chooseByDraws(_ count: Int) throws -> [ScoredCandidate] {
    var drawing = acquisition
    drawing.kind = .thompson
    drawing.cost = nil
    let scorer = try scorer(drawing)
    var search = campaign.plan.search
    search.enumerationLimit = min(search.enumerationLimit, Self.drawnPool)
    search.poolSize = min(search.poolSize, Self.drawnPool)
    search.rounds = 0
    var chosen: [ScoredCandidate] = []
    for number in 0..<count {
      var generator = SplitMix64(seed: seed, stream: UInt64(number))
      chosen += try search.best(
        1, in: space, startingFrom: Array(starts.prefix(1)),
        excluding: campaign.proposed.union(chosen.map(\.candidate)), seed: generator.next(),
        readsLists: false
      ) { try scorer.score($0, using: &generator) }
    }
    return chosen
  }

  /// Of the values of the objective measured so far.
  var spread: Double {
    TargetStandardization(fitting: campaign.findings.map(\.value)).scale
  }

  /// The best findings: their neighborhood is searched first.
  var starts: [Candidate] {
    let best = campaign.plan.objectives.count > 1 ? campaign.paretoSet : campaign.ranked
    return best.prefix(campaign.plan.objectives.count > 1 ? 10 : 3).map(\.candidate)
  }

  static let shortlist = 100
  private static let drawnPool = 500
  static let draws = 48
}
