import Foundation
import Learning

extension CampaignRunner {
  /// The proposals of one round, each by the method that it is worth most with.
  func fidelityProposals(
    _ campaign: Campaign, _ count: Int, _ models: SurrogateSet
  ) throws -> [CampaignEvent] {
    let chooser = try Chooser(campaign, space: space, models: models)
    let chosen = try FidelityChooser(chooser).choose(count)
    guard let first = chosen.first else { return [exhausted] }
    if let stop = stop(campaign, bestScore: first.score) { return [.stopped(stop)] }
    let candidates = chosen.map(\.candidate)
    let predictions = try models.predictions(of: candidates)
    let scorer = try chooser.scorer(chooser.acquisition)
    let chances = scorer.judgesFeasibility ? try scorer.logFeasibility(of: candidates) : []
    return try chosen.enumerated().map { place, choice in
      let chance = chances.isEmpty ? nil : exp(chances[place])
      let own = try models.predictions(of: choice.candidate, by: choice.level.name)
      return .proposed(
        Proposal(
          number: campaign.proposals.count + 1 + place, candidate: choice.candidate,
          predictions: predictions[place].merging(own) { said, _ in said },
          acquisition: choice.score.isFinite ? choice.score : nil, feasibility: chance,
          reason: words(choice, campaign)
            + reason(campaign, chooser, predictions[place], chance, choice.candidate),
          fidelity: choice.level.name))
    }
  }

  /// Why this method.
  private func words(_ choice: FidelityChooser.Choice, _ campaign: Campaign) -> String {
    guard let target = campaign.plan.fidelities?.target else { return "" }
    guard choice.level != target else { return "By \(target.name), which counts. " }
    let share = ChoiceExplanation.percent(max(choice.share, 0))
    let chance = ChoiceExplanation.percent(exp(choice.logSuccess))
    return "By \(choice.level.name): it tells \(share) of what \(target.name) would, at "
      + "\(short(choice.level.cost)) instead of \(short(target.cost))"
      + (choice.logSuccess < 0 ? ", and succeeds with a probability of \(chance). " : ". ")
  }
}
