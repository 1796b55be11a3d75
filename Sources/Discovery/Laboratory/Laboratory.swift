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

  /// Experiments with their past; of the others there is but the status. See ``close()``.
  var kept: [Int: Experiment] = [:]

  /// Of all experiments, 1 first.
  private var statuses: [Experiment.Status] = []

  /// Those that have ended since ``close()``.
  var ended: Set<Int> = []

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

  /// Experiments by the key of the request that claimed them.
  var claims = NumberTable()

  /// Keys of other requests that have been done.
  private(set) var doneRequests: Set<String> = []

  /// Events about an experiment whose key does not name it: what people have ordered.
  var orders: [Int: [Int]] = [:]

  /// What people have ordered, of experiments that have another priority than 0.
  private var priorities: [Int: Int] = [:]

  /// Events of the claims that had the set-up variable changed, rising.
  var setupChanges: [Int] = []

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
  ///
  /// - Throws: ``CampaignError``.
  public init(folding events: [LoggedEvent]) throws {
    self = try Self.fold(closing: false) { try CampaignEvent.forEach(of: events, $0) }
  }

  /// The laboratory of a ledger, read page by page.
  ///
  /// - Parameter closing: Whether the past of what is settled is left in the ledger: see ``close()``.
  /// - Throws: ``EventLogError``, ``CampaignError``.
  public init(folding log: any EventLog, closing: Bool = false) throws {
    self = try Self.fold(closing: closing) { try CampaignEvent.forEach(in: log, $0) }
  }

  /// - Parameter read: Gives events and their times, the first one first.
  private static func fold(
    closing: Bool, _ read: ((CampaignEvent, Int64) throws -> Void) throws -> Void
  ) throws -> Laboratory {
    var laboratory: Laboratory?
    try read { event, time in
      if laboratory == nil {
        laboratory = try Laboratory(event.creation())
      } else {
        try laboratory?.apply(event, time: time)
      }
      if closing, laboratory?.ended.count ?? 0 > 1000 { laboratory?.close() }
    }
    guard var laboratory else { throw CampaignError.emptyLedger }
    if closing { laboratory.close() }
    return laboratory
  }

  /// How many experiments there are.
  public var count: Int { statuses.count }

  /// In order of their numbers, experiment 1 first; O(n).
  public var experiments: [Experiment] { statuses.indices.compactMap { self[$0 + 1] } }

  /// Without its past where that was closed: see ``Experiment/isClosed``.
  public subscript(number: Int) -> Experiment? {
    guard statuses.indices.contains(number - 1) else { return nil }
    if let experiment = kept[number] { return experiment }
    var experiment = Experiment(number: number, status: statuses[number - 1])
    experiment.priority = priorities[number] ?? 0
    experiment.isClosed = true
    return experiment
  }

  /// An experiment with all that happened to it.
  ///
  /// - Throws: ``LaboratoryError/noSuchExperiment(_:)``, ``LaboratoryError/past(_:)``.
  public func experiment(_ number: Int) throws(LaboratoryError) -> Experiment {
    guard let experiment = self[number] else { throw .noSuchExperiment(number) }
    guard !experiment.isClosed else { throw .past([number]) }
    return experiment
  }

  /// Numbers of the experiments that can still become results, rising.
  public var open: [Int] { kept.values.filter(\.status.isOpen).map(\.number).sorted() }

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
    let note = Experiment.Note(sequence: campaign.eventCount, time: time)
    switch event {
    case .created, .refit, .stopped, .begun, .abandoned: break
    case .proposed(let proposal): add(proposal, note)
    case .measured(let result):
      spend(result.report)
      change(result.number, event, note)
    case .failed(let result):
      spend(result.report)
      change(result.number, event, note)
    case .laboratory(let happening): take(happening, note)
    }
  }

  /// Refuses what would leave the laboratory in a state that cannot be.
  private func check(_ event: LaboratoryEvent) throws(CampaignError) {
    guard event.number != 0 else { return }
    guard let experiment = self[event.number] else {
      throw .impossibleEvent("\(event.kind.rawValue) of experiment \(event.number), never proposed")
    }
    guard experiment.allows(event) else {
      throw .impossibleEvent(
        "\(event.kind.rawValue) of experiment \(event.number), which is "
          + experiment.status.rawValue)
    }
  }

  private mutating func add(_ proposal: Proposal, _ note: Experiment.Note) {
    let experiment = Experiment(proposal, rules, note)
    kept[proposal.number] = experiment
    statuses.append(experiment.status)
    counts[experiment.status, default: 0] += 1
    if experiment.status == .proposed, proposal.role != .prior { offer(proposal.number) }
  }

  private mutating func take(_ event: LaboratoryEvent, _ note: Experiment.Note) {
    if let key = event.requestKey, event.kind != .claimed { doneRequests.insert(key) }
    let number = event.number
    spend(event.report)
    switch event.kind {
    case .claimed:
      use(number, sign: -1)
      let changesSetup = takeSetup(of: number)
      if changesSetup { setupChanges.append(note.sequence) }
      claims.insert(number, hash: (event.requestKey ?? "").hashValue)
      return change(number, .laboratory(event), note, changesSetup: changesSetup)
    case .released: use(number, sign: 1)
    case .corrected, .withdrawn: orders[number, default: []].append(note.sequence)
    case .prioritized:
      orders[number, default: []].append(note.sequence)
      priorities[number] = event.priority == 0 ? nil : event.priority
    case .paused:
      pause = Pause(
        actor: event.actor, reason: event.reason, isEmergency: event.isEmergency == true)
    case .resumed: pause = nil
    case .stocked: stock[event.item ?? "", default: 0] += event.amount ?? 0
    default: break
    }
    if number > 0 { change(number, .laboratory(event), note) }
  }

  /// Takes from the stock what a sample needs, or puts it back.
  private mutating func use(_ number: Int, sign: Double) {
    for item in rules.stock {
      stock[item.name, default: 0] += sign * item.use(of: candidate(number))
    }
  }

  /// - Returns: Whether the set-up variable has to be changed for an experiment.
  private mutating func takeSetup(of number: Int) -> Bool {
    guard rules.setup != nil else { return false }
    let wanted = group(of: number).setup
    defer { setup = wanted }
    return setup != wanted
  }

  /// Lets an experiment take an event in, and follows what that changes in the queue.
  private mutating func change(
    _ number: Int, _ event: CampaignEvent, _ note: Experiment.Note, changesSetup: Bool = false
  ) {
    let old = statuses[number - 1]
    let new = take(event, of: number, note, changesSetup: changesSetup)
    statuses[number - 1] = new
    counts[old, default: 0] -= 1
    counts[new, default: 0] += 1
    if old.isHeld != new.isHeld { occupy(number, new.isHeld) }
    if !new.isOpen { ended.insert(number) }
    guard new == .proposed else { return ready.remove(number) }
    offer(number)
  }

  /// - Returns: The status of the experiment now.
  private mutating func take(
    _ event: CampaignEvent, of number: Int, _ note: Experiment.Note, changesSetup: Bool
  ) -> Experiment.Status {
    if let place = kept.index(forKey: number) {
      kept.values[place].take(event, note, changesSetup: changesSetup)
      return kept.values[place].status
    }
    // Of a closed one the ledger keeps what happened, and the status is all that is here.
    var closed = Experiment(number: number, status: statuses[number - 1])
    closed.take(event, note)
    return closed.status
  }

  private mutating func occupy(_ number: Int, _ isHeld: Bool) {
    for place in group(of: number).resources { occupied[place] += isHeld ? 1 : -1 }
    if isHeld { held.insert(number) } else { held.remove(number) }
  }

  private mutating func offer(_ number: Int) { ready.insert(number, group(of: number)) }

  private mutating func spend(_ report: AttemptReport?) {
    spent.cost += report?.cost ?? 0
    spent.seconds += report?.seconds ?? 0
  }

  func candidate(_ number: Int) -> Candidate { campaign.proposals.candidate(at: number - 1) }

  /// What an experiment needs, by which the queue is grouped.
  func group(of number: Int) -> ReadyQueue.Group {
    let candidate = candidate(number)
    let names = campaign.plan.variableNames ?? []
    let resources = rules.resources.indices.filter { place in
      rules.resources[place].condition?.holds(for: candidate, variableNames: names) ?? true
    }
    return ReadyQueue.Group(
      priority: priorities[number] ?? 0, resources: resources,
      setup: rules.setup.flatMap { candidate.variable($0.variable, in: names) })
  }
}
