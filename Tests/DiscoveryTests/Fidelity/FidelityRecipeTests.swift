import Formats
import Foundation
import Learning
import Testing

@testable import Discovery

@Suite("Recipes with several fidelities")
struct FidelityRecipeTests {
  static let text = """
    objective: {maximize: y}
    space: {table: space.csv}
    fidelities:
      - {name: LDA, cost: 50, oracle: {replay: lda.csv}}
      - {name: cheap, cost: 1, initial: 8, oracle: {program: [./cheap.py], timeLimit: 5}}
    targetFidelity: LDA
    surrogate: {coupling: tasks}
    initial: 4
    budget: {cost: 700}
    """

  @Test("Reads methods, costs and the one that counts")
  func reads() throws {
    let recipe = try CampaignRecipeTests.read(Self.text)
    let plan = try #require(recipe.plan.fidelities)
    #expect(plan.levels.map(\.name) == ["cheap", "LDA"] && plan.target.cost == 50)
    #expect(plan.levels.map(\.initial) == [8, 4] && plan.costLimit == 700)
    #expect(recipe.plan.initial == 8 && recipe.plan.initialMeasurements == 12)
    #expect(recipe.plan.acquisition.kind == .logEI && recipe.surrogate.kind == .coKriging)
    let trainer = try #require(recipe.surrogate.trainer() as? JointFidelityTrainer)
    #expect(trainer.configuration.coupling == .tasks)
    #expect(recipe.oracle.parts.count == 2 && recipe.targetOracle.parts == [recipe.oracle.parts[0]])
    var cheap = ProgramOracle.Configuration(command: ["./cheap.py"])
    cheap.timeLimitSeconds = 5
    #expect(recipe.oracle.parts[1] == .program(cheap))
  }

  @Test("Several objectives, limits and failures that are learned from")
  func several() throws {
    let recipe = try CampaignRecipeTests.read(
      Self.text.replacing(
        "objective: {maximize: y}",
        with: "objectives: [{maximize: y}, {minimize: z}]\nlimits: [{property: w, atMost: 1}]"
      ).replacing("{coupling: tasks}", with: "{failures: learn}"))
    #expect(recipe.plan.acquisition.kind == .hypervolume && recipe.plan.objectives.count == 2)
    #expect(recipe.plan.learnsFailures == true && recipe.plan.fidelities?.levels.count == 2)
  }

  @Test(
    "Says in a sentence what is wrong",
    arguments: [
      ("targetFidelity: LDA", "targetFidelity: GGA", "there is no fidelity \"GGA\""),
      ("cost: 50", "cost: 0", "write a number above 0"),
      ("name: cheap", "name: LDA", "two fidelities have the same name"),
      ("budget: {cost: 700}", "budget: 700", "write budget: {cost: …}"),
      ("budget: {cost: 700}", "budget: {cost: 100}", "the initial design alone costs 208.0"),
      ("initial: 4", "oracle: person", "each of the fidelities has its own"),
      ("initial: 4", "acquisition: {kind: ucb}", "is no gain that the cost of a method can divide"),
      ("{coupling: tasks}", "{kind: gp}", "learned together by co-kriging"),
      ("oracle: {replay: lda.csv}", "oracel: {replay: lda.csv}", "oracle\" is missing"),
      (
        "objective: {maximize: y}",
        "objectives: [{maximize: y}, {minimize: z}]\nacquisition: {kind: chebyshev}",
        "several objectives choose one of ehvi, random"
      ),
      ("initial: 4", "acquisition: {kind: ei, batch: joint}", "chosen one by one"),
    ])
  func refuses(_ old: String, _ new: String, _ reason: String) throws {
    let error = try #require(throws: ReadingError.self) {
      try CampaignRecipeTests.read(Self.text.replacing(old, with: new))
    }
    #expect(error.description.contains(reason), "\(error)")
  }

  @Test("Co-kriging needs fidelities, and a person one way to be named")
  func others() {
    for text in [
      "objective: {maximize: y}\noracle: {replay: a.csv}\nsurrogate: {kind: co-kriging}",
      "objective: {maximize: y}\nspace: {table: a.csv}\noracle: {person: {}}",
      "objective: {maximize: y}\noracle: {replay: a.csv, service: \"http://a\"}",
    ] {
      #expect(throws: ReadingError.self) { try CampaignRecipeTests.read(text) }
    }
  }
}
