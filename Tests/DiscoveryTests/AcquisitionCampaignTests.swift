import DenseMath
import Design
import Ecosystem
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

/// A Gaussian process with fixed hyperparameters on the fixture's elements: jointly normal, and fast.
func fixtureProcess(noise: Double = 1e-3) -> GaussianProcessTrainer {
  var settings = GaussianProcessTrainer.Configuration()
  settings.features = .fractions(fixtureElements)
  settings.fixed = GaussianProcessHyperparameters(
    lengthscales: fixtureElements.map { _ in 1.5 }, signalVariance: 1, noiseVariance: noise)
  return GaussianProcessTrainer(settings)
}

/// Ten members on two metals.
func smallSpace() throws -> CompositionSimplex {
  try CompositionSimplex(elements: Array(fixtureElements.prefix(2)), step: 0.1)
}

func fixtureRun(
  _ plan: CampaignPlan, oracle: any Oracle = FormulaOracle(), space: (any Space)? = nil,
  trainer: any SurrogateTrainer = fixtureProcess()
) throws -> Campaign {
  try CampaignRunner(
    CampaignCreation(plan: plan, provenance: [:], codeVersion: ""),
    space: space ?? fixtureSpace(), oracle: oracle, trainer: trainer, log: MemoryEventLog()
  ).run()
}

/// A plan that suits the kind.
func suited(_ kind: AcquisitionKind, budget: Int = 13, batch: Int = 1) throws
  -> CampaignPlan
{
  var plan = try fixturePlan(kind, budget: budget, batch: batch)
  if kind == .target {
    plan.objective = Objective(meeting: 2.5, try PropertyExpression("strength"))
  }
  if kind == .levelSet { plan.acquisition.level = 2.5 }
  if kind.isForSeveralObjectives {
    plan.furtherObjectives = [Objective(.minimize, try PropertyExpression("density"))]
  }
  return plan
}

@Suite("Campaigns with every acquisition")
struct AcquisitionCampaignTests {
  private static let surrogates: [(name: String, trainer: any SurrogateTrainer)] = [
    ("process", fixtureProcess()), ("nearest", NearestTrainer()),
  ]

  @Test("Run to the end, twice alike, alone and in batches", arguments: AcquisitionKind.allCases)
  func runs(kind: AcquisitionKind) throws {
    for (_, trainer) in Self.surrogates {
      for batch in [1, 3] {
        let plan = try suited(kind, budget: 11, batch: batch)
        let campaign = try fixtureRun(plan, trainer: trainer)
        #expect(campaign.resultCount == 11)
        #expect(Set(campaign.proposals.map(\.candidate)).count == 11)
        #expect(campaign.proposals.dropFirst(5).allSatisfy { !$0.reason.isEmpty })
        if batch == 3 { #expect(try fixtureRun(plan, trainer: trainer) == campaign) }
      }
    }
  }

  @Test(
    "Do better than random search on a smooth property",
    arguments: [AcquisitionKind.auto, .knowledgeGradient, .maxValueEntropy, .riskAverse])
  func beatChance(kind: AcquisitionKind) throws {
    func regret(_ kind: AcquisitionKind) throws -> Double {
      try (UInt64(1)...4).reduce(0.0) { sum, seed in
        var plan = try fixturePlan(kind, seed: seed, budget: 15)
        plan.search.poolSize = 200
        return sum + 3 - (try fixtureRun(plan).best?.objective ?? 0)
      }
    }
    #expect(try regret(kind) < 0.5 * regret(.random))
  }

  @Test("A wanted value is met")
  func meetsTarget() throws {
    let campaign = try fixtureRun(try suited(.target, budget: 20))
    let best = try #require(campaign.best)
    #expect(best.objective < 0.05 && abs(best.value - 2.5) == best.objective)
    #expect(campaign.ranked.map(\.objective) == campaign.ranked.map(\.objective).sorted())
    #expect(campaign.proposals.last?.reason.contains("wanted 2.5") == true)
  }

  @Test(
    "Minimizing is maximizing the negative, for the new kinds too",
    arguments: [
      AcquisitionKind.knowledgeGradient, .maxValueEntropy, .riskAverse, .levelSet,
    ])
  func minimizes(kind: AcquisitionKind) throws {
    struct Negative: Oracle {
      func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
        let found = try FormulaOracle().measure(candidate, seed: seed)
        return Observation(["strength": MeasuredValue(-(found.values["strength"]?.value ?? 0))])
      }
    }
    var plan = try suited(kind, budget: 10)
    let up = try fixtureRun(plan)
    plan.objective = Objective(.minimize, try PropertyExpression("strength"))
    plan.acquisition.level = plan.acquisition.level.map { -$0 }
    let down = try fixtureRun(plan, oracle: Negative())
    #expect(up.proposals.map(\.candidate) == down.proposals.map(\.candidate))
  }

  @Test("Every rule fills a batch with different candidates", arguments: BatchRule.allCases)
  func batches(rule: BatchRule) throws {
    for (_, trainer) in Self.surrogates {
      var plan = try fixturePlan(.logEI, budget: 13, batch: 4)
      plan.acquisition.batch = rule
      let campaign = try fixtureRun(plan, trainer: trainer)
      #expect(campaign.resultCount == 13)
      #expect(Set(campaign.proposals.map(\.candidate)).count == 13)
      #expect(try fixtureRun(plan, trainer: trainer) == campaign)
    }
  }

  @Test("What is on its way counts as measured", arguments: BatchRule.allCases)
  func pending(rule: BatchRule) throws {
    var plan = try fixturePlan(.logEI, budget: 30, batch: 3)
    plan.acquisition.batch = rule
    plan.search.poolSize = 300
    let (started, models) = try start(plan)
    var campaign = started
    let first = try Chooser(campaign, space: fixtureSpace(), models: models).choose(1)
    try campaign.apply(
      .proposed(Proposal(number: 6, candidate: first[0].candidate, reason: "on its way")))
    let next = try Chooser(campaign, space: fixtureSpace(), models: models).choose(1)
    #expect(next[0].candidate != first[0].candidate)
    // What is believed in is known but for its noise.
    let chooser = try Chooser(campaign, space: fixtureSpace(), models: models)
    func variance(_ models: SurrogateSet) throws -> Double {
      try models.objective.predict([first[0].candidate])[0].epistemicVariance
    }
    #expect(try variance(chooser.models) < 0.1 * variance(models))
  }

  /// A campaign whose initial design is measured, and its models.
  private func start(_ plan: CampaignPlan) throws -> (Campaign, SurrogateSet) {
    var campaign = try Campaign(
      CampaignCreation(plan: plan, provenance: [:], codeVersion: ""))
    let runner = CampaignRunner(
      campaign.creation, space: try fixtureSpace(), oracle: FormulaOracle(),
      trainer: fixtureProcess(), log: MemoryEventLog())
    for event in try runner.initialProposals(campaign, plan.initial) { try campaign.apply(event) }
    for proposal in campaign.pending {
      let found = try FormulaOracle().measure(proposal.candidate, seed: 1)
      try campaign.apply(
        .measured(MeasuredResult(number: proposal.number, values: found.values)))
    }
    let models = try SurrogateSet(
      campaign, proposals: plan.initial, trainer: fixtureProcess(), threads: 1)
    return (campaign, models)
  }

  @Test("With noise, the best is the best posterior mean and not the luckiest measurement")
  func noisyIncumbent() throws {
    let plan = try fixturePlan(.logEI)
    let (campaign, _) = try start(plan)
    let lucky = try #require(campaign.best).objective
    func incumbent(_ noise: Double) throws -> Double? {
      let models = try SurrogateSet(
        campaign, proposals: 5, trainer: fixtureProcess(noise: noise), threads: 1)
      return try CandidateScorer(
        campaign, plan.acquisition, models, space: fixtureSpace(), costs: [:]
      ).incumbent
    }
    #expect(try incumbent(1e-3) == lucky)
    let believed = try #require(try incumbent(0.5))
    #expect(believed < lucky)
  }

  @Test("Costs move the choice to what is cheaper")
  func costs() throws {
    var plan = try fixturePlan(.logEI, budget: 16)
    let free = try fixtureRun(plan)
    plan.acquisition.cost = .elements(base: 1, prices: [fixtureElements[1].symbol: 500])
    let dear = try fixtureRun(plan)
    func share(_ campaign: Campaign) -> Double {
      campaign.proposals.dropFirst(5).reduce(0) { $0 + FormulaOracle.share(1, $1.candidate) }
    }
    #expect(share(dear) < 0.5 * share(free))
    #expect(dear.proposals.last?.reason.contains("costs") == true)
    let column = CandidateCost.column("hours")
    let candidate = free.proposals[0].candidate
    #expect(column(candidate, column: [candidate: 3]) == 3)
    #expect(column(candidate, column: [:]) == nil)
  }

  @Test("The balance of auto follows errors and standstill, and says so")
  func balance() throws {
    /// Suggestions that miss their prediction by `miss` deviations; the best comes first.
    func campaign(miss: Double, count: Int) throws -> Campaign {
      var plan = try fixturePlan(.auto, budget: 60)
      plan.initial = 1
      var campaign = try Campaign(
        CampaignCreation(plan: plan, provenance: [:], codeVersion: ""))
      for number in 1...count + 1 {
        let candidate = try fixtureSpace().candidate(at: number)
        let predictions =
          number == 1
          ? [:] : ["strength": PredictedValue(mean: 1, deviation: 0.5, epistemicDeviation: 0.4)]
        try campaign.apply(
          .proposed(
            Proposal(number: number, candidate: candidate, predictions: predictions, reason: "")))
        let value = number == 1 ? 9 : 1 + 0.5 * miss * (number % 2 == 0 ? 1 : -1)
        try campaign.apply(
          .measured(
            MeasuredResult(number: number, values: ["strength": MeasuredValue(value)])))
      }
      return campaign
    }
    /// The balance where the deviation counts so many times as much as the mean, of a budget of 60.
    func share(_ weight: Double, left: Double) -> Double {
      weight * left / 60 / (1 + weight * left / 60)
    }
    let calm = ExplorationBalance(try campaign(miss: 1, count: 4))
    #expect(abs(calm.alpha - share(1.2, left: 55)) < 1e-12)
    #expect(calm.reason.hasSuffix("4 rounds brought none, and 92 % of the budget is left."))
    let sure = ExplorationBalance(try campaign(miss: 2, count: 4))
    #expect(abs(sure.alpha - share(2 * 1.2, left: 55)) < 1e-12)
    #expect(sure.reason.contains("too sure of itself") && sure.reason.contains("4 rounds"))
    let careful = ExplorationBalance(try campaign(miss: 0.1, count: 4))
    #expect(abs(careful.alpha - share(0.25 * 1.2, left: 55)) < 1e-12)
    let few = ExplorationBalance(try campaign(miss: 8, count: 2))
    #expect(abs(few.alpha - share(1.1, left: 57)) < 1e-12 && few.reason.contains("too few"))
    let late = ExplorationBalance(try campaign(miss: 9, count: 58))
    #expect(abs(late.alpha - share(4 * 1.5, left: 1)) < 1e-12)
    let proposed = try fixtureRun(try fixturePlan(.auto, budget: 8)).proposals.last
    #expect(proposed?.reason.contains("α is 0.") == true)
  }
}
