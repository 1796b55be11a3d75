import ArgumentParser
import Discovery
import Ecosystem
import Formats
import Foundation

struct Demo: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    abstract: "Design an alloy in the virtual laboratory and write a report.",
    discussion: """
      Looks for the stiffest alloy for its weight among all mixtures of at most five of sixteen \
      metals: 24 random alloys, then 40 that the model chooses. Random search and two other ways \
      to choose run beside it, each from several seeds.
      """)

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  @Option(help: "The folder for the ledger and the report.")
  var output = "runs/demo"

  @Option(help: "Runs of each strategy, from different random starts.")
  var repeats = 6

  @Flag(name: .customLong("recipe"), help: "Print the recipe, to change and run it, and stop.")
  var printsRecipe = false

  func validate() throws {
    guard repeats >= 1 else { throw ValidationError("--repeats must be at least 1.") }
  }

  func run() async throws {
    if printsRecipe {
      let text = AlloyDemo.recipe(seed: common.seed, repeats: repeats)
      return print(text, terminator: "")
    }
    var recipe = try CampaignRecipe(
      RecipeDocument(yaml: AlloyDemo.recipe, file: AlloyDemo.file), folder: ".")
    recipe.plan.seed = common.seed
    recipe.repeats = repeats
    let text = AlloyDemo.recipe(seed: common.seed, repeats: repeats)
    let workplace = try CampaignWorkplace(
      recipe, text: text, folder: URL(fileURLWithPath: output), threads: common.threads)
    let campaign = try workplace.execute(
      question: AlloyDemo.question,
      command: "athanor demo --seed \(common.seed) --repeats \(repeats)")
    try AtomicFile.write(text, to: workplace.folder.appendingPathComponent("recipe.yaml").path)
    try CampaignResult(campaign, workplace).print(asJSON: common.json)
  }
}
