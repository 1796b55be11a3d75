import ArgumentParser
import Design
import Discovery
import Ecosystem
import Foundation
import Reporting

struct CampaignWorth: ParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "worth",
    abstract: "Say whether a space holds anything better, by the model as it stands.",
    discussion: """
      Reads the ledger of the recipe's campaign and changes nothing. PFIC is the share of the \
      candidates that are predicted better than the best so far, CMLI the probability that one of the \
      ten most likely ones is (Kim et al. 2020); then worlds drawn from the model's posterior say how \
      many experiments it takes to find something better, guided and at random.
      """)

  @Argument(help: "The recipe of the campaign.")
  var recipe: String

  @Option(help: "The folder of the ledger (default: the recipe's output, or runs/NAME).")
  var folder: String?

  @Option(help: "Draws from the posterior that are searched.")
  var worlds = 64

  @Option(help: "Threads to use (default: all cores). Results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Write the result as JSON.")
  var json = false

  @OptionGroup var networks: DeviceOptions

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1.") }
    guard (1...10_000).contains(worlds) else {
      throw ValidationError("--worlds must lie in 1 to 10000.")
    }
  }

  func run() throws {
    let parsed = try CampaignRecipe(path: recipe)
    let place = CampaignLedger.folder(of: recipe, parsed, named: folder)
    _ = try CampaignLedger.path(ofRecipeOr: place.path)
    let workplace = try CampaignWorkplace(
      parsed, text: String(decoding: try AtomicFile.read(recipe), as: UTF8.self), folder: place,
      threads: threads)
    let campaign = try workplace.stored()
    guard let worth = try workplace.worth(of: campaign, worlds: worlds) else {
      throw CommandError(
        "There is nothing to judge the space by yet: it takes one objective, a material that keeps all "
          + "limits, two different results, and candidates that are not measured.")
    }
    if json { return try Terminal.printJSON(worth) }
    print("\(campaign.plan.name): best so far \(CampaignResult.text(worth.best, of: campaign))")
    for line in WorthText.lines(worth) { print(line) }
  }
}
