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
private func smallSpace() throws -> CompositionSimplex {
  try CompositionSimplex(elements: Array(fixtureElements.prefix(2)), step: 0.1)
}

private func run(
  _ plan: CampaignPlan, oracle: any Oracle = FormulaOracle(), space: (any Space)? = nil,
  trainer: any SurrogateTrainer = fixtureProcess()
) throws -> Campaign {
  try CampaignRunner(
    CampaignCreation(plan: plan, provenance: [:], codeVersion: ""),
    space: space ?? fixtureSpace(), oracle: oracle, trainer: trainer, log: MemoryEventLog()
  ).run()
}

/// A plan that suits the kind.
private func suited(_ kind: AcquisitionKind, budget: Int = 13, batch: Int = 1) throws
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
        let campaign = try run(plan, trainer: trainer)
        #expect(campaign.resultCount == 11)
        #expect(Set(campaign.proposals.map(\.candidate)).count == 11)
        #expect(campaign.proposals.dropFirst(5).allSatisfy { !$0.reason.isEmpty })
        if batch == 3 { #expect(try run(plan, trainer: trainer) == campaign) }
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
        return sum + 3 - (try run(plan).best?.objective ?? 0)
      }
    }
    #expect(try regret(kind) < 0.5 * regret(.random))
  }

  @Test("A wanted value is met")
  func meetsTarget() throws {
    let campaign = try run(try suited(.target, budget: 20))
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
    let up = try run(plan)
    plan.objective = Objective(.minimize, try PropertyExpression("strength"))
    plan.acquisition.level = plan.acquisition.level.map { -$0 }
    let down = try run(plan, oracle: Negative())
    #expect(up.proposals.map(\.candidate) == down.proposals.map(\.candidate))
  }

  @Test("Every rule fills a batch with different candidates", arguments: BatchRule.allCases)
  func batches(rule: BatchRule) throws {
    for (_, trainer) in Self.surrogates {
      var plan = try fixturePlan(.logEI, budget: 13, batch: 4)
      plan.acquisition.batch = rule
      let campaign = try run(plan, trainer: trainer)
      #expect(campaign.resultCount == 13)
      #expect(Set(campaign.proposals.map(\.candidate)).count == 13)
      #expect(try run(plan, trainer: trainer) == campaign)
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
    func distance(_ a: Candidate, _ b: Candidate) -> Double {
      fixtureElements.reduce(0) {
        $0 + abs(a.composition.fraction(of: $1) - b.composition.fraction(of: $1))
      }
    }
    // One step away the property is all but known by then.
    #expect(rule == .thompson || distance(first[0].candidate, next[0].candidate) > 0.21)
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
    let free = try run(plan)
    plan.acquisition.cost = .elements(base: 1, prices: [fixtureElements[1].symbol: 500])
    let dear = try run(plan)
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
    let calm = ExplorationBalance(try campaign(miss: 1, count: 4))
    #expect(abs(calm.alpha - (0.4 + 0.2)) < 1e-12)
    let sure = ExplorationBalance(try campaign(miss: 2, count: 4))
    #expect(abs(sure.alpha - (0.4 + 0.15 + 0.2)) < 1e-12)
    #expect(sure.reason.contains("too sure of itself") && sure.reason.contains("4 rounds"))
    let careful = ExplorationBalance(try campaign(miss: 0.25, count: 4))
    #expect(abs(careful.alpha - (0.4 - 0.3 + 0.2)) < 1e-12)
    let few = ExplorationBalance(try campaign(miss: 8, count: 2))
    #expect(abs(few.alpha - 0.5) < 1e-12 && few.reason.contains("too few"))
    #expect(ExplorationBalance(try campaign(miss: 9, count: 30)).alpha == 0.9)
    let proposed = try run(try fixturePlan(.auto, budget: 8)).proposals.last
    #expect(proposed?.reason.contains("α is 0.") == true)
  }
}

@Suite("Campaigns under bad conditions")
struct DegenerateCampaignTests {
  private struct Flat: Oracle {
    func measure(_ candidate: Candidate, seed: UInt64) -> Observation {
      Observation(["strength": MeasuredValue(1), "density": MeasuredValue(2)])
    }
  }

  @Test(
    "A constant objective: random suggestions, and a sentence", arguments: AcquisitionKind.allCases)
  func constant(kind: AcquisitionKind) throws {
    let campaign = try run(try suited(kind, budget: 9, batch: 2), oracle: Flat())
    #expect(campaign.resultCount == 9)
    let reason = try #require(campaign.proposals.last).reason
    #expect(reason.hasPrefix("Drawn at random"))
  }

  @Test("Nothing is feasible: the search goes where it may be", arguments: AcquisitionKind.allCases)
  func infeasible(kind: AcquisitionKind) throws {
    var plan = try suited(kind, budget: 10, batch: 2)
    plan.limits = [try PropertyLimit(property: PropertyExpression("strength"), atLeast: 50)]
    let campaign = try run(plan)
    #expect(campaign.resultCount == 10 && campaign.best == nil && campaign.paretoSet.isEmpty)
    #expect(campaign.hypervolume == 0)
  }

  @Test("A batch larger than the space empties it and ends", arguments: AcquisitionKind.allCases)
  func exhausted(kind: AcquisitionKind) throws {
    for rule in [nil] + BatchRule.allCases.map(Optional.some) {
      var plan = try suited(kind, budget: 60, batch: 50)
      plan.acquisition.batch = rule
      guard (try? plan.check()) != nil else { continue }
      let campaign = try run(plan, space: smallSpace())
      #expect(campaign.stop?.rule == .exhausted && campaign.resultCount == 11)
    }
  }

  @Test("Duplicates among the candidates are one", arguments: InitialDesign.allCases)
  func duplicates(design: InitialDesign) throws {
    let members = try (0..<11).map { try smallSpace().candidate(at: $0) }
    var plan = try fixturePlan(.logEI, budget: 20, batch: 3)
    plan.design = design
    let campaign = try run(plan, space: CandidateList(members + members + members))
    #expect(campaign.resultCount == 11 && campaign.stop?.rule == .exhausted)
  }

  @Test(
    "An initial design larger than the space takes all of it", arguments: InitialDesign.allCases)
  func largeDesign(design: InitialDesign) throws {
    var plan = try fixturePlan(.logEI, budget: 60)
    plan.initial = 40
    plan.design = design
    let campaign = try run(plan, space: smallSpace())
    #expect(campaign.resultCount == 11)
  }
}

@Suite("Initial designs")
struct InitialDesignTests {
  @Test("Give different members, the same for a seed", arguments: InitialDesign.allCases)
  func members(design: InitialDesign) throws {
    let space = try fixtureSpace()
    let chosen = try design.candidates(12, of: space, seed: 5)
    #expect(Set(chosen).count == 12 && chosen.allSatisfy(space.contains))
    #expect(try design.candidates(12, of: space, seed: 5) == chosen)
    #expect(try design.candidates(12, of: space, seed: 6) != chosen)
  }

  /// The largest distance of any member to the nearest chosen one.
  private func reach(_ chosen: [Candidate], _ space: CompositionSimplex) throws -> Double {
    let all = (0..<space.count).map(space.candidate(at:))
    let coordinates = try SpaceCoordinates(all, in: space)
    let places = chosen.compactMap { all.firstIndex(of: $0) }
    return all.indices.reduce(0) { worst, place in
      max(worst, places.map { coordinates.squaredDistance(place, $0) }.min() ?? 0)
    }
  }

  @Test(
    "Cover a space better than chance",
    arguments: [
      InitialDesign.sobol, .latin, .kCenter,
    ])
  func covers(design: InitialDesign) throws {
    let space = try fixtureSpace()
    func mean(_ design: InitialDesign) throws -> Double {
      Statistics.mean(
        try (UInt64(0)..<8).map { try reach(design.candidates(12, of: space, seed: $0), space) })
    }
    #expect(try mean(design) < mean(.random))
  }

  @Test("A greedy center set is within twice the best reach")
  func centers() throws {
    // Eleven members in a row: the best three centers leave 2 steps at most, so greedy ones 4.
    let space = try smallSpace()
    for seed in UInt64(0)..<5 {
      let chosen = try InitialDesign.kCenter.candidates(3, of: space, seed: seed)
      let step = try reach(
        (0..<10).map(space.candidate(at:)), space
      ).squareRoot()
      #expect(try reach(chosen, space).squareRoot() <= 4 * step + 1e-9)
    }
  }

  @Test("Lists are covered in the space of descriptors")
  func lists() throws {
    // Many alike and a few others: a center set finds the others.
    let space = try fixtureSpace()
    let iron = (0..<40).compactMap { place -> Candidate? in
      try? Candidate(
        Composition([fixtureElements[2]: 1, fixtureElements[3]: 0.001 * Double(place + 1)]))
    }
    let others = [0, space.count / 2].map(space.candidate(at:))
    let list = try CandidateList(iron + others)
    let chosen = try InitialDesign.kCenter.candidates(3, of: list, seed: 1)
    #expect(others.allSatisfy(chosen.contains))
  }
}

@Suite("Campaigns with several objectives")
struct SeveralObjectivesCampaignTests {
  @Test(
    "Find more hypervolume than chance",
    arguments: [
      AcquisitionKind.hypervolume, .noisyHypervolume, .chebyshev,
    ])
  func beatChance(kind: AcquisitionKind) throws {
    func volume(_ kind: AcquisitionKind) throws -> Double {
      try (UInt64(1)...3).reduce(0.0) { sum, seed in
        var plan = try suited(kind, budget: 15)
        plan.seed = seed
        plan.search.poolSize = 150
        plan.search.rounds = 5
        if kind == .random {
          plan.furtherObjectives = [Objective(.minimize, try PropertyExpression("density"))]
        }
        let front = try run(plan).paretoSet.map { [$0.objectives[0], -$0.objectives[1]] }
        return sum + ParetoFront.hypervolume(front, reference: [1, -8])
      }
    }
    #expect(try volume(kind) > volume(.random))
  }

  @Test("The front, the reference and the volume follow from the findings")
  func front() throws {
    var plan = try suited(.hypervolume, budget: 12)
    let campaign = try run(plan)
    let front = campaign.paretoSet
    #expect(!front.isEmpty)
    for finding in campaign.findings {
      let isBeaten = campaign.findings.contains { other in
        other.objectives[0] >= finding.objectives[0] && other.objectives[1] <= finding.objectives[1]
          && other.objectives != finding.objectives
      }
      #expect(front.contains(finding) != isBeaten)
    }
    plan.objective = Objective(.maximize, try PropertyExpression("strength"), reference: 1.5)
    plan.furtherObjectives = [
      Objective(.minimize, try PropertyExpression("density"), reference: 7)
    ]
    let referred = try run(plan)
    #expect(referred.referencePoint == [1.5, 7])
    #expect(referred.hypervolume > 0)
    #expect(referred.lastGain > 0)
  }

  @Test("Ledgers of one objective keep their form")
  func form() throws {
    let plan = try fixturePlan(.logEI)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(plan), as: UTF8.self)
    for key in ["furtherObjectives", "design", "cost", "share", "goal", "reference", "level"] {
      #expect(!text.contains("\"\(key)\""))
    }
    let several = try suited(.noisyHypervolume)
    let data = try encoder.encode(several)
    #expect(try JSONDecoder().decode(CampaignPlan.self, from: data) == several)
  }

  @Test(
    "Plans that cannot be are refused in a sentence",
    arguments: [
      (AcquisitionKind.logEI, true, "log-nehvi"), (.noisyHypervolume, false, "several objectives"),
      (.target, false, "target: …"),
    ])
  func refuses(_ kind: AcquisitionKind, _ several: Bool, _ word: String) throws {
    var plan = try fixturePlan(kind)
    if several {
      plan.furtherObjectives = [Objective(.minimize, try PropertyExpression("density"))]
    }
    #expect {
      try plan.check()
    } throws: {
      "\($0)".contains(word)
    }
  }
}
