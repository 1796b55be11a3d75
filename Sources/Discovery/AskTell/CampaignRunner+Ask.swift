import DenseMath
import Design
import Foundation
import Learning
import Matter

/// What a campaign answers to the question what to measure next.
public struct Asked: Sendable {
  /// As it stands afterwards, the suggestions pending.
  public let campaign: Campaign

  /// New ones, in the order of choice.
  public let suggestions: [Suggestion]

  /// For people: why there are fewer than wanted, or what else to know.
  public let notes: [String]

  /// What the models say of the space; `nil` where it was not asked for or no model chose.
  public let landscape: Landscape?
}

extension CampaignRunner {
  /// Candidates to measure next, stored as proposals before they are handed out.
  ///
  /// The models are trained on all results there are; what still waits for a result counts as measured
  /// with its predicted value, so that nothing is suggested twice and results may come in any order.
  ///
  /// - Parameters:
  ///   - count: At most so many, and no more than the budget leaves.
  ///   - explaining: Whether to say what the models think of the space.
  public func ask(_ count: Int, explaining: Bool = false) throws -> Asked {
    var campaign = try open()
    var notes: [String] = []
    if let stop = campaign.stop { return Asked(campaign, notes: ["Ended: \(stop.reason)"]) }
    if let reason = campaign.reasonToStop {
      guard campaign.pending.isEmpty else {
        return Asked(campaign, notes: [reason.reason, campaign.waitingText])
      }
      try record([.stopped(reason)], in: &campaign)
      return Asked(campaign, notes: ["Ended: \(reason.reason)"])
    }
    let room = campaign.plan.budget - campaign.spentCount
    guard room > 0, campaign.affordsMore || campaign.spentCount == 0 else {
      return Asked(
        campaign, notes: ["The whole budget is suggested. \(campaign.waitingText)"])
    }
    if !campaign.pending.isEmpty { notes.append(campaign.waitingText) }
    let wanted = min(count, room)
    if wanted < count { notes.append("The budget leaves \(wanted) more measurements.") }
    var round = AskedRound(campaign: campaign)
    try round.add(DriftWatch(campaign).controls(campaign).prefix(wanted).map { .proposed($0) })
    try round.add(designEvents(round.campaign, wanted - round.proposals.count))
    try choose(wanted - round.proposals.count, in: &round, explaining: explaining)
    notes += round.notes
    try record(round.events, in: &campaign)
    let pool = round.landscape?.points.map(\.candidate) ?? []
    return Asked(
      campaign: campaign,
      suggestions: campaign.suggestions(round.proposals, among: pool) {
        campaign.plan.acquisition.cost?($0, column: costs)
      }, notes: notes, landscape: round.landscape)
  }

  /// What is left of the initial design.
  private func designEvents(_ campaign: Campaign, _ wanted: Int) throws -> [CampaignEvent] {
    let left = min(wanted, campaign.plan.initialMeasurements - campaign.proposals.count)
    guard left > 0 else { return [] }
    let events = try initialProposals(campaign, campaign.plan.initial)
    let new = events.compactMap { event -> Proposal? in
      guard case .proposed(let proposal) = event, !campaign.hasProposed(proposal) else {
        return nil
      }
      return proposal
    }
    return new.prefix(left).enumerated().map { place, proposal in
      .proposed(proposal.numbered(campaign.proposals.count + place + 1))
    }
  }

  private func choose(
    _ count: Int, in round: inout AskedRound, explaining: Bool
  ) throws {
    guard count > 0 else { return }
    var models: SurrogateSet?
    if round.campaign.plan.acquisition.needsModel, round.campaign.isModelable {
      models = try train(round.campaign, proposals: round.campaign.proposals.count)
      if round.campaign.refits.last?.proposals != round.campaign.proposals.count {
        try round.add([.refit(round.campaign.refitSummary)])
      }
    } else if round.campaign.plan.acquisition.needsModel {
      round.notes.append(
        "There is no model yet: it needs at least two different results of different materials.")
    }
    if explaining, let models { round.landscape = try landscape(round.campaign, models) }
    // Where settings take any number, the best hundred lie side by side: each choice looks anew.
    let isUncounted = space.count == .max && models != nil
    for _ in 0..<(isUncounted ? count : 1) {
      try add(proposals(round.campaign, isUncounted ? 1 : count, models), to: &round)
    }
  }

  private func add(_ events: [CampaignEvent], to round: inout AskedRound) throws {
    if case .stopped(let stop)? = events.first {
      round.notes.append(
        round.campaign.pending.isEmpty ? "Ended: \(stop.reason)" : stop.reason)
      // An end would leave results that are on their way without a place.
      guard round.campaign.pending.isEmpty else { return }
    }
    try round.add(events)
  }

  /// Scores of the whole space, or of as many candidates of it as a picture can show.
  private func landscape(_ campaign: Campaign, _ models: SurrogateSet) throws -> Landscape {
    let chooser = try Chooser(campaign, space: space, models: models, costs: costs)
    var generator = SplitMix64(seed: chooser.seed, stream: 9)
    let members =
      space.count <= Self.mostShown
      ? (0..<space.count).map(space.candidate(at:))
      : space.sample(Self.mostShown, using: &generator)
    let pool = members.filter { !campaign.proposed.contains($0) }
    guard !pool.isEmpty else { return Landscape(points: [], acquisition: "") }
    let scorer = try chooser.scorer(chooser.acquisition)
    let scores =
      chooser.acquisition.kind.isForSeveralObjectives
      ? nil : try scorer.score(pool, using: &generator)
    let name = campaign.plan.objective.expression.description
    let said = try models.predictions(of: pool)
    let chances =
      scorer.judgesFeasibility ? try scorer.logFeasibility(of: pool).map { exp($0) } : nil
    let points = pool.indices.compactMap { place -> Landscape.Point? in
      guard let prediction = said[place][name] else { return nil }
      let score = scores?[place]
      return Landscape.Point(
        candidate: pool[place], prediction: prediction,
        score: score?.isFinite ?? false ? score : nil, feasibility: chances?[place])
    }
    return Landscape(points: points, acquisition: campaign.plan.acquisition.kind.rawValue)
  }

  private static var mostShown: Int { 2000 }
}

/// Events of one question, and the campaign as if they were stored.
private struct AskedRound {
  var campaign: Campaign
  var events: [CampaignEvent] = []
  var proposals: [Proposal] = []
  var notes: [String] = []
  var landscape: Landscape?

  init(campaign: Campaign) { self.campaign = campaign }

  mutating func add(_ new: [CampaignEvent]) throws(CampaignError) {
    for event in new {
      try campaign.apply(event)
      if case .proposed(let proposal) = event { proposals.append(proposal) }
    }
    events += new
  }
}

extension Asked {
  fileprivate init(_ campaign: Campaign, notes: [String]) {
    self.init(campaign: campaign, suggestions: [], notes: notes, landscape: nil)
  }
}

extension Campaign {
  /// Which results are awaited.
  var waitingText: String {
    let numbers = pending.map { "\($0.number)" }
    guard !numbers.isEmpty else { return "No result is awaited." }
    return numbers.count == 1
      ? "The result of number \(numbers[0]) is awaited."
      : "The results of numbers \(numbers.joined(separator: ", ")) are awaited."
  }
}
