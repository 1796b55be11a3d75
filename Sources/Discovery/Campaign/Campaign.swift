public import Ecosystem
import Matter

/// A search for the best candidate: the fold of its ledger.
///
/// A value with synchronous transitions. ``apply(_:)`` takes what has happened and ``next()`` says
/// what to do; neither waits, measures or writes. Equal events give equal campaigns.
public struct Campaign: Hashable, Sendable {
  public let creation: CampaignCreation
  public var plan: CampaignPlan { creation.plan }

  /// In order of their numbers: proposal 1 first.
  public private(set) var proposals = ProposalList()

  /// What became of each proposal, in the same order; `nil` while it is pending.
  public private(set) var outcomes = OutcomeList()
  public private(set) var refits = RefitList()
  public private(set) var stop: StopRecord?

  /// Which instrument measured a proposal, by its number, where that was said.
  public private(set) var instruments: [Int: String] = [:]

  /// Numbers of the proposals that have a result, in the order in which results came in.
  public private(set) var resultOrder: [Int] = []

  /// Measurements from before the campaign.
  public private(set) var priorCount = 0

  /// Results so far, failed ones included, without those from before the campaign and experiments that
  /// were cancelled: what the budget counts.
  public private(set) var resultCount = 0

  /// Corrections and withdrawals of results: a model that has seen fewer is trained anew.
  public private(set) var revision = 0

  /// Events so far.
  public private(set) var eventCount = 1

  /// By the number of a proposal without a result: what was begun outside and not given up.
  public private(set) var begun: [Int: String] = [:]

  /// Units as first seen, by property.
  private(set) var units: [String: String] = [:]

  /// Candidates that were proposed by the method that counts: they are not proposed again.
  private(set) var proposed: Set<Candidate> = []

  /// Candidates that were proposed by the other methods, by the name of the method.
  private(set) var proposedBelow: [String: Set<Candidate>] = [:]

  public enum Outcome: Hashable, Sendable {
    case measured([String: MeasuredValue])
    case failed(reason: String)

    /// Measured, and taken back: the model forgets it.
    case withdrawn(reason: String)

    /// Not wanted any more; it costs nothing of the budget.
    case cancelled(reason: String)

    var isMeasured: Bool { if case .measured = self { true } else { false } }
  }

  /// - Throws: ``CampaignError`` when the plan makes no campaign or the format is newer.
  public init(_ creation: CampaignCreation) throws(CampaignError) {
    guard creation.format <= CampaignCreation.currentFormat else {
      throw .newerFormat(creation.format)
    }
    try creation.plan.check()
    self.creation = creation
    for range in creation.plan.ranges { units[range.property] = range.unit }
  }

  /// The campaign whose ledger this is.
  ///
  /// - Throws: ``CampaignError``.
  public init(folding events: [LoggedEvent]) throws {
    self = try Self.fold { try CampaignEvent.forEach(of: events, $0) }
  }

  /// The campaign of a ledger, read page by page.
  ///
  /// - Throws: ``EventLogError``, ``CampaignError``.
  public init(folding log: any EventLog) throws {
    self = try Self.fold { try CampaignEvent.forEach(in: log, $0) }
  }

  /// - Parameter read: Gives events and their times, the first one first.
  private static func fold(
    _ read: ((CampaignEvent, Int64) throws -> Void) throws -> Void
  ) throws -> Campaign {
    var campaign: Campaign?
    try read { event, _ in
      if campaign == nil {
        campaign = try Campaign(event.creation())
      } else {
        try campaign?.apply(event)
      }
    }
    guard let campaign else { throw CampaignError.emptyLedger }
    return campaign
  }

  /// Takes in what has happened.
  ///
  /// - Throws: ``CampaignError/impossibleEvent(_:)``, and the campaign stays as it was.
  public mutating func apply(_ event: CampaignEvent) throws(CampaignError) {
    guard stop == nil || event.isPossibleAfterTheEnd else {
      throw .impossibleEvent("an event after the end")
    }
    switch event {
    case .created: throw .impossibleEvent("a second creation")
    case .proposed(let proposal): try add(proposal)
    case .measured(let result):
      try settle(result.number, .measured(result.values))
      instruments[result.number] = result.instrument
      for (property, value) in result.values where units[property] == nil {
        units[property] = value.unit
      }
    case .failed(let result): try settle(result.number, .failed(reason: result.reason))
    case .begun(let event):
      guard isPending(event.number) else {
        throw .impossibleEvent("an action for proposal \(event.number), which is not waiting")
      }
      begun[event.number] = event.action
    case .abandoned(let event):
      guard begun[event.number] == event.action else {
        throw .impossibleEvent(
          "the end of an action of proposal \(event.number) that was not begun")
      }
      begun[event.number] = nil
    case .refit(let summary):
      guard summary.proposals == proposals.count else {
        throw .impossibleEvent("a fit to \(summary.proposals) of \(proposals.count) proposals")
      }
      refits.append(summary)
    case .stopped(let record): stop = record
    case .laboratory(let event): try take(event)
    }
    eventCount += 1
  }

  private mutating func add(_ proposal: Proposal) throws(CampaignError) {
    guard proposal.number == proposals.count + 1 else {
      throw .impossibleEvent("proposal \(proposal.number) after \(proposals.count)")
    }
    guard proposal.fidelity == nil || plan.fidelities?[proposal.fidelity] != nil else {
      throw .impossibleEvent(
        "proposal \(proposal.number) by \(proposal.fidelity ?? ""), a method that is not its own")
    }
    let candidate = proposals.sharing(proposal.candidate)
    let isNew =
      countsFully(proposal)
      ? proposed.insert(candidate).inserted
      : proposedBelow[proposal.fidelity ?? "", default: []].insert(candidate).inserted
    guard isNew || proposal.role != nil else {
      throw .impossibleEvent("proposal \(proposal.number) repeats an earlier one")
    }
    proposals.append(proposal, candidate)
    outcomes.appendPending()
    if proposal.role == .prior { priorCount += 1 }
  }

  /// What a laboratory decides about results; everything else about it is ``Laboratory``'s.
  private mutating func take(_ event: LaboratoryEvent) throws(CampaignError) {
    switch event.kind {
    case .cancelled: try settle(event.number, .cancelled(reason: event.reason ?? ""))
    case .corrected: try revise(event.number, .measured(event.values ?? [:]))
    case .withdrawn: try revise(event.number, .withdrawn(reason: event.reason ?? ""))
    default: break
    }
  }

  private mutating func revise(_ number: Int, _ outcome: Outcome) throws(CampaignError) {
    guard outcomes.indices.contains(number - 1) else {
      throw .impossibleEvent("a correction of proposal \(number), which was never made")
    }
    switch outcomes[number - 1] {
    case .measured, .withdrawn: break
    default: throw .impossibleEvent("a correction of proposal \(number), which has no result")
    }
    outcomes[number - 1] = outcome
    revision += 1
  }

  private func isPending(_ number: Int) -> Bool {
    outcomes.indices.contains(number - 1) && outcomes.isPending(number - 1)
  }

  private mutating func settle(_ number: Int, _ outcome: Outcome) throws(CampaignError) {
    guard proposals.indices.contains(number - 1) else {
      throw .impossibleEvent("a result of proposal \(number), which was never made")
    }
    guard outcomes.isPending(number - 1) else {
      throw .impossibleEvent("a second result of proposal \(number)")
    }
    outcomes[number - 1] = outcome
    begun[number] = nil
    resultOrder.append(number)
    if case .cancelled = outcome { return }
    if proposals.role(at: number - 1) != .prior { resultCount += 1 }
  }
}
