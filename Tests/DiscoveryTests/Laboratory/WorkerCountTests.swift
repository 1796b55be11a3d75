import Ecosystem
import TestKit
import Testing

@testable import Discovery

@Suite("The number of workers")
struct WorkerCountTests {
  /// A campaign in rounds whose results come in the order of the proposals.
  private func ledger(workers: Int, threads: Int = 1) async throws -> [LoggedEvent] {
    var plan = try fixturePlan(seed: 8, budget: 24, batch: 6)
    plan.laboratory = LaboratoryRules()
    let log = MemoryEventLog()
    let store = try LaboratoryStore(
      creation: laboratoryCreation(plan), log: { _ in log }, time: FixedTime(), clock: HandClock())
    let planner = LaboratoryPlanner(
      store, runner: try fixtureRunner(plan, log: MemoryEventLog(), threads: threads))
    while try await store.read({ $0.campaign.stop == nil }) {
      while try await planner.step() {}
      var claims: [Laboratory.Claim] = []
      for worker in 0..<workers {
        let answer = try await store.claim(
          by: "w\(worker)", requestKey: "\(worker)/\(try log.events().count)")
        if case .claimed(let new) = answer { claims += new }
      }
      for claim in claims.sorted(by: { $0.number < $1.number }) {
        let candidate = try await store.read { $0.candidate(claim.number) }
        _ = try await store.report(
          strength(FormulaOracle.strength(candidate)), of: claim.number, token: claim.token,
          by: claim.worker)
      }
    }
    return try log.events()
  }

  @Test("Changes no proposal, no model and no result", arguments: [2, 3, 8])
  func workers(_ count: Int) async throws {
    let alone = try await ledger(workers: 1)
    let many = try await ledger(workers: count)
    #expect(try PatientCampaign.story(many) == PatientCampaign.story(alone))
    #expect(Set(many.filter { $0.kind == "claimed" }.map(\.payload)).count == 24)
    let order = ["created", "proposed", "refit", "stopped"]
    #expect(
      many.filter { order.contains($0.kind) }.map(\.draft)
        == alone.filter { order.contains($0.kind) }.map(\.draft))
  }

  @Test("Threads of a fit change no byte of the ledger", arguments: [2, 4])
  func threads(_ count: Int) async throws {
    #expect(
      try await ledger(workers: 3, threads: count).map(\.hash)
        == ledger(workers: 3).map(\.hash))
  }
}
