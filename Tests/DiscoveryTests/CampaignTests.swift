import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("Campaign")
struct CampaignTests {
  static func run(_ plan: CampaignPlan, _ oracle: any Oracle = FormulaOracle()) throws -> Campaign {
    try fixtureRunner(plan, log: MemoryEventLog(), oracle: oracle).run()
  }

  @Test("Spends the budget to the last measurement, initial design and batches included")
  func spendsBudget() throws {
    for batch in [1, 3, 4] {
      let campaign = try Self.run(try fixturePlan(budget: 17, batch: batch))
      #expect(campaign.resultCount == 17 && campaign.stop?.rule == .budget)
      #expect(campaign.proposals.prefix(5).allSatisfy { $0.acquisition == nil })
      #expect(campaign.proposals.dropFirst(5).allSatisfy { $0.acquisition != nil })
      #expect(campaign.bestSoFar.count == 17)
    }
  }

  @Test(
    "Does better than random search on a smooth property",
    arguments: [AcquisitionKind.convex, .ucb, .ei, .logEI, .pi, .thompson])
  func beatsChance(kind: AcquisitionKind) throws {
    func regret(_ kind: AcquisitionKind) throws -> Double {
      try (UInt64(1)...12).reduce(0.0) { sum, seed in
        let plan = try fixturePlan(kind, seed: seed, budget: 25)
        return sum + 3 - (try Self.run(plan).best?.objective ?? 0)
      }
    }
    #expect(try regret(kind) < regret(.random))
  }

  @Test("Minimizing is maximizing the negative: the same candidates in the same order")
  func minimizes() throws {
    struct Negative: Oracle {
      func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
        let found = try FormulaOracle().measure(candidate, seed: seed)
        return Observation(["strength": MeasuredValue(-(found.values["strength"]?.value ?? 0))])
      }
    }
    var plan = try fixturePlan(.logEI, budget: 20)
    let up = try Self.run(plan)
    plan.objective = Objective(.minimize, try PropertyExpression("strength"))
    let down = try Self.run(plan, Negative())
    #expect(up.proposals.map(\.candidate) == down.proposals.map(\.candidate))
    #expect(up.best?.objective == (down.best?.objective).map { -$0 })
  }

  @Test("Maximizes a ratio, and keeps limits in what it calls best")
  func keepsLimits() throws {
    var plan = try fixturePlan(.ei, budget: 30)
    plan.objective = Objective(.maximize, try PropertyExpression("strength / density"))
    plan.limits = [
      try PropertyLimit(property: PropertyExpression("strength"), atLeast: 2.8),
      try PropertyLimit(property: PropertyExpression("density"), atMost: 3.9),
    ]
    let campaign = try Self.run(plan)
    let best = try #require(campaign.best)
    let values = best.values.mapValues(\.value)
    #expect((values["strength"] ?? 0) >= 2.8 && (values["density"] ?? 9) <= 3.9)
    #expect(best.objective == (values["strength"] ?? 0) / (values["density"] ?? 1))
    #expect(campaign.proposals.dropFirst(5).allSatisfy { ($0.feasibility ?? 2) <= 1 })
    #expect(
      campaign.findings.contains { !$0.isFeasible && $0.objective > best.objective }
        || campaign.findings.allSatisfy { $0.isFeasible || $0.objective <= best.objective })
  }

  @Test("Stops at a target, after patience, and below an acquisition value")
  func stops() throws {
    var plan = try fixturePlan(budget: 60)
    plan.stop.target = 2.5
    let reached = try Self.run(plan)
    #expect(reached.stop?.rule == .target)
    #expect(reached.bestSoFar.last.flatMap { $0 } ?? 0 >= 2.5)
    #expect(reached.bestSoFar.dropLast().allSatisfy { ($0 ?? 0) < 2.5 } || reached.resultCount == 5)

    plan.stop = StoppingRules(patience: 3)
    let patient = try Self.run(plan)
    #expect(patient.stop?.rule == .patience)
    let last = max(patient.best?.proposal.number ?? 0, plan.initial)
    #expect(patient.resultCount == last + 3)

    plan.stop = StoppingRules(acquisitionBelow: 1e9)
    let idle = try Self.run(plan)
    #expect(idle.stop?.rule == .acquisition && idle.resultCount == 5)
  }

  @Test("Stops when the space is exhausted")
  func exhausts() throws {
    let space = try CompositionSimplex(elements: Array(fixtureElements.prefix(2)), step: 0.1)
    let runner = CampaignRunner(
      CampaignCreation(
        plan: try fixturePlan(budget: 50, batch: 4), provenance: [:], codeVersion: ""),
      space: space, oracle: FormulaOracle(), trainer: NearestTrainer(), log: MemoryEventLog())
    let campaign = try runner.run()
    #expect(campaign.stop?.rule == .exhausted && campaign.resultCount == 11)
  }

  @Test("Suggests at random while all values are equal")
  func toleratesConstant() throws {
    struct Flat: Oracle {
      func measure(_ candidate: Candidate, seed: UInt64) -> Observation {
        Observation(["strength": MeasuredValue(1)])
      }
    }
    let campaign = try Self.run(try fixturePlan(budget: 12), Flat())
    #expect(campaign.resultCount == 12 && campaign.refits.isEmpty)
    #expect(campaign.best?.proposal.number == 1)
  }

  @Test("Refuses events that cannot happen, and stays as it was")
  func refusesImpossible() throws {
    let log = MemoryEventLog()
    _ = try fixtureRunner(try fixturePlan(), log: log).run()
    let events = try log.events()
    let half = try Campaign(folding: Array(events.prefix(8)))
    let again = half.proposals[0]
    let impossible: [CampaignEvent] = [
      .created(half.creation), .proposed(again),
      .proposed(Proposal(number: 9, candidate: again.candidate, reason: "")),
      .measured(MeasuredResult(number: 1, values: [:])),
      .failed(FailedResult(number: 1, reason: "")),
      .measured(MeasuredResult(number: 77, values: [:])),
      .measured(MeasuredResult(number: 0, values: [:])),
    ]
    for event in impossible {
      var campaign = half
      #expect(throws: CampaignError.self) { try campaign.apply(event) }
      #expect(campaign == half)
    }
    var ended = try Campaign(folding: events)
    #expect(throws: CampaignError.self) {
      try ended.apply(.failed(FailedResult(number: 1, reason: "")))
    }
  }

  @Test("Refuses a ledger of a newer format, and an empty one")
  func refusesNewer() throws {
    let log = MemoryEventLog()
    let newer = CampaignCreation.currentFormat + 1
    let payload = try CampaignEvent.created(
      CampaignCreation(plan: try fixturePlan(), provenance: [:], codeVersion: "9")
    ).draft().payload.replacingOccurrences(of: "\"format\":1", with: "\"format\":\(newer)")
    try log.append([EventDraft(kind: "created", key: "created", payload: payload)], after: 0)
    #expect(throws: CampaignError.newerFormat(newer)) { try Campaign(folding: log.events()) }
    #expect(throws: CampaignError.emptyLedger) { try Campaign(folding: []) }
  }

  @Test("Refuses plans that make no campaign")
  func refusesPlans() throws {
    let good = try fixturePlan()
    let changes: [(inout CampaignPlan) -> Void] = [
      { $0.initial = 0 }, { $0.budget = 0 }, { $0.batch = 0 }, { $0.refitInterval = 0 },
      { $0.initial = 20 }, { $0.acquisition.alpha = 1.5 }, { $0.acquisition.beta = -.infinity },
      { $0.stop.patience = 0 }, { $0.stop.target = .nan },
    ]
    for change in changes {
      var plan = good
      change(&plan)
      #expect(throws: CampaignError.self) {
        try Campaign(CampaignCreation(plan: plan, provenance: [:], codeVersion: ""))
      }
    }
  }
}
