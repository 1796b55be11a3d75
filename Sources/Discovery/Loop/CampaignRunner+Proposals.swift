import DenseMath
import Design
import Foundation
import Learning
import Matter

extension CampaignRunner {
  func initialProposals(_ campaign: Campaign, _ count: Int) -> [CampaignEvent] {
    var generator = SplitMix64(seed: campaign.seed(of: .initialDesign, 0))
    let drawn = space.sample(count, using: &generator)
    guard !drawn.isEmpty else { return [exhausted] }
    return drawn.enumerated().map { place, candidate in
      .proposed(
        Proposal(
          number: place + 1, candidate: candidate,
          reason: "Initial design: drawn at random from the space."))
    }
  }

  /// The proposals of one round, or the stop event where there is nothing worth proposing.
  func proposals(
    _ campaign: Campaign, _ count: Int, _ models: SurrogateSet?
  ) throws -> [CampaignEvent] {
    guard let models else { return randomProposals(campaign, count) }
    let chooser = Chooser(campaign, space: space, models: models)
    let chosen = try chooser.choose(count)
    guard let first = chosen.first else { return [exhausted] }
    if let limit = campaign.plan.stop.acquisitionBelow, first.score < limit {
      let reason = "The best acquisition value, \(first.score), is below \(limit)."
      return [.stopped(StopRecord(rule: .acquisition, reason: reason))]
    }
    let candidates = chosen.map(\.candidate)
    let predictions = try models.predictions(of: candidates)
    let chances =
      campaign.plan.limits.isEmpty ? [] : try chooser.scorer.logFeasibility(of: candidates)
    return chosen.enumerated().map { place, choice in
      let chance = chances.isEmpty ? nil : exp(chances[place])
      return .proposed(
        Proposal(
          number: campaign.proposals.count + 1 + place, candidate: choice.candidate,
          predictions: predictions[place],
          acquisition: choice.score.isFinite ? choice.score : nil, feasibility: chance,
          reason: reason(campaign, predictions[place], chance)))
    }
  }

  private func randomProposals(_ campaign: Campaign, _ count: Int) -> [CampaignEvent] {
    var generator = SplitMix64(seed: campaign.seed(of: .proposing, campaign.proposals.count))
    let drawn = space.sample(count, excluding: campaign.proposed, using: &generator)
    guard !drawn.isEmpty else { return [exhausted] }
    let reason =
      campaign.plan.acquisition.needsModel
      ? "Drawn at random: the values measured so far are all equal or missing."
      : "Drawn at random, as the plan asks."
    return drawn.enumerated().map { place, candidate in
      .proposed(
        Proposal(
          number: campaign.proposals.count + 1 + place, candidate: candidate, reason: reason))
    }
  }

  private var exhausted: CampaignEvent {
    .stopped(
      StopRecord(rule: .exhausted, reason: "Every candidate of the space has been proposed."))
  }

  private func reason(
    _ campaign: Campaign, _ predictions: [String: PredictedValue], _ chance: Double?
  ) -> String {
    let objective = campaign.plan.objective.expression.description
    var text = "Highest \(campaign.plan.acquisition.kind.rawValue) score"
    if let predicted = predictions[objective] {
      text +=
        ": predicted \(short(predicted.mean)) ± \(String(format: "%.2g", predicted.deviation))"
    }
    if let best = campaign.best { text += ", best so far \(short(best.objective))" }
    if let chance { text += "; keeps the limits with a probability of \(percent(chance))" }
    return text + "."
  }

  private func percent(_ chance: Double) -> String {
    switch chance {
    case ..<0.01: "under 1 %"
    case 0.99...: "over 99 %"
    default: "\(Int((chance * 100).rounded())) %"
    }
  }

  private func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
