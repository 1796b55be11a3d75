import Design
import Ecosystem
import Matter
import Synchronization
import Testing

@testable import Discovery

@Suite("Strategy study")
struct StrategyStudyTests {
  private func study(_ oracle: FormulaOracle) throws -> StrategyStudy {
    StrategyStudy(
      CampaignCreation(plan: try fixturePlan(), provenance: [:], codeVersion: "test"),
      strategies: [StandardAcquisition(.logEI), StandardAcquisition(.random)], seeds: [3, 4],
      space: try fixtureSpace(), oracle: oracle, trainer: NearestTrainer())
  }

  @Test("Runs with one seed start alike, and a run is the campaign that it would be alone")
  func fairness() throws {
    let oracle = FormulaOracle()
    let runs = try study(oracle).run(threads: 2) { _ in MemoryEventLog() }
    #expect(runs.count == 2 && runs.allSatisfy { $0.count == 2 })
    for seed in 0..<2 {
      let starts = runs.map { $0[seed].proposals.prefix(5).map(\.candidate) }
      #expect(starts[0] == starts[1])
    }
    #expect(runs[0][0].proposals.map(\.candidate) != runs[0][1].proposals.map(\.candidate))
    let alone = try fixtureRunner(fixturePlan(), log: MemoryEventLog()).run()
    #expect(runs[0][0].proposals == alone.proposals && runs[0][0].outcomes == alone.outcomes)
  }

  @Test("Results do not depend on the number of threads")
  func threads() throws {
    let one = try study(FormulaOracle()).run(threads: 1) { _ in MemoryEventLog() }
    let two = try study(FormulaOracle()).run(threads: 2) { _ in MemoryEventLog() }
    #expect(one == two)
  }

  @Test("Equal candidate and seed are measured once; another seed is another measurement")
  func caching() throws {
    let oracle = FormulaOracle()
    let cached = CachingOracle(oracle)
    let candidate = try fixtureSpace().candidate(at: 7)
    let first = try cached.measure(candidate, seed: 1)
    #expect(try cached.measure(candidate, seed: 1) == first)
    #expect(oracle.asked.withLock { $0[candidate] } == 1)
    #expect(try cached.measure(candidate, seed: 2) != first)
  }

  @Test("A plan that differs is refused with the setting and both values")
  func difference() throws {
    let log = MemoryEventLog()
    _ = try fixtureRunner(fixturePlan(budget: 16), log: log).run()
    #expect {
      try fixtureRunner(fixturePlan(budget: 20), log: log).check()
    } throws: { error in
      "\(error)".contains("budget is 16, not 20")
    }
  }
}
