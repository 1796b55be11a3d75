import Matter

extension Laboratory {
  /// What the campaign wants done for its queue.
  public enum Step: Hashable, Sendable {
    /// Propose the first candidates.
    case proposeInitial(count: Int)

    /// Propose what the model wants most, after a fit where one is due.
    case propose(count: Int)

    /// End: what nobody has begun is cancelled, and the campaign stops once nothing is under way.
    case end(StopRecord)

    /// Nothing, until something comes back.
    case wait
    case finished
  }

  public func next() -> Step {
    if campaign.stop != nil { return .finished }
    if let stop = campaign.reasonToStop ?? spentStop { return .end(stop) }
    if pause != nil { return .wait }
    let left = campaign.plan.budget - campaign.resultCount - openCount
    let start = campaign.initialLeft
    if campaign.spentCount == 0, start > 0 {
      return .proposeInitial(count: min(start, suggestions(left)))
    }
    let wanted = rules.ahead.map { $0 - openCount } ?? (openCount == 0 ? campaign.plan.batch : 0)
    let count = min(wanted, suggestions(left))
    return count > 0 && campaign.affordsMore ? .propose(count: count) : .wait
  }

  /// How many suggestions a number of measurements allows.
  private func suggestions(_ measurements: Int) -> Int {
    measurements <= 0 ? 0 : max(1, measurements / rules.replicates)
  }

  private var spentStop: StopRecord? {
    guard isBudgetSpent else { return nil }
    let hours = (spent.seconds / 360).rounded() / 10
    return StopRecord(
      rule: .budget, reason: "The budget is spent: a cost of \(spent.cost), \(hours) hours.")
  }

  /// The events that end the campaign: cancellations first, the stop when nothing is open.
  public func ending(_ stop: StopRecord) -> [CampaignEvent] {
    var events: [CampaignEvent] = open.filter { !held.contains($0) }.map { number in
      .laboratory(
        .order(.cancelled, number, by: "athanor", reason: stop.reason, requestKey: nil))
    }
    if held.isEmpty { events.append(.stopped(stop)) }
    return events
  }

  /// Numbers proposals anew, and adds the replicates and control samples that the rules ask for.
  func withCompanions(_ events: [CampaignEvent]) -> [CampaignEvent] {
    var suggestions = campaign.proposals.indices.count { campaign.proposals.role(at: $0) == nil }
    var number = campaign.proposals.count
    var result: [CampaignEvent] = []
    func add(_ proposal: Proposal, _ role: Proposal.Role?, _ reason: String) {
      number += 1
      result.append(
        .proposed(
          Proposal(
            number: number, candidate: proposal.candidate, predictions: proposal.predictions,
            acquisition: proposal.acquisition, feasibility: proposal.feasibility, reason: reason,
            role: role, fidelity: proposal.fidelity)))
    }
    for event in events {
      guard case .proposed(let proposal) = event else {
        result.append(event)
        continue
      }
      add(proposal, nil, proposal.reason)
      let original = number
      suggestions += 1
      for _ in 1..<max(1, rules.replicates) {
        add(proposal, .replicate(of: original), "Measured again, as experiment \(original).")
      }
      if let control = rules.control, suggestions % control.every == 0,
        let candidate = control.candidate
      {
        add(
          Proposal(number: 0, candidate: candidate, reason: ""), .control,
          "Control sample, after \(suggestions) suggestions.")
      }
    }
    return result
  }
}
