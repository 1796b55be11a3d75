import DenseMath
import Design
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("A campaign over several fidelities")
struct FidelityCampaignTests {
  static let top = FidelitySearchTests.best.map { FidelitySearchTests.candidates[$0] }

  @Test("Reaches the best at less cost than by the dear method alone")
  func cheaper() throws {
    func costs(alone: Bool) throws -> [Double] {
      try (1...8).map { seed in
        var plan = try fidelityPlan(seed: UInt64(seed), cost: 800, dear: 20, alone: alone)
        plan.stop.target = 6.0
        let campaign = try fidelityRunner(plan).run()
        #expect(campaign.stop?.rule == .target && campaign.best?.proposal.candidate == Self.top)
        return campaign.spentCost
      }
    }
    let (both, alone) = (try costs(alone: false), try costs(alone: true))
    #expect(Statistics.mean(both) < 0.95 * Statistics.mean(alone), "\(both) against \(alone)")
  }

  @Test("Only values by the method that counts are findings, and all carry their method")
  func findings() throws {
    let campaign = try fidelityRunner(fidelityPlan()).run()
    let dear = campaign.proposals.filter { $0.fidelity == "dear" }
    #expect(campaign.findings.map(\.proposal) == dear)
    #expect(dear.count < campaign.proposals.count)
    for (proposal, outcome) in zip(campaign.proposals, campaign.outcomes) {
      guard case .measured(let values)? = outcome else { continue }
      #expect(values["y"]?.fidelity == proposal.fidelity)
    }
    // The cheap function is higher at its own summit than anything dear there.
    let best = try #require(campaign.best)
    #expect(best.value == FidelitySearchTests.dear(best.proposal.candidate.variables[0]))
    let chosen = campaign.proposals.dropFirst(6)
    #expect(chosen.allSatisfy { $0.predictions["y"] != nil && $0.acquisition != nil })
    for proposal in chosen where proposal.fidelity == "cheap" {
      #expect(proposal.predictions["y by cheap"] != nil)
      #expect(proposal.reason.hasPrefix("By cheap: it tells "), "\(proposal.reason)")
    }
    #expect(
      Set(campaign.proposals.map { [$0.candidate.description, $0.fidelity ?? ""] }).count
        == campaign.proposals.count)
    #expect(campaign.refits[0].models.map(\.fidelity) == ["cheap", "dear"])
  }

  @Test(
    "Never spends more than its budget, and says when nothing is left", arguments: [66.0, 77.5])
  func budget(limit: Double) throws {
    let campaign = try fidelityRunner(fidelityPlan(cost: limit, dear: 11)).run()
    #expect(campaign.spentCost <= limit && campaign.stop?.rule == .budget)
    #expect(limit - campaign.spentCost < 11)
    #expect(campaign.fidelityShares.map(\.cost).reduce(0, +) == campaign.spentCost)
    #expect(campaign.stop?.reason.contains("no experiment by dear is left") == true)
  }

  @Test("Failed experiments cost too; a method that always fails is asked no further")
  func failures() throws {
    let broken = FidelityOracle(
      [
        "cheap": ForresterOracle(isDear: false, fails: { _ in true }),
        "dear": ForresterOracle(isDear: true, fails: { $0 > 0.9 }),
      ], target: "dear")
    let campaign = try fidelityRunner(fidelityPlan(cost: 120), oracle: broken).run()
    let shares = campaign.fidelityShares
    #expect(shares[0].experiments == 3 && shares[0].failed == 3 && shares[0].cost == 3)
    #expect(shares[1].cost == Double(shares[1].experiments) * 10)
    #expect(!campaign.findings.isEmpty)
  }

  @Test("Ends with the ledger of an uninterrupted run, wherever it dies")
  func resumes() throws {
    var plan = try fidelityPlan(cost: 52)
    plan.batch = 2
    plan.refitInterval = 2
    let undisturbed = MemoryEventLog()
    let expected = try fidelityRunner(plan, log: undisturbed).run()
    let drafts = try undisturbed.events().map(\.draft)
    #expect(try Campaign(folding: undisturbed.events()) == expected)
    var (call, died) = (1, true)
    while died {
      let log = MemoryEventLog()
      let crashing = CrashingLog(log, at: call, call % 2 == 0 ? .beforeStoring : .afterStoring)
      _ = try? fidelityRunner(plan, log: crashing).run()
      #expect(try fidelityRunner(plan, log: log).run() == expected)
      #expect(try log.events().map(\.draft) == drafts, "killed at call \(call)")
      died = crashing.hasCrashed
      call += 3
    }
    #expect(call > 10)
    let parallel = MemoryEventLog()
    _ = try fidelityRunner(plan, log: parallel, threads: 2).run()
    #expect(
      try parallel.events().map(\.payload).sorted() == undisturbed.events().map(\.payload).sorted())
  }

  @Test("Minimizes, keeps limits at the method that counts, and draws at random by it alone")
  func variants() throws {
    var plan = try fidelityPlan(cost: 130)
    plan.objective = Objective(.minimize, try PropertyExpression("y"))
    plan.limits = [try PropertyLimit(property: PropertyExpression("y"), atLeast: -5)]
    let campaign = try fidelityRunner(plan).run()
    let best = try #require(campaign.best)
    #expect(best.value >= -5 && best.value < -2, "\(best.value)")
    plan.acquisition.kind = .random
    let blind = try fidelityRunner(plan).run()
    #expect(blind.proposals.dropFirst(6).allSatisfy { $0.fidelity == "dear" })
  }

  @Test("A laboratory hands out each experiment with its method and ends at the same budget")
  func laboratory() async throws {
    var plan = try fidelityPlan(cost: 75)
    plan.batch = 2
    plan.laboratory = LaboratoryRules()
    let runner = try fidelityRunner(plan)
    let log = MemoryEventLog()
    let store = try LaboratoryStore(creation: runner.creation, log: { _ in log })
    let planner = LaboratoryPlanner(store, runner: runner)
    let planning = Task { await planner.run { Issue.record($0) } }
    await LaboratoryCrew(store, oracle: runner.oracle).run(workers: 2)
    await planning.value
    let laboratory = try await store.read { $0 }
    let alone = try fidelityRunner(plan).run()
    #expect(laboratory.campaign.proposals == alone.proposals)
    #expect(laboratory.campaign.outcomes == alone.outcomes)
    #expect(laboratory.spent.cost == laboratory.campaign.spentCost)
    #expect(laboratory.campaign.stop?.rule == .budget)
    #expect(LaboratoryHistory(try log.events()).faults == [])
  }

  @Test("People are asked by method, and told results with earlier ones beside")
  func people() throws {
    let log = MemoryEventLog()
    var runner = try fidelityRunner(fidelityPlan(initial: 2), log: log, oracle: PersonOracle())
    runner.prior = [
      PriorMeasurement(
        FidelitySearchTests.candidates[9], values: ["y": MeasuredValue(3, unit: "m")],
        fidelity: "cheap", source: "old.csv:2")
    ]
    let asked = try runner.ask(3)
    #expect(asked.suggestions.map(\.proposal.fidelity) == ["cheap", "dear", "dear"])
    let sheet = ResultSheet(asked.campaign).text.bytes
    let text = String(decoding: sheet, as: UTF8.self)
    #expect(text.hasPrefix("number,x,fidelity,y,"), "\(text)")
    let filled = text.split(separator: "\n").enumerated().map { row, line in
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if row > 0 { cells[3] = "\(row)" }
      return cells.joined(separator: ",")
    }.joined(separator: "\n")
    let told = try CampaignDesk(log).tell(Table(Array(filled.utf8), file: "next.csv"))
    #expect(told.measured.count == 3)
    let campaign = try Campaign(folding: log.events())
    #expect(campaign.findings.count == 2 && campaign.spentCost == 21)
    #expect(campaign.priorCount(by: "cheap") == 1 && campaign.priorCount(by: "dear") == 0)
  }
}
