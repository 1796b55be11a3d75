import ArgumentParser
import Discovery
import Ecosystem
import Foundation
import Learning
import Reporting

struct CampaignCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "campaign",
    abstract: "Choose, measure, learn: the closed loop of a recipe.",
    subcommands: [
      CampaignNew.self, CampaignRun.self, CampaignSuggest.self, CampaignTell.self,
      CampaignStatus.self, CampaignReportCommand.self, CampaignReplay.self,
      CampaignExportCommand.self,
      CampaignBackup.self, CampaignWorth.self,
    ])
}

struct CampaignRun: AsyncParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a recipe, or go on with it where it was stopped.",
    discussion: """
      The ledger in the output folder holds every proposal and result. Stopped at any point and \
      run again, the campaign goes on where it was and measures nothing twice. A recipe with \
      repeats replays its table from several random starts and compares with random search.
      """)

  @Argument(help: "A recipe (YAML).")
  var recipe: String

  @Option(help: "The folder for ledger and report (default: the recipe's output, or runs/NAME).")
  var output: String?

  @Option(name: .customLong("seed"), help: "Instead of the recipe's seed.")
  var seed: UInt64?

  @Option(help: "Threads to use (default: all cores). Results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    help: ArgumentHelp(
      "Measure this number anew, whose action the instrument has lost (may be repeated).",
      valueName: "number"))
  var anew: [Int] = []

  @Flag(help: "Write the result as JSON.")
  var json = false

  @OptionGroup var networks: DeviceOptions

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("--threads must be at least 1.") }
  }

  func run() async throws {
    var parsed = try CampaignRecipe(path: recipe)
    if let seed { parsed.plan.seed = seed }
    guard parsed.plan.laboratory == nil else {
      throw CommandError(
        "\(recipe): its experiments are handed out by a laboratory. Start it with athanor serve "
          + "\(recipe).")
    }
    let text = String(decoding: try AtomicFile.read(recipe), as: UTF8.self)
    let name = (recipe as NSString).lastPathComponent
    let folder = CampaignLedger.folder(of: recipe, parsed, named: output)
    let workplace = try CampaignWorkplace(parsed, text: text, folder: folder, threads: threads)
    if !anew.isEmpty {
      try workplace.runner().abandonActions(of: anew, by: NSUserName())
    }
    if parsed.repeats > 1, let study = workplace.setup.study {
      guard parsed.compare.isEmpty else {
        throw CommandError(
          "\(recipe): a replay with repeats is compared with random search alone; leave out "
            + "compare.")
      }
      return try replay(study, workplace)
    }
    let campaign = try workplace.execute(command: "athanor campaign run \(name)")
    try CampaignResult(campaign, workplace).print(asJSON: json)
  }

  private func replay(_ study: ReplayStudy, _ workplace: CampaignWorkplace) throws {
    let plan = workplace.setup.recipe.plan
    let runs = workplace.setup.recipe.repeats
    let bar = ProgressBar(
      "\(runs) searches and \(runs) random ones", total: 2 * runs * plan.budget,
      unit: "measurements")
    let result = try study.run(threads: threads) { done, total in
      bar.set(fraction: Double(done) / Double(total))
    }
    bar.finish()
    var report = ReplayReport(result)
    report.recipe = workplace.recipeText
    report.provenance = [
      .init("Program", "athanor \(Version.current)"), .init("Seed", "\(plan.seed)"),
    ]
    try workplace.write(report.page)
    if json { return try Terminal.printJSON(result) }
    ReplaySummary.print(result)
    print("Report: \(workplace.reportPath)")
  }
}

struct CampaignReportCommand: ParsableCommand, NetworkCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the page about the campaign of a ledger.")

  @Argument(help: "The recipe that the campaign was run with.")
  var recipe: String

  @Argument(help: "The folder that holds the ledger.")
  var folder: String

  @OptionGroup var networks: DeviceOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    let path = try CampaignLedger.path(folder)
    var parsed = try CampaignRecipe(path: recipe)
    let stored = try Campaign(folding: SQLiteEventLog(path: path)).plan
    parsed.plan.seed = stored.seed
    // A service hands out experiments of recipes too that say nothing about how.
    parsed.plan.laboratory = parsed.plan.laboratory ?? stored.laboratory
    let workplace = try CampaignWorkplace(
      parsed, text: String(decoding: try AtomicFile.read(recipe), as: UTF8.self),
      folder: URL(fileURLWithPath: path).deletingLastPathComponent(), threads: common.threads)
    let campaign = try workplace.stored()
    try workplace.write(workplace.report(on: campaign, command: "athanor campaign report"))
    try CampaignResult(campaign, workplace).print(asJSON: common.json)
  }
}

/// Where a ledger lies.
enum CampaignLedger {
  /// The folder of a recipe's campaign.
  static func folder(of path: String, _ recipe: CampaignRecipe, named: String?) -> URL {
    let name = (path as NSString).lastPathComponent as NSString
    return URL(fileURLWithPath: named ?? recipe.output ?? "runs/\(name.deletingPathExtension)")
  }

  /// The ledger of a recipe, of a folder, or a ledger itself.
  static func path(ofRecipeOr place: String) throws -> String {
    guard [".yaml", ".yml"].contains(where: place.lowercased().hasSuffix) else {
      return try path(place)
    }
    let folder = try folder(of: place, CampaignRecipe(path: place), named: nil)
    guard FileManager.default.fileExists(atPath: folder.path) else {
      throw CommandError(
        "\(place): there is no campaign in \(folder.path) yet. Ask for suggestions first, or name the "
          + "folder that holds the ledger.")
    }
    return try path(folder.path)
  }

  /// - Parameter place: The file itself, or its folder.
  static func path(_ place: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
      throw FileError(operation: .read, path: place, code: ENOENT)
    }
    guard isFolder.boolValue else { return place }
    let file = URL(fileURLWithPath: place).appendingPathComponent("ledger.sqlite").path
    guard FileManager.default.fileExists(atPath: file) else {
      throw FileError(operation: .read, path: file, code: ENOENT)
    }
    return file
  }
}
