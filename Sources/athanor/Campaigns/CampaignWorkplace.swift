import Design
import Discovery
import Ecosystem
import Foundation
import Learning
import Matter
import Reporting

/// Runs a recipe's campaign against its oracle, with ledger and report in one folder.
struct CampaignWorkplace {
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

  /// Runs the campaign, or goes on with it, and writes its page; with the strategies and seeds that
  /// the recipe wants to compare.
  func execute(question: String = "", command: String) throws -> Campaign {
    let recipe = setup.recipe
    guard recipe.oracle != .person else { throw CampaignError.awaitsPeople }
    guard recipe.repeats > 1 || !recipe.compare.isEmpty else {
      let campaign = try run()
      try write(report(on: campaign, question: question, command: command))
      return campaign
    }
    let study = try compare()
    guard let campaign = study.first?.campaigns.first else {
      preconditionFailure("a study has at least its own strategy and one seed")
    }
    try write(report(on: campaign, study: study, question: question, command: command))
    return campaign
  }

  private var creation: CampaignCreation { setup.creation(codeVersion: Version.current) }

  /// - Parameter further: Measurements beside those that the recipe names.
  func runner(_ further: [PriorMeasurement] = []) throws -> CampaignRunner {
    var runner = CampaignRunner(
      creation, space: setup.space, oracle: setup.oracle, trainer: setup.trainer,
      log: try SQLiteEventLog(path: ledgerPath), threads: threads)
    runner.costs = setup.costs
    runner.prior = try (setup.prior().map(measurements) ?? []) + further
    return runner
  }

  /// The measurements of a table, after a word about rows that say nothing.
  func measurements(_ prior: PriorTable) -> [PriorMeasurement] {
    if prior.incomplete > 0 {
      Terminal.log(
        "\(prior.incomplete) rows of earlier measurements lack a value and are left out.")
    }
    return prior.measurements
  }

  private func run() throws -> Campaign {
    let bar = ProgressBar("measuring", total: setup.recipe.plan.budget, unit: "measurements")
    defer { bar.finish() }
    return try runner().run { progress in
      bar.set(
        fraction: progress.fraction,
        label: progress.activity.rawValue)
    }
  }

  /// The recipe's own strategy and those it is compared with, one campaign for each seed. The
  /// ledger on disk is that of the own strategy with the first seed.
  private func compare() throws -> [CampaignReport.StrategyRuns] {
    try runner().check()
    let recipe = setup.recipe
    var strategies = [recipe.plan.acquisition]
    for strategy in recipe.compare.map({ StandardAcquisition($0) })
    where !strategies.contains(strategy) {
      strategies.append(strategy)
    }
    let bar = ProgressBar(
      "\(strategies.count) strategies × \(recipe.repeats) campaigns",
      total: strategies.count * recipe.repeats * recipe.plan.budget, unit: "measurements")
    defer { bar.finish() }
    let main = creation
    var study = StrategyStudy(
      main, strategies: strategies, seeds: recipe.seeds, space: setup.space,
      oracle: setup.oracle, trainer: setup.trainer)
    study.costs = setup.costs
    let campaigns = try study.run(threads: threads) { creation -> any EventLog in
      if creation == main { return try SQLiteEventLog(path: ledgerPath) }
      return MemoryEventLog()
    } onMeasured: {
      bar.advance(by: $0)
    }
    return zip(strategies, campaigns).map { strategy, runs in
      CampaignReport.StrategyRuns(
        StrategyName.text(strategy), isRandom: strategy.kind == .random, campaigns: runs)
    }
  }

  /// A campaign of the ledger, refused where the recipe is another one's.
  func stored() throws -> Campaign {
    try runner().check()
    return try Campaign(folding: SQLiteEventLog(path: ledgerPath))
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
    report.provenance = try provenance(of: campaign, command: command)
    try explain(&report, campaign)
    return report.page
  }

  /// What the recipe's space is worth to a campaign.
  func worth(of campaign: Campaign, worlds: Int = 64) throws -> SpaceWorth? {
    try SpaceWorth(
      of: setup.space, for: campaign, trainer: campaign.trainer(setup.trainer), worlds: worlds,
      threads: threads,
      truth: setup.truth(of: campaign.plan))
  }

  func provenance(of campaign: Campaign, command: String) throws -> [Report.Fact] {
    [
      .init("Program", "athanor \(Version.current)"), .init("Command", command),
      .init("Seed", "\(campaign.plan.seed)"),
      .init("Ledger", "\(campaign.eventCount) events, \(try storyHash())"),
    ]
  }

  /// Leaves the model out where the measurements cannot be split into parts that differ.
  private func explain(_ report: inout CampaignReport, _ campaign: Campaign) throws {
    do {
      try addModel(to: &report, campaign)
    } catch is TrainingError {
    } catch is GaussianProcessError {
    }
  }

  private func addModel(to report: inout CampaignReport, _ campaign: Campaign) throws {
    report.worth = try worth(of: campaign)
    let findings = campaign.findings
    let candidates = findings.map(\.proposal.candidate)
    guard findings.count >= 10, Set(findings.map(\.objective)).count > 1 else { return }
    let outcome = try TrainingPipeline(threads: threads).run(
      candidates: candidates, targets: findings.map(\.objective),
      trainer: campaign.trainer(setup.trainer), seed: campaign.plan.seed)
    report.model = outcome
    let elements =
      setup.recipe.space.elements
      ?? Set(
        candidates.flatMap(\.composition.elements)
      ).sorted()
    report.effects = try elementEffects(
      of: outcome.surrogate, around: candidates, adding: elements)
  }

  /// Of what happened, not of when: equal campaigns have equal hashes.
  private func storyHash() throws -> String {
    let events = try SQLiteEventLog(path: ledgerPath).events()
    let story = events.map { "\($0.kind) \($0.payload)\n" }.joined()
    return "SHA-256 \(ContentHash(of: story).hex)"
  }

  /// What the objective is called and in which unit it is.
  static func quantity(of campaign: Campaign) -> Quantity {
    let objective = campaign.plan.objective
    let title = PropertyName.title(objective.expression.description)
    return Quantity(
      objective.goal.map { "\(title), distance from \(Report.number($0))" } ?? title,
      unit: campaign.unit(of: objective.expression))
  }

  /// Writes a page beside the ledger.
  func write(_ page: Report) throws {
    try AtomicFile.write(page.html(vegaBundle: ChartBundle.text), to: reportPath)
  }
}

extension SpaceRecipe {
  /// The elements of a composition space, `nil` for a list.
  var elements: [Element]? {
    switch self {
    case .simplex(let simplex): simplex.elements
    case .neutral(let neutral): neutral.elements
    case .process(_, let materials): materials?.elements
    case .table, .structures: nil
    }
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
