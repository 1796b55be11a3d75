import ArgumentParser
import Design
import Discovery
import Ecosystem
import Formats
import Foundation
import Reporting

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Design an alloy in the virtual laboratory and write a report.",
    discussion: """
      Looks for the stiffest alloy for its weight among all mixtures of at most five of sixteen \
      metals: 24 random alloys, then 40 that the model chooses. Random search and two other ways \
      to choose run beside it, each from several seeds.
      """)

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
    if printsRecipe { return print(AlloyDemo.recipe, terminator: "") }
    var recipe = try CampaignRecipe(
      RecipeDocument(yaml: AlloyDemo.recipe, file: AlloyDemo.file), folder: ".")
    recipe.plan.seed = common.seed
    let session = try CampaignSession(
      recipe, text: AlloyDemo.recipe.replacing("seed: 0\n", with: "seed: \(common.seed)\n"),
      folder: URL(fileURLWithPath: output), threads: common.threads)
    try AtomicFile.write(
      session.recipeText, to: session.folder.appendingPathComponent("recipe.yaml").path)
    let study = try compare(session)
    guard let campaign = study.first?.campaigns.first else { return }
    let page = try session.report(
      on: campaign, study: study, question: AlloyDemo.question,
      command: "athanor demo --seed \(common.seed) --repeats \(repeats)")
    try session.write(page)
    try CampaignResult(campaign, session).print(asJSON: common.json)
  }

  /// The main strategy and those it is compared with, one campaign for each seed.
  private func compare(_ session: CampaignSession) throws -> [CampaignReport.StrategyRuns] {
    let setup = session.setup
    let plan = setup.recipe.plan
    let others: [AcquisitionKind] = [.logEI, .thompson, .random]
    let strategies = [plan.acquisition] + others.map { StandardAcquisition($0) }
    let seeds = (0..<UInt64(repeats)).map { plan.seed &+ $0 }
    let bar = ProgressBar(
      "\(strategies.count) strategies × \(repeats) campaigns",
      total: strategies.count * repeats * plan.budget, unit: "measurements")
    defer { bar.finish() }
    let main = setup.creation(codeVersion: Version.current)
    let campaigns = try StrategyStudy(
      main, strategies: strategies, seeds: seeds, space: setup.space, oracle: setup.oracle,
      trainer: setup.trainer
    ).run(threads: common.threads) { creation -> any EventLog in
      if creation == main { return try SQLiteEventLog(path: session.ledgerPath) }
      return MemoryEventLog()
    } onMeasured: {
      bar.advance(by: $0)
    }
    return zip(strategies, campaigns).map { strategy, runs in
      CampaignReport.StrategyRuns(
        StrategyName.text(strategy), isRandom: strategy.kind == .random, campaigns: runs)
    }
  }
}
