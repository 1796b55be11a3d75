import Design
import Ecosystem
import Foundation
import Matter
import Testing

@testable import Discovery

@Suite("Instruments by the node contract")
struct NodeOracleTests {
  static func configuration(_ address: String) -> NodeOracle.Configuration {
    var configuration = NodeOracle.Configuration(address: address, action: "anneal")
    configuration.limits = ["temperature": 300...1200]
    configuration.pollSeconds = 0.02
    configuration.timeLimitSeconds = 20
    return configuration
  }

  static func oracle(
    _ node: FakeNode, _ change: (inout NodeOracle.Configuration) -> Void = { _ in }
  ) throws -> NodeOracle {
    var configuration = configuration(node.address)
    change(&configuration)
    return try NodeOracle(
      configuration, variableNames: ["temperature", "minutes"], properties: ["strength"])
  }

  static func candidate(_ temperature: Double = 900) -> Candidate {
    Candidate(variables: [temperature, 5])
  }

  @Test("Starts an action with the candidate, waits for it and takes its values")
  func measures() throws {
    let node = try FakeNode()
    let found = try Self.oracle(node).measure(Self.candidate(), seed: 3)
    #expect(found.values == ["strength": MeasuredValue(1.5, unit: "GPa")])
    #expect(node.created.count == 1 && node.starts == 1)
    #expect(node.created[0] == ["temperature": 900, "minutes": 5])
    node.change { $0.result = "2.5" }
    let named = try Self.oracle(node) { $0.arguments = ["recipe": "seed"] }
    #expect(try named.measure(Self.candidate(), seed: 3).values["strength"]?.value == 2.5)
    #expect(node.created[1]["recipe"] == 3)
  }

  @Test(
    "What is outside the limits, or has no value, is not sent",
    arguments: [(1300.0, "outside its limits of 300.0 to 1200.0"), (.nan, "outside its limits")])
  func limits(temperature: Double, reason: String) throws {
    let node = try FakeNode()
    let error = #expect(throws: WorkError.self) {
      try Self.oracle(node).measure(Self.candidate(temperature), seed: 1)
    }
    #expect(error?.description.contains(reason) == true)
    #expect(throws: WorkError.self) {
      try Self.oracle(node) { $0.arguments = ["pressure": "minutes"] }
        .measure(Self.candidate(), seed: 1)
    }
    #expect(throws: WorkError.self) {
      try Self.oracle(node) { $0.arguments = ["temperature": "formula"] }
        .measure(Self.candidate(), seed: 1)
    }
    #expect(Set(node.paths) == ["/info"])
  }

  @Test(
    "A node that is stopped, locked or in error is not started, and nothing lifts it",
    arguments: ["stopped", "locked", "errored"])
  func obstacles(flag: String) throws {
    let node = try FakeNode { $0.flags = [flag] }
    let halt = #expect(throws: OracleHalt.self) {
      try Self.oracle(node).measure(Self.candidate(), seed: 1)
    }
    #expect(halt?.description.contains("is \(flag). Nothing was started.") == true)
    #expect(node.created.isEmpty && !node.paths.contains { $0.hasPrefix("/admin") })
  }

  @Test("A stop in the middle, and a restart that forgets the action, halt without a second start")
  func interrupted() throws {
    let stopped = try FakeNode {
      $0.statuses = ["running"]
      $0.before = { path, state in
        if path.hasSuffix("result") { state.flags = ["stopped"] }
      }
    }
    #expect(throws: OracleHalt.self) {
      try Self.oracle(stopped).measure(Self.candidate(), seed: 1)
    }
    let restarted = try FakeNode { $0.statuses = ["running", "unknown"] }
    let halt = #expect(throws: OracleHalt.self) {
      try Self.oracle(restarted).measure(Self.candidate(), seed: 1)
    }
    #expect(halt?.description.contains("restarted in the meantime") == true)
    #expect(stopped.starts == 1 && restarted.starts == 1)
  }

  @Test("Another controller is waited for, and one that is faster is no failure")
  func twoControllers() throws {
    let node = try FakeNode {
      $0.flags = ["busy"]
      $0.starts = ["not_ready"]
      $0.before = { path, state in
        if path == "/status", state.paths.count > 4 { state.flags = [] }
      }
    }
    let found = try Self.oracle(node).measure(Self.candidate(), seed: 1)
    #expect(found.values["strength"]?.value == 1.5)
    #expect(node.created.count == 2 && node.starts == 1)
  }

  @Test("Where the answer to a start is lost, the node is asked and not started twice")
  func lostAnswer() throws {
    let node = try FakeNode { $0.starts = ["cut"] }
    _ = try Self.oracle(node).measure(Self.candidate(), seed: 1)
    #expect(node.created.count == 1 && node.starts == 1)
  }

  @Test("What fails says why; what takes too long is asked to end, and a pause does not count")
  func endings() throws {
    let failing = try FakeNode { $0.statuses = ["failed"] }
    #expect(throws: WorkError.reported("The node's action failed: The tube melts.")) {
      try Self.oracle(failing).measure(Self.candidate(), seed: 1)
    }
    let slow = try FakeNode { $0.statuses = ["running"] }
    #expect(throws: WorkError.timedOut(seconds: 0.2)) {
      try Self.oracle(slow) { $0.timeLimitSeconds = 0.2 }.measure(Self.candidate(), seed: 1)
    }
    #expect(slow.paths.contains("/admin/cancel"))
    let pausing = try FakeNode {
      $0.statuses = [String](repeating: "paused", count: 20) + ["succeeded"]
    }
    _ = try Self.oracle(pausing) { $0.timeLimitSeconds = 0.2 }
      .measure(Self.candidate(), seed: 1)
  }

  static func runner(_ node: FakeNode, _ log: any EventLog) throws -> CampaignRunner {
    var plan = CampaignPlan(
      name: "furnace", seed: 1,
      objective: Objective(.maximize, try PropertyExpression("strength")))
    (plan.initial, plan.budget, plan.variableNames) = (3, 3, ["temperature", "minutes"])
    let space = try CandidateList((0..<9).map { candidate(400 + 50 * Double($0)) })
    return CampaignRunner(
      CampaignCreation(plan: plan, provenance: [:], codeVersion: "test"), space: space,
      oracle: try oracle(node) { $0.pollSeconds = 0.005 }, trainer: NearestTrainer(), log: log)
  }

  @Test(
    "A campaign stands still at a stop, holds nothing against the material, and goes on when told")
  func campaign() throws {
    let node = try FakeNode {
      $0.before = { path, state in
        if path == "/info", state.begun.count == 1 { state.flags = ["stopped"] }
      }
    }
    let log = MemoryEventLog()
    #expect(throws: OracleHalt.self) { try Self.runner(node, log).run() }
    let halted = try Campaign(folding: log.events())
    #expect(halted.resultCount == 1 && halted.failures.isEmpty && halted.pending.count == 2)
    #expect(throws: OracleHalt.self) { try Self.runner(node, log).run() }
    #expect(node.starts == 1)
    node.change {
      $0.before = { _, _ in }
      $0.flags = []
    }
    let done = try Self.runner(node, log).run()
    #expect(done.resultCount == 3 && node.starts == 3)
  }

  @Test("In a laboratory a stop stops the claims of everybody")
  func laboratory() async throws {
    let node = try FakeNode { $0.flags = ["stopped"] }
    var creation = try Self.runner(node, MemoryEventLog()).creation
    var plan = creation.plan
    plan.laboratory = LaboratoryRules()
    creation = CampaignCreation(plan: plan, provenance: [:], codeVersion: "test")
    let store = try LaboratoryStore(creation: creation, log: { _ in MemoryEventLog() })
    let planner = LaboratoryPlanner(store, runner: try Self.runner(node, MemoryEventLog()))
    #expect(try await planner.step())
    let crew = LaboratoryCrew(store, oracle: try Self.oracle(node))
    let work = Task { await crew.run(workers: 2) }
    while try await store.read({ $0.pause == nil || !$0.held.isEmpty }) {
      try await Task.sleep(for: .milliseconds(5))
    }
    let pause = try await store.read { $0.pause }
    #expect(pause?.reason?.contains("is stopped") == true)
    guard case .nothing(.paused) = try await store.claim(by: "other", requestKey: "k") else {
      Issue.record("an experiment was handed out after the stop")
      return
    }
    let counts = try await store.read { $0.counts }
    #expect(counts[.proposed] == 3 && node.created.isEmpty)
    work.cancel()
    await work.value
  }
}
