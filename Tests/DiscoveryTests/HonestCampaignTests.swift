import DenseMath
import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

/// What a campaign does under conditions that break others: the wanted behavior, and a sentence.
@Suite("Campaigns under honest conditions")
struct HonestCampaignTests {
  /// Answers by settings, with noise and now and then something far off or nothing.
  private struct Bench: Oracle {
    struct Cracked: Error, CustomStringConvertible {
      var description: String { "The sample cracked." }
    }

    var noise = 0.0
    var outliers = 0.0
    var cracksAbove = Double.infinity

    static func value(_ x: Double, _ y: Double) -> Double {
      10 - 20 * (x - 0.7) * (x - 0.7) - 12 * (y - 0.3) * (y - 0.3)
    }

    func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
      var generator = SplitMix64(seed: seed)
      let (x, y) = (candidate.variables[0], candidate.variables[1])
      if x + y > cracksAbove { throw Cracked() }
      var value = Self.value(x, y) + noise * generator.normal()
      if generator.uniform() < outliers { value += generator.uniform() < 0.5 ? -15 : 15 }
      return Observation(["strength": MeasuredValue(value)])
    }
  }

  private static func space() throws -> CandidateList {
    try CandidateList(
      (0...14).flatMap { x in
        (0...14).map { Candidate(variables: [Double(x) / 14, Double($0) / 14]) }
      })
  }

  private static var configuration: GaussianProcessTrainer.Configuration {
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    return configuration
  }

  private func run(
    _ oracle: Bench, seed: UInt64, budget: Int = 20, learnsFailures: Bool = false,
    limit: Double? = nil,
    trainer: any SurrogateTrainer = GaussianProcessTrainer(Self.configuration)
  ) throws -> Campaign {
    var plan = try fixturePlan(.logEI, seed: seed, budget: budget)
    plan.initial = 8
    plan.variableNames = ["x", "y"]
    plan.learnsFailures = learnsFailures ? true : nil
    if let limit {
      plan.limits = [
        try PropertyLimit(property: PropertyExpression("strength"), atLeast: limit)
      ]
    }
    return try CampaignRunner(
      CampaignCreation(plan: plan, provenance: [:], codeVersion: ""), space: Self.space(),
      oracle: oracle, trainer: trainer, log: MemoryEventLog()
    ).run()
  }

  /// The true value of what the model believes to be the best of all measured settings.
  private func truth(_ campaign: Campaign, _ trainer: any SurrogateTrainer) throws -> Double {
    let data = campaign.trainingData(
      campaign.plan.objective.expression, campaign.proposals.indices)
    let surrogate = try trainer.train(candidates: data.candidates, targets: data.targets, seed: 1)
    let means = try surrogate.predict(data.candidates).map(\.mean)
    let place = try #require(means.indices.max { means[$0] < means[$1] })
    return Bench.value(data.candidates[place].variables[0], data.candidates[place].variables[1])
  }

  @Test("Noise of a fifth of the spread: what is believed best is good in truth")
  func noisy() throws {
    let trainer = GaussianProcessTrainer(Self.configuration)
    let truths = try (UInt64(1)...2).map { seed in
      try truth(run(Bench(noise: 0.8), seed: seed), trainer)
    }
    #expect(Statistics.mean(truths) > 9.3, "\(truths)")
  }

  @Test("One result in ten far off: Student's t is not led astray")
  func heavyTails() throws {
    let robust = RobustProcessTrainer(Self.configuration)
    let bench = Bench(noise: 0.1, outliers: 0.12)
    let own = try (UInt64(1)...2).map { try truth(run(bench, seed: $0, trainer: robust), robust) }
    let plain = GaussianProcessTrainer(Self.configuration)
    let gaussian = try (UInt64(1)...2).map {
      try truth(run(bench, seed: $0, trainer: plain), plain)
    }
    #expect(Statistics.mean(own) > 9, "\(own)")
    #expect(Statistics.mean(own) >= Statistics.mean(gaussian), "\(own) against \(gaussian)")
  }

  @Test("Failures teach: fewer samples crack, each suggestion says how likely it can be measured")
  func failures() throws {
    let bench = Bench(cracksAbove: 1.3)
    let seeds = UInt64(1)...2
    let ignoring = try seeds.map { try run(bench, seed: $0) }
    let learning = try seeds.map { try run(bench, seed: $0, learnsFailures: true) }
    func late(_ campaigns: [Campaign]) -> Int {
      campaigns.reduce(0) { sum, campaign in
        sum + campaign.failures.count { $0.proposal.number > 8 }
      }
    }
    let (own, other) = (late(learning), late(ignoring))
    #expect(
      10 * own < 7 * other, "\(own) of 24 suggestions cracked, \(other) where failures are ignored")
    for campaign in learning {
      let said = campaign.proposals.filter { $0.reason.contains("can be measured") }
      #expect(said.allSatisfy { $0.feasibility ?? 2 <= 1 })
      #expect(campaign.failures.isEmpty || !said.isEmpty)
      #expect(try #require(campaign.best).value > 9)
    }
  }

  @Test("All candidates infeasible: the search goes on, and says that nothing keeps the limits")
  func infeasible() throws {
    let campaign = try run(Bench(), seed: 1, budget: 14, limit: 50)
    #expect(campaign.best == nil && campaign.resultCount == 14)
    let reason = try #require(campaign.proposals.last).reason
    #expect(reason.contains("Feasibility: nothing measured keeps all limits yet"), "\(reason)")
  }

  @Test("Everything fails: suggestions stay random, and say why")
  func nothingWorks() throws {
    let campaign = try run(Bench(cracksAbove: -1), seed: 1, budget: 12, learnsFailures: true)
    #expect(campaign.failures.count == 12 && campaign.findings.isEmpty)
    let reason = try #require(campaign.proposals.last).reason
    #expect(reason.contains("values measured so far are all equal or missing"))
  }

  @Test("Duplicates: the same sample measured twice is two results, and the model takes both")
  func duplicates() throws {
    var campaign = try Campaign(
      CampaignCreation(plan: fixturePlan(), provenance: [:], codeVersion: ""))
    let candidate = Candidate(variables: [0.5, 0.5])
    let prior = [1.0, 1.2].map {
      PriorMeasurement(
        candidate, values: ["strength": MeasuredValue($0)], source: "old.csv:2")
    }
    for event in campaign.additions(of: prior) { try campaign.apply(event) }
    let data = campaign.trainingData(
      campaign.plan.objective.expression, campaign.proposals.indices)
    #expect(data.targets == [1, 1.2] && campaign.additions(of: prior).isEmpty)
    #expect(!campaign.isModelable)
    #expect(throws: CampaignError.self) {
      try campaign.apply(.proposed(Proposal(number: 3, candidate: candidate, reason: "")))
    }
  }
}
