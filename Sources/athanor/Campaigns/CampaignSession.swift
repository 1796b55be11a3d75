import Design
import Discovery
import Ecosystem
import Foundation
import Learning
import Matter
import Reporting

/// Runs a recipe's campaign against its oracle, with ledger and report in one folder.
struct CampaignSession {
  let setup: CampaignSetup
  let recipeText: String
  let folder: URL
  let threads: Int

  var ledgerPath: String { folder.appendingPathComponent("ledger.sqlite").path }
  var reportPath: String { folder.appendingPathComponent("report.html").path }

  init(_ recipe: CampaignRecipe, text: String, folder: URL, threads: Int) throws {
    setup = try recipe.setup(threads: threads)
    recipeText = text
    self.folder = folder
    self.threads = threads
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandError(
        "The folder \(folder.path) cannot be made: \(error.localizedDescription) "
          + "Name another one with --output.")
    }
  }

  /// Runs or goes on with the campaign.
  func run(showsProgress: Bool = true) throws -> Campaign {
    let plan = setup.recipe.plan
    let bar = ProgressBar(
      "measuring", total: plan.budget, unit: "measurements",
      isShown: showsProgress && Terminal.isInteractive)
    defer { bar.finish() }
    return try CampaignRunner(
      setup.creation(codeVersion: Version.current), space: setup.space, oracle: setup.oracle,
      trainer: setup.trainer, log: SQLiteEventLog(path: ledgerPath), threads: threads
    ).run { progress in
      bar.set(
        fraction: Double(progress.done) / Double(progress.total),
        label: progress.activity.rawValue)
    }
  }

  /// The page about a campaign: with the model judged on held-out measurements.
  func report(
    on campaign: Campaign, study: [CampaignReport.StrategyRuns] = [], question: String = "",
    command: String
  ) throws -> Report {
    var report = CampaignReport(campaign, objective: Self.quantity(of: campaign))
    report.study = study
    report.question = question
    report.recipe = recipeText
    report.provenance = [
      .init("Program", "athanor \(Version.current)"), .init("Command", command),
      .init("Seed", "\(campaign.plan.seed)"),
      .init("Ledger", "\(campaign.eventCount) events, \(ledgerHash)"),
    ]
    try explain(&report, campaign)
    return report.page
  }

  private func explain(_ report: inout CampaignReport, _ campaign: Campaign) throws {
    let findings = campaign.findings
    let candidates = findings.map(\.proposal.candidate)
    guard findings.count >= 10, Set(findings.map(\.objective)).count > 1 else { return }
    let outcome = try TrainingPipeline(threads: threads).run(
      candidates: candidates, targets: findings.map(\.objective), trainer: setup.trainer,
      seed: campaign.plan.seed)
    report.model = outcome
    let elements = setup.recipe.space.elements ?? Set(
      candidates.flatMap(\.composition.elements)).sorted()
    report.effects = try elementEffects(
      of: outcome.surrogate, around: candidates, adding: elements)
  }

  private var ledgerHash: String {
    guard let hash = try? SQLiteEventLog(path: ledgerPath).verify() else { return "not stored" }
    return "hash \(hash.prefix(16))…"
  }

  /// What the objective is called and in which unit it is.
  static func quantity(of campaign: Campaign) -> Quantity {
    let expression = campaign.plan.objective.expression
    return Quantity(
      PropertyName.title(expression.description), unit: campaign.unit(of: expression))
  }

  /// Writes a page beside the ledger.
  func write(_ page: Report) throws {
    try AtomicFile.write(page.html(vegaBundle: ChartBundle.text), to: reportPath)
  }
}

extension SpaceRecipe {
  /// The elements of a composition space, `nil` for a list.
  var elements: [Element]? {
    guard case .simplex(let simplex) = self else { return nil }
    return simplex.elements
  }
}

/// The script that draws charts, from the set-up.
enum ChartBundle {
  /// Looked for in `ATHANOR_VEGA`, then in `.deps/js` above the program, then beside it.
  static var text: String? {
    var places: [URL] = []
    if let named = ProcessInfo.processInfo.environment["ATHANOR_VEGA"] {
      places.append(URL(fileURLWithPath: named))
    }
    if let program = Bundle.main.executableURL?.resolvingSymlinksInPath() {
      var folder = program.deletingLastPathComponent()
      places.append(folder.appendingPathComponent("vega.js"))
      for _ in 0..<5 {
        folder.deleteLastPathComponent()
        places.append(folder.appendingPathComponent(".deps/js/vega.js"))
      }
    }
    return places.lazy.compactMap { VegaBundle.text(at: $0) }.first
  }
}
