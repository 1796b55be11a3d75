import Design
import Ecosystem
import Foundation
import Learning
import Synchronization
import Testing

@testable import Discovery

@Suite("A killed campaign")
struct CampaignResumeTests {
  /// The plans whose every store call is a place to die.
  static func plans() throws -> [CampaignPlan] {
    var limited = try fixturePlan(.ei, budget: 14, batch: 3)
    limited.limits = [
      try PropertyLimit(property: PropertyExpression("density"), atMost: 5)
    ]
    limited.refitInterval = 2
    var patient = try fixturePlan(.convex, budget: 40, batch: 2)
    patient.stop.patience = 4
    return [
      try fixturePlan(.logEI), limited, patient, try fixturePlan(.thompson, batch: 2),
      try fixturePlan(.random),
    ]
  }

  static func finish(
    _ plan: CampaignPlan, _ log: any EventLog, _ oracle: any Oracle = FormulaOracle(failsEvery: 6)
  ) throws -> Campaign {
    try fixtureRunner(plan, log: log, oracle: oracle).run()
  }

  @Test("Ends with the ledger of an uninterrupted run, wherever it dies", arguments: 0..<5)
  func resumes(planNumber: Int) throws {
    let plan = try Self.plans()[planNumber]
    let undisturbed = MemoryEventLog()
    let expected = try Self.finish(plan, undisturbed)
    let drafts = try undisturbed.events().map(\.draft)
    var kills = 0
    for moment in CrashingLog.Moment.allCases {
      var call = 1
      var died = true
      while died {
        died = try withTemporaryLedger { path in
          let crashing = CrashingLog(try SQLiteEventLog(path: path), at: call, moment)
          do {
            _ = try Self.finish(plan, crashing)
          } catch EventLogError.unavailable {}
          let log = try SQLiteEventLog(path: path)
          let campaign = try Self.finish(plan, log)
          #expect(try log.events().map(\.draft) == drafts, "killed \(moment) of call \(call)")
          #expect(campaign == expected)
          return crashing.hasCrashed
        }
        kills += died ? 1 : 0
        call += 1
      }
    }
    #expect(kills >= 20)
  }

  @Test("Ends with the same ledger when it dies at every single store call")
  func resumesFromConstantDeath() throws {
    let plan = try Self.plans()[1]
    let undisturbed = MemoryEventLog()
    _ = try Self.finish(plan, undisturbed)
    try withTemporaryLedger { path in
      var deaths = 0
      while true {
        let crashing = CrashingLog(try SQLiteEventLog(path: path), at: 1, .afterStoring)
        do {
          _ = try Self.finish(plan, crashing)
          break
        } catch EventLogError.unavailable {
          deaths += 1
        }
      }
      let log = try SQLiteEventLog(path: path)
      #expect(try log.events().map(\.draft) == undisturbed.events().map(\.draft))
      #expect(deaths >= 15)
      try log.verify()
    }
  }

  @Test("Cancelling stops between steps and continues later", arguments: 1..<12)
  func cancels(steps: Int) throws {
    let plan = try fixturePlan()
    let undisturbed = MemoryEventLog()
    let expected = try Self.finish(plan, undisturbed)
    let log = MemoryEventLog()
    var left = steps
    let stopped = try fixtureRunner(plan, log: log, oracle: FormulaOracle(failsEvery: 6)).run {
      _ in
      left -= 1
    } isCancelled: {
      left <= 0
    }
    #expect(stopped.stop == nil)
    #expect(try Self.finish(plan, log) == expected)
    #expect(try log.events() == undisturbed.events())
  }

  @Test("Nothing is proposed or measured twice", arguments: 0..<5)
  func measuresOnce(planNumber: Int) throws {
    let oracle = FormulaOracle(failsEvery: 6)
    let campaign = try Self.finish(Self.plans()[planNumber], MemoryEventLog(), oracle)
    let candidates = campaign.proposals.map(\.candidate)
    #expect(Set(candidates).count == candidates.count)
    #expect(oracle.asked.withLock { $0.values.allSatisfy { $0 == 1 } })
    #expect(oracle.asked.withLock { $0.count } == candidates.count)
  }

  @Test("Threads change nothing", arguments: 0..<5)
  func threadsChangeNothing(planNumber: Int) throws {
    let plan = try Self.plans()[planNumber]
    let (one, two) = (MemoryEventLog(), MemoryEventLog())
    _ = try fixtureRunner(plan, log: one, threads: 1).run()
    _ = try fixtureRunner(plan, log: two, threads: 2).run()
    #expect(try one.events() == two.events())
  }

  @Test("The state is the fold of the ledger, and the ledger is all there is")
  func foldsToState() throws {
    for plan in try Self.plans() {
      let log = MemoryEventLog()
      let campaign = try Self.finish(plan, log)
      #expect(try Campaign(folding: log.events()) == campaign)
      let events = try log.events()
      for event in events {
        #expect(try CampaignEvent(event).draft() == event.draft)
      }
      // Every prefix is a campaign that knows what comes next.
      for count in 1..<events.count {
        let part = try Campaign(folding: Array(events.prefix(count)))
        #expect(part.next() != .finished && part.eventCount == count)
      }
      #expect(campaign.next() == .finished)
    }
  }

  @Test("Refuses a ledger of another plan or other data")
  func refusesOther() throws {
    let log = MemoryEventLog()
    _ = try Self.finish(try fixturePlan(), log)
    let before = try log.events()
    #expect(throws: CampaignError.self) { try Self.finish(try fixturePlan(seed: 4), log) }
    let other = CampaignRunner(
      CampaignCreation(plan: try fixturePlan(), provenance: ["space": "five"], codeVersion: "test"),
      space: try fixtureSpace(), oracle: FormulaOracle(), trainer: NearestTrainer(), log: log)
    #expect(throws: CampaignError.anotherCampaign("its space is not the same")) { try other.run() }
    #expect(try log.events() == before)
  }
}
