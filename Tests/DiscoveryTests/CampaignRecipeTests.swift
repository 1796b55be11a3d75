import Design
import Ecosystem
import Formats
import Foundation
import Matter
import Simulation
import TestKit
import Testing

@testable import Discovery

@Suite("Campaign recipe")
struct CampaignRecipeTests {
  static let full = """
    name: light and stiff
    seed: 7
    space:
      elements: [Al, Ti, "Ni", W]
      step: 0.05
      maximumElements: 3
      shares: {Al: [0.1, 0.6]}
    objective: {maximize: bulkModulusGPa / density}
    limits:
      - {property: formationEnergyPerAtom, atMost: 0.02}
      - {property: latticeDistortion, atLeast: 0, atMost: 0.05}
    ranges:
      - {property: density, atLeast: 0, unit: g/cm³}
    surrogate: {kind: ensemble, members: 4, steps: 300, refitEvery: 2}
    acquisition: {kind: ucb, beta: 1.5}
    initial: 24
    budget: 64
    batch: 4
    oracle: {virtualLaboratory: {atoms: 40, cells: 3, phases: [fcc, bcc]}}
    stop: {target: 60, patience: 20, acquisitionBelow: 0.001}
    search: {pool: 500, climbers: 3}
    repeats: 2
    output: runs/light
    """

  static func read(_ text: String) throws -> CampaignRecipe {
    try CampaignRecipe(RecipeDocument(yaml: text, file: "a.yaml"), folder: "folder")
  }

  @Test("Reads every key")
  func readsAll() throws {
    let recipe = try Self.read(Self.full)
    let plan = recipe.plan
    #expect(plan.name == "light and stiff" && plan.seed == 7 && plan.batch == 4)
    #expect(plan.objective.direction == .maximize)
    #expect(plan.objective.expression.properties == ["bulkModulusGPa", "density"])
    #expect(plan.limits.map(\.atMost) == [0.02, 0.05] && plan.limits.map(\.atLeast) == [nil, 0])
    #expect(plan.ranges == [PropertyRange(property: "density", atLeast: 0, unit: "g/cm³")])
    #expect(plan.acquisition.kind == .ucb && plan.acquisition.beta == 1.5)
    #expect(plan.initial == 24 && plan.budget == 64 && plan.refitInterval == 2)
    #expect(plan.stop == StoppingRules(target: 60, patience: 20, acquisitionBelow: 0.001))
    #expect(plan.search.poolSize == 500 && plan.search.climbers == 3)
    guard case .simplex(let simplex) = recipe.space else {
      Issue.record("not a simplex")
      return
    }
    #expect(simplex.elements.map(\.symbol) == ["Al", "Ti", "Ni", "W"])
    #expect(try simplex.space().maximumElements == 3)
    #expect(simplex.shares == ["Al": .init(minimum: 0.1, maximum: 0.6)])
    guard case .virtualLaboratory(let laboratory) = recipe.oracle else {
      Issue.record("not the virtual laboratory")
      return
    }
    #expect(laboratory.atoms == 40 && laboratory.cells == 3 && laboratory.phases == [.fcc, .bcc])
    #expect(recipe.surrogate.members == 4 && recipe.surrogate.steps == 300)
    #expect(recipe.seeds == [7, 8] && recipe.output == "runs/light")
  }

  @Test("Reads objectives, designs, batches and costs")
  func readsMore() throws {
    func replacing(_ from: String, _ to: String) throws -> CampaignPlan {
      let text = Self.full.replacingOccurrences(of: from, with: to)
      #expect(text != Self.full)
      return try Self.read(text).plan
    }
    let designed = try replacing("initial: 24", "initial: {count: 12, design: k-center}")
    #expect(designed.initial == 12 && designed.design == .kCenter)
    let joint = try replacing("kind: ucb, beta: 1.5", "kind: log-ei, batch: joint")
    #expect(joint.acquisition.batch == .joint)
    let level = try replacing("kind: ucb, beta: 1.5", "kind: level-set, level: 12")
    #expect(level.acquisition.level == 12)
    let risk = try replacing(
      "kind: ucb, beta: 1.5", "kind: risk-averse, share: 0.1, inputNoise: 0.01")
    #expect(risk.acquisition.share == 0.1 && risk.acquisition.inputNoise == 0.01)
  }

  @Test("Reads several objectives, and chooses an acquisition that weighs them")
  func readsSeveral() throws {
    let text = """
      objectives:
        - {maximize: bulkModulusGPa, reference: 50}
        - {minimize: density}
      space: {elements: [Al, Ti], step: 0.1}
      acquisition: {cost: {base: 2, elements: {Ti: 3}}}
      oracle: {virtualLaboratory: {atoms: 40}}
      """
    let plan = try Self.read(text).plan
    #expect(plan.objectives.map(\.direction) == [.maximize, .minimize])
    #expect(plan.objectives.map(\.reference) == [50, nil])
    #expect(plan.acquisition.kind == .noisyHypervolume)
    #expect(plan.acquisition.cost == .elements(base: 2, prices: ["Ti": 3]))
    #expect(plan.properties == ["bulkModulusGPa", "density"])
    let target = """
      objective: {property: density, target: 4.5}
      space: {elements: [Al, Ti], step: 0.1}
      oracle: {virtualLaboratory: {atoms: 40}}
      """
    #expect(try Self.read(target).plan.acquisition.kind == .target)
    for (wrong, word) in [
      ("objective: {maximize: a}\n" + text, "either objective or objectives"),
      (text.replacingOccurrences(of: "Ti: 3", with: "Xx: 3"), "Xx"),
      (text.replacingOccurrences(of: "base: 2", with: "base: 0"), "above 0"),
      (target + "\nacquisition: {kind: log-ei}", "target, max-variance"),
      (target + "\ninitial: {count: 3, design: grid}", "k-center"),
    ] {
      #expect {
        try Self.read(wrong)
      } throws: {
        "\($0)".contains(word)
      }
    }
  }

  @Test("Values survive the ledger's JSON")
  func survivesJSON() throws {
    var recipe = try Self.read(Self.full)
    recipe.folder = "."
    let data = try JSONEncoder().encode(recipe)
    #expect(try JSONDecoder().decode(CampaignRecipe.self, from: data) == recipe)
  }

  @Test(
    "Says file, line and remedy of what is wrong",
    arguments: [
      ("budget: 64", "bugdet: 64", "a.yaml:17", "budget"),
      ("batch: 4", "batch: many", "a.yaml:18", "whole number"),
      ("kind: ucb", "kind: ucv", "a.yaml:15", "ucb"),
      ("elements: [Al, Ti", "elements: [AL, Ti", "a.yaml:4", "AL"),
      ("step: 0.05", "step: 0.03", "a.yaml", "0.03"),
      ("{maximize: bulk", "{minimize: x, maximize: bulk", "a.yaml:8", "either"),
      ("atMost: 0.02}", "atMost: 0.02, below: 3}", "a.yaml:10", "below"),
      ("{property: formationEnergyPerAtom, atMost: 0.02}", "{property: x}", "a.yaml:10", "atMost"),
      ("initial: 24", "initial: 100", "a.yaml", "budget"),
      ("phases: [fcc, bcc]", "phases: [fcc, sc]", "a.yaml:19", "hcp"),
      ("seed: 7", "seed: -7", "a.yaml:2", "0 or more"),
      ("repeats: 2", "repeats: 0", "a.yaml:22", "from 1"),
    ])
  func explains(from: String, to: String, place: String, word: String) throws {
    let text = Self.full.replacingOccurrences(of: from, with: to)
    #expect(text != Self.full)
    #expect {
      try Self.read(text)
    } throws: { error in
      "\(error)".hasPrefix(place) && "\(error)".contains(word)
    }
  }

  @Test("A replay searches its own table, and files lie beside the recipe")
  func replaysFile() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-recipe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let table = "name,formula,hardness (HV)\na,FeNi,120\nb,FeCo,150\nc,FeNi,130\n"
    try Data(table.utf8).write(to: folder.appendingPathComponent("alloys.csv"))
    let text = """
      objective: {maximize: hardness (HV)}
      oracle: {replay: alloys.csv}
      initial: 1
      budget: 2
      """
    try Data(text.utf8).write(to: folder.appendingPathComponent("recipe.yaml"))
    let recipe = try CampaignRecipe(path: folder.appendingPathComponent("recipe.yaml").path)
    let setup = try recipe.setup()
    #expect(setup.space.count == 2)
    let candidate = Candidate(try Composition(formula: "FeNi"))
    let found = try setup.oracle.measure(candidate, seed: 0).values["hardness (HV)"]
    #expect(found?.value == 125 && found?.unit == "HV")
    #expect(setup.provenance["data"] == setup.datasets[0].contentHash.hex)
    var missing = recipe
    missing.plan.objective = Objective(.maximize, try PropertyExpression("hardnes (HV)"))
    #expect {
      try missing.setup()
    } throws: {
      "\($0)".contains("hardness (HV)") && "\($0)".contains("alloys.csv")
    }
  }

  @Test("The virtual laboratory refuses what it does not measure")
  func refusesUnmeasured() throws {
    let text = Self.full.replacingOccurrences(of: "/ density}", with: "/ weight}")
    #expect {
      try Self.read(text).setup()
    } throws: {
      "\($0)".contains("weight") && "\($0)".contains("latticeParameter")
    }
  }

  @Test(
    "The example of the steels is complete",
    .enabled(
      if: SharedFolder.has("data/composition/matbench/matbench_steels.json"), "no shared data"))
  func readsSteels() throws {
    let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Examples/steels.yaml")
    let setup = try CampaignRecipe(path: example.path).setup()
    #expect(setup.space.count == 312 && setup.recipe.seeds.count == 20)
    // The mean that the data's own notes give by way of the mean predictor's error.
    let targets = setup.datasets[0].targets
    #expect(targets.count == 312 && targets.allSatisfy { $0 > 0 })
  }
}
