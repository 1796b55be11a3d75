import Discovery
import Reporting

/// How a campaign stood at one moment, as a command says it.
struct MomentCard: Encodable {
  private struct Decision: Encodable {
    let event: Int
    let time: String
    let what: String
    let number: Int?
    let candidate: String?
    let actor: String
    let reason: String
    let fit: Int?
    let seed: UInt64?
  }

  private struct Best: Encodable {
    let number: Int
    let candidate: String
    let value: Double
    let objectives: [Double]?
  }

  private let name: String
  private let event: Int
  private let events: Int
  private let hash: String
  private let time: String
  private let measurements: Int
  private let failed: Int
  private let budget: Int
  private let best: Best?
  private let hypervolume: Double?
  private let waiting: StandingAnswer
  private let decisions: [Decision]

  /// - Parameter events: How many the ledger has today.
  init(_ moment: CampaignHistory.Moment, of events: Int) {
    let campaign = moment.laboratory.campaign
    name = campaign.plan.name
    event = moment.event
    self.events = events
    hash = moment.hash
    time = LedgerTime.text(moment.time)
    measurements = campaign.resultCount
    failed = campaign.failures.count
    budget = campaign.plan.budget
    let isSeveral = campaign.plan.objectives.count > 1
    best = campaign.best.map {
      Best(
        number: $0.proposal.number, candidate: campaign.name(of: $0.proposal.candidate),
        value: $0.value, objectives: isSeveral ? $0.objectives : nil)
    }
    hypervolume = isSeveral ? campaign.hypervolume : nil
    waiting = StandingAnswer(moment.standing)
    decisions = moment.decisions.map { decision in
      Decision(
        event: decision.event, time: LedgerTime.text(decision.time), what: decision.what,
        number: decision.number,
        candidate: decision.number.map {
          campaign.name(of: campaign.proposals[$0 - 1].candidate)
        }, actor: decision.actor, reason: decision.reason, fit: decision.fit,
        seed: decision.seed)
    }
  }

  func print(_ moment: CampaignHistory.Moment) {
    let campaign = moment.laboratory.campaign
    Swift.print("\(name) at \(time), after event \(event) of \(events)")
    Swift.print("  \(measurements) of \(budget) measurements, \(failed) failed")
    if let best {
      Swift.print(
        "  Best so far: \(CampaignResult.text(best.value, of: campaign)), \(best.candidate) "
          + "(no. \(best.number))")
    }
    if let hypervolume { Swift.print("  Hypervolume: \(Report.number(hypervolume))") }
    for line in StandingText(standing: moment.standing, campaign: campaign).lines {
      Swift.print("  \(line)")
    }
    Swift.print("  Hash of the event: \(hash)")
    if !decisions.isEmpty { Swift.print("The last decisions:") }
    for decision in decisions {
      let about =
        decision.number.map { " no. \($0) (\(decision.candidate ?? ""))" } ?? ""
      Swift.print("  \(decision.time)  \(decision.what)\(about), by \(decision.actor)")
      if !decision.reason.isEmpty { Swift.print("    \(decision.reason)") }
    }
  }
}
