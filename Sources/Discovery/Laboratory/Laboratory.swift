public import Ecosystem
import Matter

/// A campaign and the experiments that carry it out: the fold of a ledger.
///
/// A value with synchronous transitions. The functions of the extensions decide: from a request they
/// make the events that answer it, and change nothing. ``apply(_:time:)`` takes events in. Equal
/// events give equal laboratories. When a lease ends is no part of it, since that hangs on a clock:
/// see ``LeaseTable``.
public struct Laboratory: Sendable {
  public private(set) var campaign: Campaign
  public let rules: LaboratoryRules

  /// In order of their numbers: experiment 1 first.
  public private(set) var experiments: [Experiment] = []

  /// Who stopped the claims, and why; `nil` where they go on.
  public private(set) var pause: Pause?

  /// What is left, by name.
  public private(set) var stock: [String: Double]
  public private(set) var spent = Spending()

  /// Experiments in each state.
  public private(set) var counts: [Experiment.Status: Int] = [:]

  /// Experiments that a worker has.
  public private(set) var held: Set<Int> = []

  private(set) var ready = ReadyQueue()

  /// How many of each resource are occupied, in the order of the rules.
  private(set) var occupied: [Int]

  /// The value of the set-up variable that was asked for last.
  private(set) var setup: Double?

  /// Experiments and attempts by the key of the request that claimed them.
  private(set) var claims: [String: [ClaimPlace]] = [:]

  /// Keys of other requests that have been done.
  private(set) var doneRequests: Set<String> = []

  struct ClaimPlace: Hashable, Sendable {
    let number: Int
    let attempt: Int
  }

  public struct Pause: Hashable, Sendable {
    public let actor: String
    public let reason: String?

    /// Whether it is an emergency stop: nothing that is under way is to go on either, and the laboratory
    /// goes on only after somebody has reset it and somebody has resumed it, as ISO 13850 wants it.
    public let isEmergency: Bool
  }

  /// What the attempts have used up.
  public struct Spending: Hashable, Sendable {
    /// In the unit of the recipe's costs.
    public var cost = 0.0

    /// Between claims and reports.
    public var seconds = 0.0
  }

  public init(_ creation: CampaignCreation) throws(CampaignError) {
    campaign = try Campaign(creation)
    rules = creation.plan.laboratory ?? LaboratoryRules()
    stock = Dictionary(uniqueKeysWithValues: rules.stock.map { ($0.name, $0.amount) })
    occupied = rules.resources.map { _ in 0 }
  }

  /// The laboratory whose ledger this is.
  public init(folding events: [LoggedEvent]) throws(CampaignError) {
    let (creation, later) = try CampaignEvent.ledger(events)
    try self.init(creation)
    for (event, logged) in zip(later, events.dropFirst()) { try apply(event, time: logged.time) }
  }

  public subscript(number: Int) -> Experiment? {
    experiments.indices.contains(number - 1) ? experiments[number - 1] : nil
  }

  /// - Parameter number: Of an experiment that there is.
  public func proposal(_ number: Int) -> Proposal { campaign.proposals[number - 1] }

  /// Experiments that can still become results.
  public var openCount: Int {
    counts.reduce(0) { $0 + ($1.key.isOpen ? $1.value : 0) }
  }

  /// Takes in what has happened.
  ///
  /// - Parameter time: Microseconds since 1970, for people.
  /// - Throws: ``CampaignError/impossibleEvent(_:)``; the laboratory is then not to be used further.
  public mutating func apply(_ event: CampaignEvent, time: Int64) throws(CampaignError) {
    if case .laboratory(let happening) = event { try check(happening) }
    try campaign.apply(event)
    let note = Note(sequence: campaign.eventCount, time: time)
    switch event {
    case .created, .refit, .stopped, .begun, .abandoned: break
    case .proposed(let proposal): add(proposal, note)
    case .measured(let result):
      settle(
        result.number, .measured, result.report, note,
        Experiment.Receipt(
          outcome: .measured, digest: result.report?.digest ?? "", sequence: note.sequence,
          reason: nil))
    case .failed(let result):
      settle(
        result.number, result.isLost == true ? .lost : .failed, result.report, note,
        Experiment.Receipt(
          outcome: .failed, digest: result.report?.digest ?? "", sequence: note.sequence,
          reason: result.reason))
    case .laboratory(let happening): take(happening, note)
    }
  }

  /// The sequence number and the time of an event.
  private struct Note {
    let sequence: Int
    let time: Int64
  }

  /// Refuses what would leave the laboratory in a state that cannot be.
  private func check(_ event: LaboratoryEvent) throws(CampaignError) {
    guard event.number != 0 else { return }
    guard let experiment = self[event.number] else {
      throw .impossibleEvent("\(event.kind.rawValue) of experiment \(event.number), never proposed")
    }
    let isPossible =
      switch event.kind {
      case .claimed:
        experiment.status == .proposed && event.attempt == experiment.attempts.count + 1
      case .started: experiment.status == .claimed
      case .released, .attemptFailed, .lost:
        experiment.status.isHeld && event.attempt == experiment.attempts.count
      case .late: experiment.attempts.contains { $0.number == event.attempt && $0.receipt == nil }
      case .approved: experiment.status == .awaitingApproval
      case .cancelled: experiment.status.isOpen
      default: true
      }
    guard isPossible else {
      throw .impossibleEvent(
        "\(event.kind.rawValue) of experiment \(event.number), which is "
          + experiment.status.rawValue)
    }
  }

  private mutating func add(_ proposal: Proposal, _ note: Note) {
    // What was measured before the campaign comes with its result, and nobody is to claim it.
    let isPrior = proposal.role == .prior
    let status: Experiment.Status =
      rules.needsApproval && !isPrior ? .awaitingApproval : .proposed
    experiments.append(Experiment(number: proposal.number, status: status))
    counts[status, default: 0] += 1
    if status == .proposed, !isPrior { offer(proposal.number) }
    remember(proposal.number, "proposed", nil, proposal.reason, note)
  }

  private mutating func take(_ event: LaboratoryEvent, _ note: Note) {
    if let key = event.requestKey, event.kind != .claimed { doneRequests.insert(key) }
    let number = event.number
    switch event.kind {
    case .claimed: claim(event)
    case .started: move(number, to: .running)
    case .released: end(event, .released)
    case .attemptFailed: end(event, .failed)
    case .lost: end(event, .lost)
    case .late: keepLate(event, note)
    case .cancelled:
      if self[number]?.status.isHeld == true { free(number, .cancelled) }
      move(number, to: .cancelled)
    case .corrected: move(number, to: .measured)
    case .withdrawn: move(number, to: .withdrawn)
    case .approved:
      move(number, to: .proposed)
    case .prioritized:
      experiments[number - 1].priority = event.priority ?? 0
      if experiments[number - 1].status == .proposed { offer(number) }
    case .paused:
      pause = Pause(
        actor: event.actor, reason: event.reason, isEmergency: event.isEmergency == true)
    case .resumed: pause = nil
    case .stocked: stock[event.item ?? "", default: 0] += event.amount ?? 0
    }
    if number > 0 { remember(number, event.kind.rawValue, event.actor, event.reason, note) }
  }

  private mutating func claim(_ event: LaboratoryEvent) {
    let (number, key) = (event.number, event.requestKey ?? "")
    let group = group(of: number)
    for place in group.resources { occupied[place] += 1 }
    for item in rules.stock { stock[item.name, default: 0] -= item.use(of: candidate(number)) }
    let changesSetup = rules.setup != nil && setup != group.setup
    if rules.setup != nil { setup = group.setup }
    let attempt = experiments[number - 1].attempts.count + 1
    experiments[number - 1].attempts.append(
      Experiment.Attempt(
        number: attempt, worker: event.actor, token: event.token ?? 0, requestKey: key,
        changesSetup: changesSetup))
    claims[key, default: []].append(ClaimPlace(number: number, attempt: attempt))
    held.insert(number)
    move(number, to: .claimed)
  }

  private mutating func end(_ event: LaboratoryEvent, _ ending: Experiment.Attempt.Ending) {
    let number = event.number
    if ending == .released {
      for item in rules.stock { stock[item.name, default: 0] += item.use(of: candidate(number)) }
    }
    spend(event.report)
    if let report = event.report, let last = experiments[number - 1].attempts.indices.last {
      experiments[number - 1].attempts[last].receipt = Experiment.Receipt(
        outcome: .failed, digest: report.digest, sequence: campaign.eventCount,
        reason: event.reason)
    }
    free(number, ending)
    move(number, to: .proposed)
  }

  private mutating func keepLate(_ event: LaboratoryEvent, _ note: Note) {
    let place = (event.attempt ?? 1) - 1
    spend(event.report)
    experiments[event.number - 1].attempts[place].receipt = Experiment.Receipt(
      outcome: .late, digest: event.report?.digest ?? "", sequence: note.sequence, reason: nil)
    if event.waits == true {
      experiments[event.number - 1].attempts[place].lateValues = event.values
    }
  }

  /// A result, of the attempt that holds the experiment or of a late one.
  private mutating func settle(
    _ number: Int, _ status: Experiment.Status, _ report: AttemptReport?, _ note: Note,
    _ receipt: Experiment.Receipt
  ) {
    spend(report)
    if self[number]?.status.isHeld == true {
      let isOwn = report?.attempt == self[number]?.attempts.count
      free(number, isOwn ? (status == .measured ? .measured : .failed) : .lost)
    }
    if let report, experiments[number - 1].attempts.indices.contains(report.attempt - 1) {
      let place = report.attempt - 1
      // Who was told that the result came late is told so again, also if it was used in the end.
      let waited = experiments[number - 1].attempts[place].lateValues != nil
      if !waited { experiments[number - 1].attempts[place].receipt = receipt }
      experiments[number - 1].attempts[place].lateValues = nil
    }
    move(number, to: status)
    remember(number, status.rawValue, report?.worker, receipt.reason, note)
  }

  private mutating func free(_ number: Int, _ ending: Experiment.Attempt.Ending) {
    for place in group(of: number).resources { occupied[place] -= 1 }
    held.remove(number)
    let last = experiments[number - 1].attempts.count - 1
    experiments[number - 1].attempts[last].ending = ending
  }

  private mutating func move(_ number: Int, to status: Experiment.Status) {
    let old = experiments[number - 1].status
    counts[old, default: 0] -= 1
    counts[status, default: 0] += 1
    experiments[number - 1].status = status
    if status == .proposed { offer(number) } else { ready.remove(number) }
  }

  private mutating func offer(_ number: Int) { ready.insert(number, group(of: number)) }

  private mutating func spend(_ report: AttemptReport?) {
    spent.cost += report?.cost ?? 0
    spent.seconds += report?.seconds ?? 0
  }

  private mutating func remember(
    _ number: Int, _ what: String, _ actor: String?, _ reason: String?, _ note: Note
  ) {
    experiments[number - 1].transitions.append(
      Experiment.Transition(
        sequence: note.sequence, time: note.time, what: what, actor: actor, reason: reason))
  }

  func candidate(_ number: Int) -> Candidate { campaign.proposals[number - 1].candidate }

  /// What an experiment needs, by which the queue is grouped.
  func group(of number: Int) -> ReadyQueue.Group {
    let candidate = candidate(number)
    let names = campaign.plan.variableNames ?? []
    let resources = rules.resources.indices.filter { place in
      rules.resources[place].condition?.holds(for: candidate, variableNames: names) ?? true
    }
    return ReadyQueue.Group(
      priority: experiments[number - 1].priority, resources: resources,
      setup: rules.setup.flatMap { candidate.variable($0.variable, in: names) })
  }
}
