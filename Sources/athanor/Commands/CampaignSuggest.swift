import ArgumentParser
import Discovery
import Ecosystem
import Formats
import Foundation
import Reporting

struct CampaignSuggest: ParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Say what to measure next, and write a sheet to fill in.",
    discussion: """
      For measurements that people make: the recipe needs no oracle. Suggestions are stored in the \
      ledger before they are handed out; those that wait for a result count as measured with what is \
      predicted, so results may come in any order. The sheet holds all that are awaited; fill in what \
      was measured, or a reason under "failed", and hand it to campaign tell.
      """)

  @Argument(help: "A recipe (YAML).")
  var recipe: String

  @Option(
    name: .customLong("data"), help: "A table of further measurements, from before or beside.")
  var tables: [String] = []

  @Option(help: "How many suggestions (default: the recipe's batch).")
  var count: Int?

  @Option(help: "The sheet to write (default: next.csv beside the ledger).")
  var output: String?

  @Option(help: "The folder of the ledger (default: the recipe's output, or runs/NAME).")
  var folder: String?

  @Flag(help: "Write a page that shows what the model thinks of the space.")
  var explain = false

  @OptionGroup var networks: DeviceOptions

  @Option(help: "Threads to use (default: all cores). Results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Write the result as JSON.")
  var json = false

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1.") }
    if let count, count < 1 { throw ValidationError("--count must be at least 1.") }
    try Suffix.check(output, is: [".csv"], of: "--output")
  }

  func run() throws {
    let parsed = try CampaignRecipe(path: recipe)
    let place = CampaignLedger.folder(of: recipe, parsed, named: folder)
    let workplace = try CampaignWorkplace(
      parsed, text: String(decoding: try AtomicFile.read(recipe), as: UTF8.self), folder: place,
      threads: threads)
    let further = try tables.flatMap { file in
      workplace.measurements(
        try workplace.setup.prior(Table(AtomicFile.read(file), file: file)))
    }
    let sheet = output ?? place.appendingPathComponent("next.csv").path
    let runner = try workplace.runner(further)
    try refuseUntold(sheet, runner)
    let asked = try runner.ask(count ?? parsed.plan.batch, explaining: explain)
    try AtomicFile.write(ResultSheet(asked.campaign).text.bytes, to: sheet)
    var page: String?
    if explain { page = try write(asked, workplace) }
    let result = SuggestionResult(asked, ledger: workplace.ledgerPath, sheet: sheet, page: page)
    if json { try Terminal.printJSON(result) } else { result.print() }
  }

  /// A sheet that was filled in and not told yet must not be lost.
  private func refuseUntold(_ sheet: String, _ runner: CampaignRunner) throws {
    guard FileManager.default.fileExists(atPath: sheet) else { return }
    guard try !runner.log.events().isEmpty else {
      throw CommandError(
        "\(sheet) is there already and no sheet of this campaign. Name another one with --output.")
    }
    let campaign = try CampaignDesk(runner.log).campaign()
    let told = try ResultSheet(campaign).read(Table(AtomicFile.read(sheet), file: sheet))
    guard told.events.isEmpty else {
      throw CommandError(
        "\(sheet) holds \(told.events.count) results that the ledger does not know. Hand it in with "
          + "athanor campaign tell, or name another sheet with --output.")
    }
  }

  private func write(_ asked: Asked, _ workplace: CampaignWorkplace) throws -> String {
    let path = workplace.folder.appendingPathComponent("suggestions.html").path
    var report = SuggestionReport(
      asked, objective: CampaignWorkplace.quantity(of: asked.campaign))
    report.recipe = workplace.recipeText
    report.provenance = try workplace.provenance(
      of: asked.campaign, command: "athanor campaign suggest")
    try AtomicFile.write(report.page.html(vegaBundle: ChartBundle.text), to: path)
    return path
  }
}
