import Ecosystem

/// Something that was decided in a campaign: by whom, when and why.
public struct CampaignDecision: Codable, Hashable, Sendable {
  /// Of the event in the ledger.
  public let event: Int

  /// Microseconds since 1970.
  public let time: Int64

  /// The kind of the event: `proposed`, `refit`, `approved`, `stopped`, …
  public let what: String

  /// The experiment that it is about; `nil` for the whole campaign.
  public let number: Int?

  /// A person or a worker; of the campaign's own decisions the program with its version.
  public let actor: String
  public let reason: String

  /// The number of fits of the model that the decision rests on; `nil` where no model has a part.
  public let fit: Int?

  /// That all random numbers of the decision derive from; `nil` where chance has no part.
  public let seed: UInt64?

  /// - Parameters:
  ///   - logged: The same event as the ledger has it.
  ///   - campaign: Before the event.
  /// - Returns: `nil` for what is no decision but happens: claims, results, lost leases.
  init?(_ event: CampaignEvent, _ logged: LoggedEvent, in campaign: Campaign) {
    self.event = logged.sequence
    time = logged.time
    what = logged.kind
    let program = "athanor \(campaign.creation.codeVersion)"
    switch event {
    case .created(let creation):
      (number, actor, fit) = (nil, "athanor \(creation.codeVersion)", nil)
      (reason, seed) = ("The campaign \"\(creation.plan.name)\" begins.", creation.plan.seed)
    case .proposed(let proposal):
      (number, actor, reason) = (proposal.number, program, proposal.reason)
      (fit, seed) = (campaign.refits.isEmpty ? nil : campaign.refits.count, campaign.plan.seed)
    case .refit(let summary):
      (number, actor) = (nil, program)
      (fit, seed) = (campaign.refits.count + 1, campaign.plan.seed)
      let counts = summary.models.map { "\($0.property) of \($0.count)" }
      reason = "Learned from \(summary.proposals) proposals: \(counts.joined(separator: ", "))."
    case .stopped(let stop):
      (number, actor, reason) = (nil, program, stop.reason)
      (fit, seed) = (nil, nil)
    case .laboratory(let happening):
      switch happening.kind {
      case .cancelled, .corrected, .withdrawn, .approved, .prioritized, .paused, .resumed, .stocked:
        number = happening.number > 0 ? happening.number : nil
        actor = happening.actor == "athanor" ? program : happening.actor
        (fit, seed) = (nil, nil)
        reason = Self.words(happening)
      default: return nil
      }
    case .abandoned(let action):
      (number, actor, reason) = (action.number, action.actor, action.reason)
      (fit, seed) = (nil, nil)
    case .measured, .failed, .begun: return nil
    }
  }

  private static func words(_ event: LaboratoryEvent) -> String {
    let own =
      switch event.kind {
      case .prioritized: "priority \(event.priority ?? 0)"
      case .paused where event.isEmergency == true: "emergency stop"
      case .stocked: "\(event.amount ?? 0) more of \(event.item ?? "")"
      default: ""
      }
    return [own, event.reason ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}
