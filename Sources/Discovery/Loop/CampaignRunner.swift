import DenseMath
public import Design
public import Ecosystem
public import Learning
public import Matter

/// Drives a campaign: asks what is next, does it, and records it before going on.
///
/// Proposals are stored before they are measured, and results before anything follows from them.
/// A process that is killed at any point and started again therefore goes on where it was; since
/// every random number derives from the plan's seed and the place in the ledger, it ends with the
/// events of an uninterrupted run. Only an answer of the oracle that was not yet stored is asked
/// for again, with the same seed; what the oracle noted to have begun is taken up (``ActionNotes``).
public struct CampaignRunner: Sendable {
  public let creation: CampaignCreation
  public let space: any Space
  public let oracle: any Oracle
  public let trainer: any SurrogateTrainer
  public let log: any EventLog

  /// Measurements and models of one round that run side by side. Changes no result.
  public let threads: Int

  /// What measuring each candidate costs, where the plan's acquisition reads a column.
  public var costs: [Candidate: Double] = [:]

  /// Measurements from before the campaign that the ledger is to hold before anything is proposed.
  public var prior: [PriorMeasurement] = []

  public init(
    _ creation: CampaignCreation, space: any Space, oracle: any Oracle,
    trainer: any SurrogateTrainer, log: any EventLog, threads: Int = 1
  ) {
    self.creation = creation
    self.space = space
    self.oracle = oracle
    self.trainer = trainer
    self.log = log
    self.threads = max(1, threads)
  }

  /// Runs the campaign to its end, from where the ledger stands.
  ///
  /// - Parameters:
  ///   - onProgress: Called before each step, on the calling thread.
  ///   - isCancelled: Asked before each step; when true, the campaign comes back as it stands, to
  ///     be continued later.
  /// - Throws: ``EventLogError``, ``CampaignError``, or an error of the surrogate. What an oracle
  ///   throws is recorded as a failed measurement, but for an ``OracleHalt``, with which the campaign comes
  ///   to a stand.
  public func run(
    onProgress: (CampaignProgress) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws -> Campaign {
    var campaign = try open()
    var models: SurrogateSet?
    while !isCancelled() {
      let step = campaign.next()
      onProgress(progress(campaign, step))
      switch step {
      case .proposeInitial(let count):
        try record(try initialProposals(campaign, count), in: &campaign)
      case .refit:
        let count = campaign.proposals.count
        models = try train(campaign, proposals: count)
        try record([.refit(campaign.refitSummary)], in: &campaign)
      case .propose(let count):
        if models == nil, let last = campaign.refits.last {
          models = try train(campaign, proposals: last.proposals)
        }
        let current = try models?.conditioned(on: campaign)
        try record(proposals(campaign, count, current), in: &campaign)
      case .measure:
        if oracle is PersonOracle { throw CampaignError.awaitsPeople }
        try measure(&campaign)
      case .stop(let stop):
        try record([.stopped(stop)], in: &campaign)
      case .finished:
        return campaign
      }
    }
    return campaign
  }

  /// Looks whether the ledger can be gone on with, and starts one where there is none.
  ///
  /// - Throws: ``CampaignError/anotherCampaign(_:)``, ``EventLogError``.
  public func check() throws {
    _ = try open()
  }

  /// The campaign as the ledger holds it, a new one in an empty ledger, with all prior measurements.
  func open() throws -> Campaign {
    var campaign: Campaign
    if try log.events(after: 0, limit: 1).isEmpty {
      campaign = try Campaign(creation)
      try log.append([CampaignEvent.created(creation).draft()], after: 0)
    } else {
      campaign = try Campaign(folding: log)
      try creation.refuseDifference(from: campaign.creation)
    }
    let added = campaign.stop == nil ? campaign.additions(of: prior) : []
    if !added.isEmpty { try record(added, in: &campaign) }
    return campaign
  }

  /// Stores events, then lets the campaign take them in.
  func record(_ events: [CampaignEvent], in campaign: inout Campaign) throws {
    try campaign.take(events, storingIn: log)
  }

  /// Gives up what was begun outside for some proposals, so that they are measured anew: for what an
  /// instrument has lost, after a person has looked.
  ///
  /// - Throws: ``CampaignError/nothingBegun(_:open:)``, and what opening the ledger throws.
  public func abandonActions(of numbers: [Int], by actor: String) throws {
    guard !numbers.isEmpty else { return }
    var campaign = try open()
    let events = try numbers.map { number throws(CampaignError) -> CampaignEvent in
      guard let action = campaign.begun[number] else {
        throw .nothingBegun(number, open: campaign.begun.keys.sorted())
      }
      return .abandoned(
        AbandonedAction(
          number: number, action: action, actor: actor, reason: "It is to be measured anew."))
    }
    try record(events, in: &campaign)
  }

  func train(_ campaign: Campaign, proposals: Int) throws -> SurrogateSet {
    try SurrogateSet(campaign, proposals: proposals, trainer: trainer, threads: threads)
  }

  /// Measures what waits, as many side by side as there are threads.
  ///
  /// - Throws: What ends the campaign for now, after the results of the others are stored.
  private func measure(_ campaign: inout Campaign) throws {
    let (current, pending) = (campaign, Array(campaign.pending.prefix(threads)))
    let book = ActionBook(campaign, log)
    let answers = try parallelMap(Array(pending.indices), threads: threads) { [oracle] place in
      let notes = book.notes(of: pending[place].number)
      return Result { try Self.ask(oracle, pending[place], of: current, notes) }
    }
    campaign = book.campaign
    try record(answers.compactMap { try? $0.get() }, in: &campaign)
    for answer in answers { _ = try answer.get() }
  }

  /// - Throws: ``OracleHalt``, ``CampaignError/awaitsPeople`` and what keeps a note from the ledger, which
  ///   say nothing of the material; every other error of the oracle is a failed measurement.
  private static func ask(
    _ oracle: any Oracle, _ proposal: Proposal, of campaign: Campaign, _ notes: ActionNotes
  ) throws -> CampaignEvent {
    do {
      let seed = campaign.seed(of: .measuring, proposal.number)
      let found = try oracle.measure(proposal, seed: seed, notes: notes)
      return campaign.judge(found, of: proposal)
    } catch let halt as OracleHalt {
      throw halt.losesAction ? halt.naming(proposal.number) : halt
    } catch let unnoted as UnnotedAction {
      throw unnoted.cause
    } catch CampaignError.awaitsPeople {
      throw CampaignError.awaitsPeople
    } catch {
      return .failed(FailedResult(number: proposal.number, reason: "\(error)"))
    }
  }

  private func progress(_ campaign: Campaign, _ step: Campaign.Step) -> CampaignProgress {
    let activity: CampaignProgress.Activity =
      switch step {
      case .refit: .fitting
      case .proposeInitial, .propose: .choosing
      case .measure: .measuring
      case .stop, .finished: .finished
      }
    return CampaignProgress(
      activity: activity, done: campaign.resultCount, total: campaign.plan.budget,
      fraction: campaign.spentShare,
      best: campaign.best?.objective)
  }
}

extension OracleHalt {
  /// With what a person can do about a proposal whose action is lost.
  fileprivate func naming(_ number: Int) -> OracleHalt {
    OracleHalt(
      description + " Then tell the result of number \(number) (athanor campaign tell), or have it "
        + "measured anew: athanor campaign run --anew \(number).", losesAction: true)
  }
}
