import ArgumentParser
import Design
import Discovery
import Ecosystem
import Formats
import Foundation

struct CampaignNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Ask what a campaign is about and write its recipe.",
    discussion: """
      On a terminal it asks, with the usual answer in brackets. Every question has an option, so that \
      scripts can answer; elsewhere than on a terminal, and with --no-input, usual answers are taken. \
      The recipe is read and its files are opened before it is written: it runs as it is.
      """)

  @Argument(help: "The recipe to write.")
  var recipe = "recipe.yaml"

  @OptionGroup var questions: RecipeQuestions

  @Flag(name: .customLong("no-input"), help: "Ask nothing.")
  var asksNothing = false

  @Flag(help: "Replace a file that is there.")
  var force = false

  @Flag(help: "Write the result as JSON.")
  var json = false

  private struct Result: Encodable {
    let recipe: String
    let name: String
    let objective: String
    let space: String
    let oracle: String
    let budget: Int
    let next: [String]
  }

  func validate() throws {
    try Suffix.check(recipe, is: [".yaml", ".yml"], of: "The recipe")
  }

  func run() throws {
    guard force || !FileManager.default.fileExists(atPath: recipe) else {
      throw CommandError(
        "\(recipe) is there already. Name another file, or replace it with --force.")
    }
    let folder = (recipe as NSString).deletingLastPathComponent
    guard folder.isEmpty || FileManager.default.fileExists(atPath: folder) else {
      throw CommandError("There is no folder \(folder). Make it, or name another file.")
    }
    var questions = RecipeInterview(
      self.questions, Interview(input: !asksNothing), file: recipe)
    let draft = try questions.run()
    let text = draft.text
    let plan = try check(text)
    try AtomicFile.write(text, to: recipe)
    let shown = recipe.contains(" ") ? "\"\(recipe)\"" : recipe
    let next =
      draft.measurer == .person
      ? ["athanor campaign suggest \(shown)", "athanor serve \(shown) --folder lab"]
      : ["athanor campaign run \(shown)"]
    if json {
      return try Terminal.printJSON(
        Result(
          recipe: recipe, name: plan.name, objective: plan.objective.expression.description,
          space: draft.space.rawValue, oracle: draft.measurer.rawValue, budget: plan.budget,
          next: next))
    }
    print("\(recipe): \(plan.name), \(plan.budget) measurements")
    print("Next: \(next.joined(separator: "\n  or: "))")
  }

  /// Reads the recipe as any command does, and the files that it names.
  private func check(_ text: String) throws -> CampaignPlan {
    let document = try RecipeDocument(yaml: text, file: recipe)
    let parsed = try CampaignRecipe(
      document, folder: (recipe as NSString).deletingLastPathComponent)
    let setup = try parsed.setup()
    _ = try setup.prior()
    return setup.recipe.plan
  }
}
