import DenseMath
import Design
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

/// Settings of an oven and what comes out, for people to measure.
struct OvenFixture {
  let space: ProcessSpace
  var plan: CampaignPlan
  let log = MemoryEventLog()

  init(
    seed: UInt64 = 1, initial: Int = 4, budget: Int = 24, batch: Int = 2,
    space: ProcessSpace? = nil, objective direction: Objective.Direction = .maximize
  ) throws {
    self.space =
      try space
      ?? ProcessSpace([
        try ProcessVariable("T", from: 180, to: 260, step: 5),
        try ProcessVariable("minutes", .interval(10, 60)),
        try ProcessVariable("flour", .words(["wheat", "rye"])),
      ])
    plan = CampaignPlan(
      name: "oven", seed: seed, objective: Objective(direction, try PropertyExpression("volume")))
    plan.acquisition.kind = .logEI
    plan.initial = initial
    plan.budget = budget
    plan.batch = batch
    plan.variableNames = self.space.variableNames
  }

  var runner: CampaignRunner {
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    return CampaignRunner(
      CampaignCreation(plan: plan, provenance: [:], codeVersion: "test"), space: space,
      oracle: PersonOracle(), trainer: GaussianProcessTrainer(configuration), log: log)
  }

  static func volume(_ candidate: Candidate) -> Double {
    let (t, m) = (candidate.variables[0] - 220, candidate.variables[1] - 35)
    return 1000 - 0.05 * t * t - 0.4 * m * m + 80 * candidate.variables[2]
  }

  /// The sheet of what is awaited, with cells of the property from `fill`, in any order of the rows.
  func sheet(reversed: Bool = false, _ fill: (Proposal) -> String) throws -> Table {
    let campaign = try CampaignDesk(log).campaign()
    let table = try Table(ResultSheet(campaign).text.bytes, file: "next.csv")
    let order = Array(0..<table.rowCount)
    let cells = campaign.pending.map(fill)
    return try table.replacing("volume", with: cells).rows(reversed ? order.reversed() : order)
  }
}

@Suite("Asking and telling")
struct AskTellTests {
  @Test("Four suggestions, results in another order, and again: the best settings are found")
  func loop() throws {
    let fixture = try OvenFixture()
    let desk = CampaignDesk(fixture.log)
    for round in 0..<12 {
      let asked = try fixture.runner.ask(2)
      #expect(asked.suggestions.count == 2, "round \(round): \(asked.notes)")
      #expect(asked.suggestions.allSatisfy { fixture.space.contains($0.proposal.candidate) })
      _ = try desk.tell(fixture.sheet(reversed: true) { "\(OvenFixture.volume($0.candidate))" })
    }
    let campaign = try desk.campaign()
    #expect(campaign.resultCount == 24 && campaign.pending.isEmpty)
    #expect(try #require(campaign.best).value > 1070)
    let ended = try fixture.runner.ask(1)
    #expect(ended.suggestions.isEmpty && ended.campaign.stop?.rule == .budget)
    let late = try Table(Array("number,volume\n24,1\n".utf8), file: "late.csv")
    #expect(throws: ReadingError.self) { try desk.tell(late) }
  }

  @Test(
    "Batches of settings that take any number climb together to the best one",
    arguments: [Objective.Direction.maximize, .minimize])
  func climbing(_ direction: Objective.Direction) throws {
    let space = try ProcessSpace([
      ProcessVariable("T", .interval(180, 260)), ProcessVariable("minutes", .interval(10, 60)),
    ])
    let sign = direction == .minimize ? -1.0 : 1
    var fixture = try OvenFixture(space: space, objective: direction)
    fixture.plan.acquisition.batch = .joint
    let desk = CampaignDesk(fixture.log)
    for _ in 0..<5 {
      let asked = try fixture.runner.ask(4)
      #expect(Set(asked.suggestions.map(\.proposal.candidate)).count == 4)
      #expect(asked.suggestions.allSatisfy { space.contains($0.proposal.candidate) })
      _ = try desk.tell(
        fixture.sheet {
          "\(sign * OvenFixture.volume(Candidate(variables: $0.candidate.variables + [0])))"
        })
    }
    let best = try #require(try desk.campaign().best)
    #expect(sign * best.value > 999, "\(best)")
  }

  @Test("Suggestions carry prediction, interval, distance and motive, and the ledger the reason")
  func explained() throws {
    let fixture = try OvenFixture()
    _ = try fixture.runner.ask(4)
    _ = try CampaignDesk(fixture.log).tell(
      fixture.sheet { "\(OvenFixture.volume($0.candidate))" })
    let asked = try fixture.runner.ask(3, explaining: true)
    for suggestion in asked.suggestions {
      let said = try #require(suggestion.proposal.predictions["volume"])
      let ends = try #require(suggestion.intervals["volume"])
      #expect(abs(ends[0] - (said.mean - 1.6449 * said.deviation)) < 1e-3 * said.deviation)
      #expect(try #require(suggestion.nearest).distance > 0)
      let reason = suggestion.proposal.reason
      #expect(reason.contains("Exploit: ") || reason.contains("Explore: "), "\(reason)")
      #expect(reason.contains(suggestion.motive == .exploit ? "Exploit: " : "Explore: "))
    }
    #expect(Set(asked.suggestions.map(\.proposal.candidate)).count == 3)
    let landscape = try #require(asked.landscape)
    #expect(landscape.points.count == 2000 && landscape.points.allSatisfy { $0.score != nil })
  }

  @Test("What waits for a result is never suggested again, and counts as predicted")
  func pending() throws {
    let fixture = try OvenFixture()
    _ = try fixture.runner.ask(4)
    _ = try CampaignDesk(fixture.log).tell(
      fixture.sheet { "\(OvenFixture.volume($0.candidate))" })
    let first = try fixture.runner.ask(2)
    let second = try fixture.runner.ask(2)
    let all = (first.suggestions + second.suggestions).map(\.proposal.candidate)
    #expect(Set(all).count == 4)
    #expect(second.notes.contains { $0.contains("numbers 5, 6 are awaited") })
    // The later round may come back before the earlier one.
    let told = try CampaignDesk(fixture.log).tell(
      fixture.sheet { $0.number > 6 ? "\(OvenFixture.volume($0.candidate))" : "" })
    #expect(told.measured.map(\.number) == [7, 8] && told.blank == [5, 6])
    let third = try fixture.runner.ask(2)
    #expect(third.suggestions.map(\.proposal.number) == [9, 10])
    #expect(third.campaign.pending.map(\.number) == [5, 6, 9, 10])
    #expect(try Campaign(folding: fixture.log.events()) == third.campaign)
  }

  @Test("Equal answers give equal suggestions")
  func determined() throws {
    func story() throws -> [String] {
      let fixture = try OvenFixture(seed: 5)
      for _ in 0..<4 {
        _ = try fixture.runner.ask(3)
        _ = try CampaignDesk(fixture.log).tell(
          fixture.sheet { "\(OvenFixture.volume($0.candidate))" })
      }
      return try fixture.log.events().map(\.payload)
    }
    #expect(try story() == story())
  }

  @Test("Earlier measurements are a warm start: outside the budget, taken in once")
  func warmStart() throws {
    let fixture = try OvenFixture(initial: 6)
    var generator = SplitMix64(seed: 8)
    let known = fixture.space.sample(8, using: &generator).map {
      PriorMeasurement(
        $0, values: ["volume": MeasuredValue(OvenFixture.volume($0))], source: "old.csv:2")
    }
    var runner = fixture.runner
    runner.prior = known + [known[0]]
    let asked = try runner.ask(2)
    #expect(asked.campaign.priorCount == 9 && asked.campaign.resultCount == 0)
    #expect(asked.suggestions.allSatisfy { $0.proposal.acquisition != nil })
    #expect(asked.suggestions[0].proposal.number == 10)
    let again = try runner.ask(1)
    #expect(again.campaign.priorCount == 9)
    runner.prior.append(known[3])
    #expect(try runner.ask(1).campaign.priorCount == 10)
  }

  @Test("No oracle answers where people measure")
  func run() throws {
    let fixture = try OvenFixture()
    #expect(throws: CampaignError.awaitsPeople) { try fixture.runner.run() }
    #expect(try CampaignDesk(fixture.log).campaign().failures.isEmpty)
  }

  @Test("An exhausted list, and equal values only: each with a sentence")
  func sentences() throws {
    var fixture = try OvenFixture(initial: 2)
    fixture.plan.variableNames = nil
    let list = try CandidateList((1...3).map { Candidate(variables: [Double($0)]) })
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    let runner = CampaignRunner(
      CampaignCreation(plan: fixture.plan, provenance: [:], codeVersion: ""), space: list,
      oracle: PersonOracle(), trainer: GaussianProcessTrainer(configuration), log: fixture.log)
    let start = try runner.ask(3)
    #expect(start.suggestions.count == 3)
    #expect(start.notes.contains { $0.contains("at least two different results") })
    let none = try runner.ask(1)
    #expect(none.suggestions.isEmpty && none.notes.contains { $0.contains("Every candidate") })
    #expect(none.campaign.stop == nil)
    _ = try CampaignDesk(fixture.log).tell(
      Table(
        Array("number,volume\n1,5\n3,5\n2,failed: dropped\n".utf8), file: "n.csv"))
    let end = try runner.ask(1)
    #expect(end.campaign.stop?.rule == .exhausted)
  }
}
