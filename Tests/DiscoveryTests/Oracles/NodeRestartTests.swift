import Ecosystem
import Foundation
import Matter
import Synchronization
import Testing

@testable import Discovery

/// What a program that is started again finds of the actions that it had begun.
@Suite("Instruments after a restart")
struct NodeRestartTests {
  private static let proposal = Proposal(
    number: 1, candidate: NodeOracleTests.candidate(), reason: "")

  /// Measures as after a restart, where an action was noted before.
  private func takeUp(_ action: String, on node: FakeNode) throws -> Double? {
    try NodeOracleTests.oracle(node).measure(
      Self.proposal, seed: 1, notes: ActionNotes(earlier: action) { _ in }
    ).values["strength"]?.value
  }

  /// Begins an action and dies with it under way.
  private func begin(on node: FakeNode) throws {
    node.change { $0.statuses = ["running"] }
    #expect(throws: WorkError.self) {
      try NodeOracleTests.oracle(node) { $0.timeLimitSeconds = 0.05 }
        .measure(Self.proposal, seed: 1)
    }
    node.change { $0.statuses = ["running", "succeeded"] }
  }

  @Test("An action is noted before it is started, and not started where it cannot be noted")
  func notes() throws {
    let node = try FakeNode()
    let noted = Mutex<[String]>([])
    _ = try NodeOracleTests.oracle(node).measure(
      Self.proposal, seed: 1,
      notes: ActionNotes(earlier: nil) { action in
        #expect(node.starts == 0)
        noted.withLock { $0.append(action) }
      })
    #expect(noted.withLock { $0 } == ["A1"] && node.starts == 1)
    let full = ActionNotes(earlier: nil) { _ in throw EventLogError.full("here") }
    #expect(throws: UnnotedAction.self) {
      try NodeOracleTests.oracle(node).measure(Self.proposal, seed: 1, notes: full)
    }
    #expect(node.created.count == 2 && node.starts == 1)
  }

  @Test("An action that runs, or ran to its end in the meantime, is taken up")
  func takesUp() throws {
    let node = try FakeNode()
    try begin(on: node)
    #expect(try takeUp("A1", on: node) == 1.5)
    #expect(try takeUp("A1", on: node) == 1.5)
    node.change { $0.statuses = ["failed"] }
    #expect(throws: WorkError.reported("The node's action failed: The tube melts.")) {
      try takeUp("A1", on: node)
    }
    #expect(node.created.count == 1 && node.starts == 1)
  }

  @Test("What was made and never started is started; what came to nothing is made anew")
  func startsOnce() throws {
    let node = try FakeNode()
    #expect(throws: UnnotedAction.self) {
      try NodeOracleTests.oracle(node).measure(
        Self.proposal, seed: 1, notes: ActionNotes(earlier: nil) { _ in throw CancellationError() })
    }
    #expect(try takeUp("A1", on: node) == 1.5)
    #expect(node.created.count == 1 && node.starts == 1)
    node.change {
      $0.statuses = ["not_ready"]
      $0.before = { path, state in
        if path.hasSuffix("start") { state.statuses = ["running", "succeeded"] }
      }
    }
    #expect(try takeUp("A1", on: node) == 1.5)
    #expect(node.created.count == 2 && node.starts == 2)
  }

  @Test("What the node has forgotten is not started again")
  func forgotten() throws {
    let node = try FakeNode()
    try begin(on: node)
    node.change { $0.forget() }
    let halt = #expect(throws: OracleHalt.self) { try takeUp("A1", on: node) }
    #expect(halt?.losesAction == true)
    #expect(halt?.description.contains("has forgotten the action A1") == true)
    #expect(node.created.count == 1 && node.starts == 1)
  }

  @Test("A campaign that died before it stored a result takes the action up: nothing is done twice")
  func campaign() throws {
    let node = try FakeNode()
    let log = DyingLog()
    log.isDying = true
    #expect(throws: EventLogError.self) { try NodeOracleTests.runner(node, log).run() }
    let died = try Campaign(folding: log.events())
    #expect(died.begun == [1: "A1"] && died.resultCount == 0 && node.starts == 1)
    log.isDying = false
    let done = try NodeOracleTests.runner(node, log).run()
    #expect(done.resultCount == 3 && done.failures.isEmpty && done.begun.isEmpty)
    #expect(node.created.count == 3 && node.starts == 3)
  }

  @Test("Wherever a campaign dies, each experiment is begun once", arguments: 1...9)
  func everywhere(call: Int) throws {
    for moment in CrashingLog.Moment.allCases {
      let (node, log) = (try FakeNode { $0.statuses = ["succeeded"] }, MemoryEventLog())
      let crashing = CrashingLog(log, at: call, moment)
      #expect(throws: EventLogError.self) { try NodeOracleTests.runner(node, crashing).run() }
      let done = try NodeOracleTests.runner(node, log).run()
      #expect(done.resultCount == 3 && done.failures.isEmpty && node.starts == 3, "\(moment)")
    }
  }

  @Test("A campaign asks for a person as often as it is run, and measures anew when it is told to")
  func told() throws {
    let node = try FakeNode()
    let log = DyingLog()
    log.isDying = true
    #expect(throws: EventLogError.self) { try NodeOracleTests.runner(node, log).run() }
    log.isDying = false
    node.change { $0.forget() }
    for _ in 0..<2 {
      let halt = #expect(throws: OracleHalt.self) { try NodeOracleTests.runner(node, log).run() }
      #expect(halt?.description.hasSuffix("athanor campaign run --anew 1.") == true)
    }
    #expect(node.starts == 1)
    let runner = try NodeOracleTests.runner(node, log)
    #expect(throws: CampaignError.nothingBegun(2, open: [1])) {
      try runner.abandonActions(of: [2], by: "Ada")
    }
    try runner.abandonActions(of: [1], by: "Ada")
    #expect(try runner.run().resultCount == 3 && node.starts == 4)
    let events = try log.events()
    let decisions = try CampaignHistory(events).moment(after: events.count, decisions: 99).decisions
    #expect(decisions.contains { $0.what == "abandoned" && $0.actor == "Ada" && $0.number == 1 })
  }

  @Test("A laboratory whose service died takes the action up at once, with another attempt")
  func laboratory() async throws {
    let node = try FakeNode()
    let log = DyingLog()
    try await dieInTheMiddle(node, log)
    let store = try LaboratoryStore(creation: creation(node), log: { _ in log })
    let work = Task {
      await LaboratoryCrew(store, oracle: try NodeOracleTests.oracle(node)).run(workers: 1)
    }
    while try await store.read({ $0.campaign.resultCount < 3 }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    work.cancel()
    #expect(node.created.count == 3 && node.starts == 3)
    let attempts = try await store.read { laboratory in
      try (1...laboratory.count).map { try laboratory.experiment($0).attempts.count }
    }
    #expect(attempts == [2, 1, 1])
    #expect(LaboratoryHistory(try log.events()).faults == [])
  }

  @Test("A laboratory pauses where the node has forgotten, and begins anew once it is resumed")
  func resumed() async throws {
    let node = try FakeNode()
    let log = DyingLog()
    try await dieInTheMiddle(node, log)
    node.change { $0.forget() }
    let store = try LaboratoryStore(creation: creation(node), log: { _ in log })
    let crew = LaboratoryCrew(store, oracle: try NodeOracleTests.oracle(node))
    let work = Task { await crew.run(workers: 1) }
    while try await store.read({ $0.pause == nil }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    let pause = try await store.read { $0.pause?.reason }
    #expect(pause?.contains("is begun anew once the campaign is resumed") == true)
    #expect(node.starts == 1)
    try await store.order(.resume, by: "Ada", reason: nil)
    while try await store.read({ $0.campaign.resultCount < 3 }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    work.cancel()
    #expect(node.starts == 4)
    #expect(LaboratoryHistory(try log.events()).faults == [])
  }

  private func creation(_ node: FakeNode) throws -> CampaignCreation {
    var plan = try NodeOracleTests.runner(node, MemoryEventLog()).creation.plan
    plan.laboratory = LaboratoryRules()
    return CampaignCreation(plan: plan, provenance: [:], codeVersion: "test")
  }

  /// A laboratory whose ledger ends with an action under way.
  private func dieInTheMiddle(_ node: FakeNode, _ log: DyingLog) async throws {
    let store = try LaboratoryStore(creation: creation(node), log: { _ in log })
    let planner = LaboratoryPlanner(
      store, runner: try NodeOracleTests.runner(node, MemoryEventLog()))
    #expect(try await planner.step())
    log.isDying = true
    let crew = LaboratoryCrew(store, oracle: try NodeOracleTests.oracle(node))
    let work = Task { await crew.run(workers: 1) }
    while !log.hasDied { try await Task.sleep(for: .milliseconds(5)) }
    work.cancel()
    await work.value
    log.isDying = false
    let died = try Laboratory(folding: log.events())
    #expect(died.campaign.begun == [1: "A1"] && died.held == [1] && node.starts == 1)
  }
}

/// A ledger whose program dies before it stores a result.
private final class DyingLog: EventLog {
  private let log = MemoryEventLog()
  private let state = Mutex((isDying: false, hasDied: false))

  var isDying: Bool {
    get { state.withLock { $0.isDying } }
    set { state.withLock { $0.isDying = newValue } }
  }

  var hasDied: Bool { state.withLock { $0.hasDied } }

  @discardableResult
  func append(_ drafts: [EventDraft], after count: Int) throws(EventLogError) -> [LoggedEvent] {
    if isDying, hasDied || drafts.contains(where: { $0.kind == "measured" }) {
      state.withLock { $0.hasDied = true }
      throw .full("memory")
    }
    return try log.append(drafts, after: count)
  }

  func events() throws(EventLogError) -> [LoggedEvent] { try log.events() }

  func events(after sequence: Int, limit: Int) throws(EventLogError) -> [LoggedEvent] {
    try log.events(after: sequence, limit: limit)
  }

  @discardableResult
  func verify() throws(EventLogError) -> String? { try log.verify() }
}
