import DenseMath
import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("What a space is worth")
struct SpaceWorthTests {
  @Test("The cumulative likelihood is that of one success in independent trials")
  func cumulative() {
    #expect(abs(SpaceWorth.cumulative([0.5, 0.5, 0.1], leading: 2) - 0.75) < 1e-12)
    #expect(abs(SpaceWorth.cumulative([0.1, 0.2, 0.3], leading: 3) - 0.496) < 1e-12)
    #expect(SpaceWorth.cumulative([1, 0], leading: 2) == 1)
    #expect(abs(SpaceWorth.cumulative([1e-12], leading: 1) - 1e-12) < 1e-20)
  }

  /// A line of settings with a summit, and a campaign that has measured some of it.
  private func campaign(
    _ measured: [Int]
  ) throws -> (campaign: Campaign, space: CandidateList, truth: @Sendable (Candidate) -> Double?) {
    let space = try CandidateList((0..<60).map { Candidate(variables: [Double($0)]) })
    let truth: @Sendable (Candidate) -> Double? = { 100 - pow($0.variables[0] - 40, 2) / 10 }
    var fixture = try OvenFixture()
    fixture.plan.variableNames = ["x"]
    var campaign = try Campaign(fixture.runner.creation)
    for (place, member) in measured.enumerated() {
      let candidate = space.candidate(at: member)
      try campaign.apply(
        .proposed(Proposal(number: place + 1, candidate: candidate, reason: "")))
      try campaign.apply(
        .measured(
          MeasuredResult(
            number: place + 1, values: ["volume": MeasuredValue(truth(candidate) ?? 0)])))
    }
    return (campaign, space, truth)
  }

  private var trainer: GaussianProcessTrainer {
    var configuration = GaussianProcessTrainer.Configuration()
    configuration.features = .named([])
    return GaussianProcessTrainer(configuration)
  }

  @Test("A rich space is told from one whose summit is known")
  func richAndPoor() throws {
    let early = try campaign([2, 8, 15, 20])
    let rich = try #require(
      try SpaceWorth(
        of: early.space, for: early.campaign, trainer: trainer, worlds: 24, truth: early.truth))
    // 20 is worse than 21 … 59: the parabola is symmetric about 40, so 21 … 59 but for none beyond 60.
    #expect(abs(try #require(rich.fraction) - 39.0 / 56) < 1e-12 && rich.size == 56)
    #expect(rich.cumulativeLikelihood > 0.9 && rich.simulation.improvable > 0.8)
    #expect(try #require(rich.simulation.guided.first) <= rich.simulation.guided[2])
    let late = try campaign([2, 20, 30, 35, 38, 39, 40, 41, 42, 45, 50, 58])
    let poor = try #require(
      try SpaceWorth(
        of: late.space, for: late.campaign, trainer: trainer, worlds: 24, truth: late.truth))
    #expect(try #require(poor.fraction) == 0 && poor.predictedFraction == 0)
    #expect(poor.expectedFraction < rich.expectedFraction / 5)
    let again = try SpaceWorth(
      of: late.space, for: late.campaign, trainer: trainer, worlds: 24, threads: 3,
      truth: late.truth)
    #expect(again == poor)
  }

  @Test("In worlds of its own the guided search is no slower than chance")
  func guided() throws {
    let start = try campaign([0, 10, 25, 59])
    let worth = try #require(
      try SpaceWorth(of: start.space, for: start.campaign, trainer: trainer, worlds: 40))
    #expect(worth.fraction == nil)
    let simulation = worth.simulation
    #expect(simulation.guided[1] <= simulation.random[1] + 0.5 && simulation.unfinished == 0)
  }

  @Test("Nothing is said before there is a best value and two different results")
  func nothing() throws {
    let start = try campaign([5])
    #expect(try SpaceWorth(of: start.space, for: start.campaign, trainer: trainer) == nil)
    #expect(try SpaceWorth(of: start.space, for: campaign([]).campaign, trainer: trainer) == nil)
  }
}
