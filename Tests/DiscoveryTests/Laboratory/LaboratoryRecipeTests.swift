import Design
import Formats
import Foundation
import Matter
import Testing

@testable import Discovery

@Suite("Recipes of laboratories")
struct LaboratoryRecipeTests {
  private func recipe(_ further: String) throws -> CampaignRecipe {
    let text = """
      name: Lab
      space: {elements: [Al, Ti, Fe, Ni], step: 0.25}
      objective: {maximize: strength}
      surrogate: {kind: gp, features: fractions}
      \(further)

      """
    let document = try RecipeDocument(yaml: Array(text.utf8), file: "lab.yaml")
    return try CampaignRecipe(document, folder: "/recipes")
  }

  @Test("Reads every key of a laboratory")
  func everyKey() throws {
    let recipe = try recipe(
      """
      oracle: person
      laboratory:
        lease: 600
        attempts: 2
        approval: true
        ahead: 8
        replicates: 3
        control: {formula: Fe0.5Ni0.5, every: 7}
        resources:
          - {name: furnace, count: 1, when: {variable: temperature, atLeast: 300}}
          - {name: glovebox, count: 2, when: {element: Ti}}
        stock: [{name: titanium, amount: 200, unit: g, perSample: 20, element: Ti}]
        setup: {variable: temperature, cost: 5}
        budget: {cost: 5000, hours: 2000}
      """)
    var expected = LaboratoryRules()
    (expected.leaseSeconds, expected.attempts, expected.needsApproval) = (600, 2, true)
    (expected.ahead, expected.replicates) = (8, 3)
    expected.control = ControlSample(Candidate(try Composition(formula: "Fe0.5Ni0.5")), every: 7)
    let titanium = try #require(Element(symbol: "Ti"))
    expected.resources = [
      LaboratoryResource("furnace", count: 1, condition: .variable("temperature", atLeast: 300)),
      LaboratoryResource("glovebox", count: 2, condition: .element(titanium)),
    ]
    expected.stock = [
      LaboratoryStock("titanium", amount: 200, unit: "g", perSample: 20, element: titanium)
    ]
    expected.setup = SetupRule(variable: "temperature", cost: 5)
    (expected.costLimit, expected.hoursLimit) = (5000, 2000)
    #expect(recipe.plan.laboratory == expected && recipe.oracle == .person)
    #expect(try recipe.setup().space.count > 0)
    let creation = try recipe.setup().creation(codeVersion: "test")
    #expect(creation.format == 2)
  }

  @Test("Reads oracles outside")
  func oracles() throws {
    var program = ProgramOracle.Configuration(command: ["./measure", "--fast"])
    program.timeLimitSeconds = 60
    program.memoryLimitMB = 500
    program.settings = [["mixing": "0.7"], ["mixing": "0.1"]]
    let text = """
      oracle:
        program: [./measure, --fast]
        timeLimit: 60
        memoryMB: 500
        settings: [{mixing: "0.7"}, {mixing: "0.1"}]
      """
    #expect(try recipe(text).oracle == .program(program))
    let oracle = try #require(try recipe(text).setup().oracle as? ProgramOracle)
    #expect(oracle.configuration.command[0] == "/recipes/./measure")
    var service = ServiceOracle.Configuration(address: "http://furnace.local/measure")
    service.tokenVariable = "FURNACE"
    #expect(
      try recipe("oracle: {service: \"http://furnace.local/measure\", tokenVariable: FURNACE}")
        .oracle == .service(service))
    #expect(try recipe("oracle: person").setup().creation(codeVersion: "").format == 1)
  }

  @Test(
    "Refuses what makes no laboratory",
    arguments: [
      "oracle: {service: \"http://a\", program: [a]}", "oracle: {}",
      "oracle: {program: [a], memoryMB: 0}",
      "oracle: person\nlaboratory: {lease: 0}",
      "oracle: person\nlaboratory: {leese: 60}",
      "oracle: person\nlaboratory: {attempts: 0}",
      "oracle: person\nlaboratory: {control: {formula: Xx, every: 3}}",
      "oracle: person\nlaboratory: {resources: [{name: a}, {name: a}]}",
      "oracle: person\nlaboratory: {stock: [{name: a, amount: 1, perSample: 0}]}",
      "oracle: person\nlaboratory: {budget: {cost: -1}}",
    ])
  func refusals(text: String) {
    #expect(throws: ReadingError.self) { try recipe(text) }
  }
}
