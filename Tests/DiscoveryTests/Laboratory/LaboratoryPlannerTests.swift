import Ecosystem
import Foundation
import TestKit
import Testing

@testable import Discovery

@Suite("Laboratory planner")
struct LaboratoryPlannerTests {
  private func run(
    _ plan: CampaignPlan, workers: Int, oracle: FormulaOracle = FormulaOracle(),
    corrects: Bool = false
  ) async throws -> (Laboratory, [LoggedEvent]) {
    let creation = laboratoryCreation(plan)
    let log = MemoryEventLog()
    let store = try LaboratoryStore(creation: creation, log: { _ in log })
    let planner = LaboratoryPlanner(store, runner: try fixtureRunner(plan, log: MemoryEventLog()))
    let crew = LaboratoryCrew(store, oracle: oracle)
    let planning = Task { await planner.run { Issue.record($0) } }
    await crew.run(workers: workers)
    await planning.value
    return (try await store.read { $0 }, try log.events())
  }

  @Test("Rounds with four workers measure what the loop measures", arguments: [1, 4])
  func equalsTheLoop(workers: Int) async throws {
    var plan = try fixturePlan(seed: 5, budget: 17, batch: 4)
    let alone = try fixtureRunner(plan, log: MemoryEventLog()).run()
    plan.laboratory = LaboratoryRules()
    let (laboratory, events) = try await run(plan, workers: workers)
    #expect(laboratory.campaign.proposals == alone.proposals)
    #expect(laboratory.campaign.outcomes == alone.outcomes)
    #expect(laboratory.campaign.stop?.rule == .budget)
    #expect(LaboratoryHistory(events).faults == [])
  }

  @Test("An open queue is kept filled and ends at the budget")
  func openQueue() async throws {
    var plan = try fixturePlan(seed: 5, budget: 24)
    plan.laboratory = LaboratoryRules()
    plan.laboratory?.ahead = 6
    let (laboratory, events) = try await run(plan, workers: 3)
    #expect(laboratory.campaign.resultCount == 24 && laboratory.openCount == 0)
    #expect(laboratory.campaign.stop?.rule == .budget)
    #expect(Set(laboratory.campaign.proposals.map(\.candidate)).count == 24)
    #expect(LaboratoryHistory(events).faults == [])
  }

  @Test("A campaign that reaches its target cancels what nobody has begun")
  func target() async throws {
    var plan = try fixturePlan(seed: 5, budget: 60)
    plan.initial = 30
    plan.stop.target = 1
    plan.laboratory = LaboratoryRules()
    let (laboratory, _) = try await run(plan, workers: 1)
    #expect(laboratory.campaign.stop?.rule == .target)
    #expect((laboratory.counts[.cancelled] ?? 0) > 0 && laboratory.openCount == 0)
  }

  @Test("After a correction the model is trained anew")
  func correction() async throws {
    var plan = try fixturePlan(seed: 5, budget: 8)
    plan.laboratory = LaboratoryRules()
    let runner = try fixtureRunner(plan, log: MemoryEventLog())
    let store = try LaboratoryStore(
      creation: laboratoryCreation(plan), log: { _ in MemoryEventLog() })
    let planner = LaboratoryPlanner(store, runner: runner)
    #expect(try await planner.step())
    for number in 1...5 {
      guard case .claimed(let claims) = try await store.claim(by: "a", requestKey: "\(number)")
      else { break }
      _ = try await store.report(
        strength(Double(number)), of: number, token: claims[0].token, by: "a")
    }
    #expect(try await planner.step())
    try await store.order(
      .correct(5, ["strength": MeasuredValue(0.5, unit: "GPa")]), by: "Ann", reason: "Scale.")
    guard case .claimed(let claims) = try await store.claim(by: "a", requestKey: "6") else {
      return
    }
    _ = try await store.report(strength(2), of: 6, token: claims[0].token, by: "a")
    #expect(try await planner.step())
    let refits = try await store.read { $0.campaign.refits }
    #expect(refits.map(\.revision) == [nil, 1])
    #expect(refits[0].models[0].mean == 3 && abs(refits[1].models[0].mean - 12.5 / 6) < 1e-12)
  }
}
