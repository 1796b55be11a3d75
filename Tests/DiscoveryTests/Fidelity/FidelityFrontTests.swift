import DenseMath
import Design
import Ecosystem
import Learning
import Matter
import Testing

@testable import Discovery

/// Two objectives of a line, each with a cheap method that is off.
private struct TwoObjectives: Oracle {
  let isDear: Bool

  func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    let x = candidate.variables[0]
    let (y, z) =
      isDear
      ? (FidelitySearchTests.dear(x), -40 * (x - 0.45) * (x - 0.45))
      : (FidelitySearchTests.cheap(x), -30 * (x - 0.5) * (x - 0.5) + 1)
    return Observation(["y": MeasuredValue(y, unit: "m"), "z": MeasuredValue(z, unit: "m")])
  }
}

@Suite("Several objectives over several fidelities")
struct FidelityFrontTests {
  private func run(
    seed: UInt64, alone: Bool, cost: Double, batch: Int = 1, log: any EventLog = MemoryEventLog()
  ) throws -> Campaign {
    var plan = try fidelityPlan(seed: seed, cost: cost, dear: 20, alone: alone)
    plan.objective = Objective(.maximize, try PropertyExpression("y"), reference: -10)
    plan.furtherObjectives = [
      Objective(.maximize, try PropertyExpression("z"), reference: -12)
    ]
    plan.acquisition.kind = .hypervolume
    plan.batch = batch
    let oracle = FidelityOracle(
      ["cheap": TwoObjectives(isDear: false), "dear": TwoObjectives(isDear: true)],
      target: "dear")
    return try fidelityRunner(plan, log: log, oracle: oracle).run()
  }

  @Test("Dominates more for the same cost than by the dear method alone")
  func dominates() throws {
    func volumes(alone: Bool) throws -> [Double] {
      try (1...6).map { try run(seed: $0, alone: alone, cost: 203).hypervolume }
    }
    let (both, alone) = (try volumes(alone: false), try volumes(alone: true))
    #expect(
      Statistics.mean(both) > 1.05 * Statistics.mean(alone), "\(both) against \(alone)")
  }

  @Test("The front is of the method that counts, and a killed campaign ends as an undisturbed one")
  func front() throws {
    let log = MemoryEventLog()
    let campaign = try run(seed: 2, alone: false, cost: 110, batch: 2, log: log)
    #expect(campaign.paretoSet.allSatisfy { $0.proposal.fidelity == "dear" })
    #expect(campaign.spentCost <= 110 && campaign.stop?.rule == .budget)
    let chosen = campaign.proposals.dropFirst(6)
    #expect(chosen.contains { $0.fidelity == "cheap" })
    for proposal in chosen {
      #expect(proposal.predictions["y"] != nil && proposal.predictions["z"] != nil)
      #expect(proposal.reason.contains("the front so far has"), "\(proposal.reason)")
    }
    for proposal in chosen where proposal.fidelity == "cheap" {
      #expect(proposal.predictions["z by cheap"] != nil)
    }
    let drafts = try log.events().map(\.draft)
    for call in [8, 13] {
      let again = MemoryEventLog()
      _ = try? run(
        seed: 2, alone: false, cost: 110, batch: 2,
        log: CrashingLog(again, at: call, .afterStoring))
      _ = try run(seed: 2, alone: false, cost: 110, batch: 2, log: again)
      #expect(try again.events().map(\.draft) == drafts, "killed at call \(call)")
    }
  }
}

@Suite("Failures that are learned from over several fidelities")
struct FidelityFailureTests {
  private func run(
    learns: Bool, seed: UInt64, cheap: @escaping @Sendable (Double) -> Bool,
    dear: @escaping @Sendable (Double) -> Bool
  ) throws -> Campaign {
    var plan = try fidelityPlan(seed: seed, cost: 260, dear: 20, initial: 4, cheapInitial: 8)
    plan.learnsFailures = learns ? true : nil
    let oracle = FidelityOracle(
      [
        "cheap": ForresterOracle(isDear: false, fails: cheap),
        "dear": ForresterOracle(isDear: true, fails: dear),
      ], target: "dear")
    return try fidelityRunner(plan, oracle: oracle).run()
  }

  @Test("What breaks by both methods is asked for less than half as often where failures teach")
  func learned() throws {
    // The summit itself breaks: whoever does not learn goes there again and again.
    let breaks: @Sendable (Double) -> Bool = { $0 > 0.68 }
    func lost(_ learns: Bool) throws -> [Double] {
      try (UInt64(1)...4).map { seed in
        let campaign = try run(learns: learns, seed: seed, cheap: breaks, dear: breaks)
        return Double(campaign.failures.count { $0.proposal.number > 12 })
      }
    }
    let (learning, ignoring) = (try lost(true), try lost(false))
    #expect(
      Statistics.mean(learning) < 0.5 * Statistics.mean(ignoring),
      "\(learning) against \(ignoring)")
  }

  @Test("Where a cheap method breaks and the dear one does not, the dear one is asked there")
  func told() throws {
    let campaign = try run(
      learns: true, seed: 3, cheap: { $0 > 0.6 }, dear: { _ in false })
    let best = try #require(campaign.best)
    #expect(best.proposal.candidate.variables[0] > 0.68, "\(best.proposal.candidate)")
    let said = campaign.proposals.filter { $0.reason.contains("succeeds with a probability of") }
    #expect(said.allSatisfy { $0.fidelity == "cheap" })
    #expect(campaign.proposals.contains { $0.feasibility != nil })
  }
}
