import DenseMath
import Design
import Foundation
import Learning
import Matter

extension CampaignRunner {
  func initialProposals(_ campaign: Campaign, _ count: Int) throws -> [CampaignEvent] {
    let design = campaign.plan.design ?? .random
    let drawn = try design.candidates(
      count, of: space, seed: campaign.seed(of: .initialDesign, 0)
    )
    let reason =
      design == .random
      ? "Initial design: drawn at random from the space."
      : "Initial design: \(design.rawValue) points of the space."
    let proposals = initialQuestions(campaign, drawn).map { candidate, fidelity in
      Proposal(number: 0, candidate: candidate, reason: reason, fidelity: fidelity)
    }.filter { !campaign.hasProposed($0) }
    guard !proposals.isEmpty else { return [exhausted] }
    return proposals.enumerated().map { place, proposal in
      .proposed(proposal.numbered(campaign.proposals.count + place + 1))
    }
  }

  /// Each candidate once; with several methods as many by each as the plan wants, the same ones first.
  private func initialQuestions(
    _ campaign: Campaign, _ drawn: [Candidate]
  ) -> [(candidate: Candidate, fidelity: String?)] {
    guard let fidelities = campaign.plan.fidelities else { return drawn.map { ($0, nil) } }
    return fidelities.levels.flatMap { level in
      drawn.prefix(max(0, level.initial - campaign.priorCount(by: level.name)))
        .map { ($0, level.name) }
    }
  }

  /// The proposals of one round, or the stop event where there is nothing worth proposing.
  func proposals(
    _ campaign: Campaign, _ count: Int, _ models: SurrogateSet?
  ) throws -> [CampaignEvent] {
    guard let models else { return randomProposals(campaign, count) }
    if models.joint != nil { return try fidelityProposals(campaign, count, models) }
    let chooser = try Chooser(campaign, space: space, models: models, costs: costs)
    let chosen = try chooser.choose(count)
    guard let first = chosen.first else { return [exhausted] }
    if let stop = stop(campaign, bestScore: first.score) { return [.stopped(stop)] }
    let candidates = chosen.map(\.candidate)
    let predictions = try models.predictions(of: candidates)
    let scorer = try chooser.scorer(chooser.acquisition)
    let chances = scorer.judgesFeasibility ? try scorer.logFeasibility(of: candidates) : []
    return chosen.enumerated().map { place, choice in
      let chance = chances.isEmpty ? nil : exp(chances[place])
      return .proposed(
        Proposal(
          number: campaign.proposals.count + 1 + place, candidate: choice.candidate,
          predictions: predictions[place],
          acquisition: choice.score.isFinite ? choice.score : nil, feasibility: chance,
          reason: reason(campaign, chooser, predictions[place], chance, choice.candidate)))
    }
  }

  /// That nothing is worth a measurement any more.
  func stop(_ campaign: Campaign, bestScore: Double) -> StopRecord? {
    guard let limit = campaign.plan.stop.acquisitionBelow, bestScore < limit else { return nil }
    return StopRecord(
      rule: .acquisition, reason: "The best acquisition value, \(bestScore), is below \(limit).")
  }

  private func randomProposals(_ campaign: Campaign, _ count: Int) -> [CampaignEvent] {
    var generator = SplitMix64(seed: campaign.seed(of: .proposing, campaign.proposals.count))
    let affordable = campaign.affordableTargets(count)
    let drawn = space.sample(affordable, excluding: campaign.proposed, using: &generator)
    guard !drawn.isEmpty else { return [exhausted] }
    let reason =
      campaign.plan.acquisition.needsModel
      ? "Drawn at random: the values measured so far are all equal or missing."
      : "Drawn at random, as the plan asks."
    return drawn.enumerated().map { place, candidate in
      .proposed(
        Proposal(
          number: campaign.proposals.count + 1 + place, candidate: candidate, reason: reason,
          fidelity: campaign.plan.fidelities?.target.name))
    }
  }

  var exhausted: CampaignEvent {
    .stopped(
      StopRecord(rule: .exhausted, reason: "Every candidate of the space has been proposed."))
  }

  func reason(
    _ campaign: Campaign, _ chooser: Chooser, _ predictions: [String: PredictedValue],
    _ chance: Double?, _ candidate: Candidate
  ) -> String {
    let plan = campaign.plan
    var text = "Highest \(plan.acquisition.kind.rawValue) score"
    let said = plan.objectives.compactMap { objective -> String? in
      let name = objective.expression.description
      guard let predicted = predictions[name] else { return nil }
      let value = "\(short(predicted.mean)) ± \(String(format: "%.2g", predicted.deviation))"
      return plan.objectives.count > 1 ? "\(name) \(value)" : value
    }
    if !said.isEmpty { text += ": predicted " + said.joined(separator: ", ") }
    if plan.objectives.count > 1 {
      text += "; the front so far has \(campaign.paretoSet.count)"
    } else if let best = campaign.best {
      text += ", best so far \(short(best.value))"
    }
    if let goal = plan.objective.goal { text += ", wanted \(short(goal))" }
    if let chance {
      let both = plan.limits.isEmpty ? "can be measured" : "can be measured and keeps the limits"
      text +=
        "; \(chooser.models.success == nil ? "keeps the limits" : both) with a probability of "
        + ChoiceExplanation.percent(chance)
    }
    if let cost = plan.acquisition.cost?(candidate, column: costs) {
      text += "; costs \(short(cost))"
    }
    text += chooser.balance.map { "; \($0.reason)" } ?? "."
    let explanation = ChoiceExplanation(
      campaign, predictions, chance: chance, spread: chooser.spread)
    return explanation.map { "\(text) \($0.text)" } ?? text
  }

  func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
