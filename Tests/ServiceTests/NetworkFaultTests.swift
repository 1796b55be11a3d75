import Discovery
import Ecosystem
import Foundation
import TestKit
import Testing

@testable import Service

@Suite("A network that fails", .serialized)
struct NetworkFaultTests {
  private static let recipe = """
    name: Strong alloys
    seed: 3
    space: {elements: [Al, Ti, Fe, Ni], step: 0.05}
    objective: {maximize: strength}
    ranges: [{property: strength, atLeast: 0, atMost: 100, unit: GPa}]
    surrogate: {kind: gp, features: fractions}
    acquisition: {kind: random}
    initial: 8
    budget: BUDGET
    oracle: person
    laboratory: {lease: 60, ahead: 8}

    """

  /// Each request meets a fault; two or more are needed for each experiment.
  @Test("Robots behind it lose nothing, double nothing and come to the end")
  func faultyProxy() async throws {
    let budget = Reliability.count(12, full: 1050)
    let service = try await TestService(
      recipe: Self.recipe.replacing("BUDGET", with: "\(budget)"))
    let proxy = try FaultyProxy(to: service.port, seed: 11)
    defer { proxy.stop() }
    let memories = await Self.work(proxy.port)
    let path = service.folder + "/alloys/ledger.sqlite"
    let events = try SQLiteEventLog(path: path).events()
    #expect(LaboratoryHistory(events, memories: memories.map(Self.memory)).faults == [])
    let campaign = try Campaign(folding: events)
    #expect(campaign.resultCount == budget && campaign.stop?.rule == .budget)
    // Nobody was ever waited for: each attempt that was begun came to its result.
    #expect(events.count { $0.kind == "measured" } == budget)
    let faults = proxy.faults
    let sum = faults.values.reduce(0, +)
    #expect(faults.count == FaultyProxy.Fault.allCases.count)
    #expect(sum >= Reliability.count(50, full: 5000))
    Reliability.report(
      "faulty network",
      [
        "faults": Double(sum), "cut": Double(faults[.cutAnswer, default: 0]),
        "results": Double(budget), "lost": 0, "doubled": 0,
      ])
  }

  private static func work(_ port: Int) async -> [SimulatedRobot.Memory] {
    await withTaskGroup(of: [SimulatedRobot.Memory].self) { group in
      for robot in 1...4 {
        group.addTask {
          await withCheckedContinuation { continuation in
            Thread {
              let simulated = SimulatedRobot(
                port: port, campaign: "alloys", name: "robot-\(robot)", property: "strength",
                unit: "GPa")
              continuation.resume(
                returning: simulated.run(until: Date(timeIntervalSinceNow: 600)) {
                  1 + ($0["Ni"] ?? 0)
                })
            }.start()
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  private static func memory(_ memory: SimulatedRobot.Memory) -> LaboratoryHistory.Memory {
    guard let value = memory.value else {
      return .claimed(number: memory.number, token: memory.token, worker: memory.worker)
    }
    return .measured(
      number: memory.number, token: memory.token,
      values: ["strength": MeasuredValue(value, unit: "GPa")])
  }
}
