import Design
import Ecosystem
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("Bad measurements")
struct BadMeasurementTests {
  static let values: [Double] = [
    .nan, .infinity, -.infinity, 1e308, -1e308, .greatestFiniteMagnitude, -5, 1e151,
  ]

  static func observations() -> [[String: MeasuredValue]] {
    let good = [
      "strength": MeasuredValue(1, spread: 0.1, unit: "GPa"),
      "density": MeasuredValue(5, unit: "g/cm³"),
    ]
    var bad: [[String: MeasuredValue]] = [[:]]
    for property in ["strength", "density"] {
      bad.append(good.filter { $0.key != property })
      for value in values {
        bad.append(good.merging([property: MeasuredValue(value)]) { $1 })
      }
      bad.append(good.merging([property: MeasuredValue(1, unit: "kpsi")]) { $1 })
      for spread in [Double.nan, .infinity, -1] {
        bad.append(good.merging([property: MeasuredValue(1, spread: spread)]) { $1 })
      }
    }
    bad.append(good.merging(["density": MeasuredValue(0)]) { $1 })
    return bad
  }

  static func plan() throws -> CampaignPlan {
    var plan = try fixturePlan()
    plan.objective = Objective(.maximize, try PropertyExpression("strength / density"))
    plan.ranges = [
      PropertyRange(property: "density", atLeast: 0, unit: "g/cm³"),
      PropertyRange(property: "strength", atLeast: 0, atMost: 100, unit: "GPa"),
    ]
    return plan
  }

  @Test("Each is recorded as failed with its raw values, and changes no model")
  func areFlagged() throws {
    let log = MemoryEventLog()
    _ = try fixtureRunner(try Self.plan(), log: log).run()
    let events = try log.events()
    let half = try Campaign(folding: Array(events.prefix(4)))
    let pending = try #require(half.pending.first)
    let observations = Self.observations()
    #expect(observations.count >= 27)
    for values in observations {
      let event = half.judge(Observation(values), of: pending)
      guard case .failed(let failure) = event else {
        Issue.record("\(values) was accepted")
        continue
      }
      #expect(failure.raw.count == values.count && failure.reason.hasSuffix("."))
      var after = half
      try after.apply(event)
      for expression in half.plan.modeled {
        let (before, now) = (
          half.trainingData(expression, half.proposals.indices),
          after.trainingData(expression, after.proposals.indices)
        )
        #expect(before.candidates == now.candidates && before.targets == now.targets)
      }
      #expect(after.best == half.best)
      // The ledger takes it and gives it back.
      #expect(try event.draft().payload.contains(failure.reason.prefix(8)))
    }
  }

  @Test("What an oracle throws becomes a failed result, and the campaign goes on")
  func survivesThrowing() throws {
    let campaign = try fixtureRunner(
      try fixturePlan(budget: 20), log: MemoryEventLog(), oracle: FormulaOracle(failsEvery: 3)
    ).run()
    let failures = campaign.outcomes.filter {
      $0 == .failed(reason: "The furnace did not light.")
    }
    #expect(campaign.resultCount == 20 && !failures.isEmpty)
    #expect(campaign.findings.count == 20 - failures.count)
  }
}
