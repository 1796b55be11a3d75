import Design
import Ecosystem
import Foundation
import Matter
import Testing

@testable import Discovery

@Suite("Recipes that mind what materials are made of")
struct SupplyRecipeTests {
  private static let recipe = """
    objective: {maximize: y}
    space:
      table: list.csv
      avoid: [toxic, radioactive]
      mostPricePerKilogram: 100
    oracle: person
    acquisition: {kind: log-ei, cost: {base: 50, kilograms: 0.01}}
    """

  private func setup(_ text: String, _ table: String) throws -> CampaignSetup {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("supply-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try text.write(
      to: folder.appendingPathComponent("r.yaml"), atomically: true, encoding: .utf8)
    try table.write(
      to: folder.appendingPathComponent("list.csv"), atomically: true, encoding: .utf8)
    return try CampaignRecipe(path: folder.appendingPathComponent("r.yaml").path).setup(threads: 1)
  }

  @Test("Unwanted materials are no part of the space, and samples cost what is in them")
  func limitsAndCosts() throws {
    let setup = try setup(Self.recipe, "formula\nCdTe\nBi2Te3\nPtRh\nUO2\nFe2O3\n")
    let found = (0..<setup.space.count).map {
      setup.space.candidate(at: $0).composition.formula
    }
    #expect(found == ["Bi2Te3", "Fe2O3"])
    let cost = try #require(setup.recipe.plan.acquisition.cost)
    #expect(cost == .market(base: 50, kilograms: 0.01))
    let platinum = try Candidate(Composition(formula: "Pt"))
    let price = try #require(platinum.composition.pricePerKilogram)
    #expect(cost(platinum, column: [:]) == 50 + 0.01 * price)
    #expect(cost(try Candidate(Composition(formula: "Ra")), column: [:]) == nil)
  }

  @Test("Words that are no concern, empty spaces and two costs are refused")
  func refusals() throws {
    for (from, to, word) in [
      ("toxic, radioactive", "scary", "carcinogenic"),
      ("mostPricePerKilogram: 100", "mostPricePerKilogram: 0.001", "none of the 2"),
      ("kilograms: 0.01", "kilograms: 0.01, column: y", "not two"),
      ("kilograms: 0.01", "kilograms: -1", "0 or more"),
    ] {
      let text = Self.recipe.replacing(from, with: to)
      #expect(text != Self.recipe)
      #expect {
        try setup(text, "formula\nCdTe\nFe2O3\n")
      } throws: {
        "\($0)".contains(word)
      }
    }
  }
}
