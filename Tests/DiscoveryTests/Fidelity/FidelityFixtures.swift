import DenseMath
import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Synchronization

@testable import Discovery

/// The pair of functions of Forrester, Sóbester and Keane, Proc. R. Soc. A 463, 3251 (2007), turned so
/// that the best is the highest, on sixty points of a line; fails where it is told to.
struct ForresterOracle: Oracle {
  let isDear: Bool
  var fails: @Sendable (Double) -> Bool = { _ in false }

  struct Broken: Error, CustomStringConvertible {
    var description: String { "It broke." }
  }

  func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    let x = candidate.variables[0]
    if fails(x) { throw Broken() }
    let value =
      isDear ? FidelitySearchTests.dear(x) : FidelitySearchTests.cheap(x)
    return Observation(["y": MeasuredValue(value, unit: "m")])
  }
}

func fidelityPlan(
  seed: UInt64 = 1, cost: Double = 90, cheap: Double = 1, dear: Double = 10, initial: Int = 3,
  cheapInitial: Int? = nil, alone: Bool = false
) throws -> CampaignPlan {
  var plan = CampaignPlan(
    name: "fidelities", seed: seed, objective: Objective(.maximize, try PropertyExpression("y")))
  plan.acquisition.kind = .logEI
  plan.initial = max(initial, cheapInitial ?? 0)
  plan.budget = 1000
  plan.variableNames = ["x"]
  let levels = [
    FidelityPlan.Level("cheap", cost: cheap, initial: cheapInitial ?? initial),
    FidelityPlan.Level("dear", cost: dear, initial: initial),
  ]
  plan.fidelities = FidelityPlan(alone ? [levels[1]] : levels, costLimit: cost)
  return plan
}

func fidelityRunner(
  _ plan: CampaignPlan, log: any EventLog = MemoryEventLog(), threads: Int = 1,
  oracle: (any Oracle)? = nil
) throws -> CampaignRunner {
  let usual = FidelityOracle(
    ["cheap": ForresterOracle(isDear: false), "dear": ForresterOracle(isDear: true)],
    target: "dear")
  return CampaignRunner(
    CampaignCreation(plan: plan, provenance: [:], codeVersion: "test"),
    space: try CandidateList(FidelitySearchTests.candidates), oracle: oracle ?? usual,
    trainer: FidelitySearchTests.trainer, log: log, threads: threads)
}
