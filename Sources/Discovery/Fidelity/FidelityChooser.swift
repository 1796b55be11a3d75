import DenseMath
import Design
import Foundation
import Learning
import Matter

/// Chooses the candidates of one round, each with the method that it is measured by.
///
/// The pair with the highest worth is taken: the gain of the acquisition by the method that counts, times
/// how much of what is not known of that a measurement tells, over its cost (``FidelitySearch``). Proposals
/// that wait for a result count as measured with the value predicted for their method.
struct FidelityChooser {
  struct Choice {
    let candidate: Candidate
    let level: FidelityPlan.Level

    /// The logarithm of the worth.
    let score: Double

    /// How much of what is not known of the value that counts the measurement tells; 1 for itself.
    let share: Double
  }

  let chooser: Chooser
  private var campaign: Campaign { chooser.campaign }

  init(_ chooser: Chooser) { self.chooser = chooser }

  /// - Returns: Up to `count` pairs in the order of choice, none of them proposed before, each chosen as if
  ///   those before were measured as predicted; no more than the budget allows.
  func choose(_ count: Int) throws -> [Choice] {
    var (models, chosen) = (chooser.models, [Choice]())
    while chosen.count < count {
      let spent = chosen.reduce(0) { $0 + $1.level.cost }
      let levels = campaign.affordable(beyond: spent)
      guard !levels.isEmpty, let next = try best(levels, models, after: chosen) else { break }
      chosen.append(next)
      if chosen.count < count {
        models = try models.believing(next.candidate, by: next.level.name)
      }
    }
    return chosen
  }

  private func best(
    _ levels: [FidelityPlan.Level], _ models: SurrogateSet, after chosen: [Choice]
  ) throws -> Choice? {
    let scorer = try CandidateScorer(
      campaign, chooser.acquisition, models, space: chooser.space, costs: [:])
    var generator = SplitMix64(seed: chooser.seed, stream: 1 + UInt64(chosen.count))
    let target = campaign.plan.fidelities?.target.name
    let settled = chosen.filter { $0.level.name == target }.map(\.candidate)
    let found = try campaign.plan.search.best(
      1, in: chooser.space, startingFrom: chooser.starts,
      excluding: campaign.proposed.union(settled), seed: chooser.seed &+ UInt64(chosen.count)
    ) { candidates in
      try choices(candidates, levels, scorer, chosen, using: &generator)
        .map { $0?.score ?? -.infinity }
    }
    return try choices(found.map(\.candidate), levels, scorer, chosen, using: &generator)
      .first ?? nil
  }

  /// For each candidate its best method; `nil` where it was proposed by all that are left.
  private func choices(
    _ candidates: [Candidate], _ levels: [FidelityPlan.Level], _ scorer: CandidateScorer,
    _ chosen: [Choice], using generator: inout SplitMix64
  ) throws -> [Choice?] {
    let gains = try logGains(candidates, scorer, using: &generator)
    var best = [Choice?](repeating: nil, count: candidates.count)
    for level in levels {
      let taken = Set(chosen.filter { $0.level == level }.map(\.candidate))
      let open = candidates.indices.filter {
        !taken.contains(candidates[$0]) && !campaign.isProposed(candidates[$0], by: level)
      }
      let shares = try shares(open.map { candidates[$0] }, level, scorer.models)
      for (place, share) in zip(open, shares) {
        let score = FidelitySearch.worth(logGain: gains[place], share: share, cost: level.cost)
        guard score > best[place]?.score ?? -.infinity || best[place] == nil else { continue }
        best[place] = Choice(
          candidate: candidates[place], level: level, score: score, share: share)
      }
    }
    return best
  }

  /// Logarithms of what the acquisition says, where that is no logarithm yet.
  private func logGains(
    _ candidates: [Candidate], _ scorer: CandidateScorer, using generator: inout SplitMix64
  ) throws -> [Double] {
    let scores = try scorer.score(candidates, using: &generator)
    // Where nothing feasible is known, scores are probabilities in logarithms.
    let isBlind = scorer.incumbent == nil && scorer.acquisition.kind.needsIncumbent
    return isBlind ? scores : scores.map(chooser.logPositive)
  }

  /// A method that nothing was learned of tells nothing.
  private func shares(
    _ candidates: [Candidate], _ level: FidelityPlan.Level, _ models: SurrogateSet
  ) throws -> [Double] {
    guard level.name != campaign.plan.fidelities?.target.name else {
      return candidates.map { _ in 1 }
    }
    guard let joint = models.joint, let place = joint.levels.firstIndex(of: level.name),
      !candidates.isEmpty
    else { return candidates.map { _ in 0 } }
    return try joint.agreement(candidates, level: place)
  }
}
