import ArgumentParser
import Design
import Discovery
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Reporting

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is in a table, a model, a recipe or a ledger; or why it is refused.")

  @Argument(
    help: "Tables (CSV, TSV, JSON), models (.safetensors), recipes (.yaml), ledgers (.sqlite).")
  var files: [String]

  @OptionGroup var common: CommonOptions

  func run() throws {
    var cards: [FileCard] = []
    for file in files {
      do {
        cards.append(try FileCard(file))
      } catch {
        cards.append(FileCard(refused: file, because: Terminal.sentence(for: error)))
      }
    }
    if common.json {
      try Terminal.printJSON(cards)
    } else {
      for card in cards { card.print() }
    }
    // Every file has been looked at; one that was refused still makes the command fail.
    if cards.contains(where: { $0.error != nil }) { throw ExitCode(1) }
  }
}

/// What one file holds.
struct FileCard: Encodable {
  let file: String
  let format: String
  var table: TableProfile?
  var model: ModelCard?
  var campaign: CampaignPlan?
  var ledger: LedgerCard?
  var error: String?

  struct LedgerCard: Encodable {
    let name: String
    let events: Int
    let measurements: Int
    let failed: Int
    let lastFailure: String?
    let budget: Int
    let best: Double?
    let ended: String?
    let hash: String?
  }

  private init(file: String, format: String) {
    self.file = file
    self.format = format
  }

  init(refused file: String, because reason: String) {
    self.init(file: file, format: "unknown")
    error = reason
  }

  init(ledger file: String) throws {
    self.init(file: file, format: "ledger")
    ledger = try Self.ledger(file)
  }

  init(_ file: String) throws {
    switch (file as NSString).pathExtension.lowercased() {
    case "safetensors":
      self.init(file: file, format: "model")
      model = try ModelFile(contentsOf: file).card
    case "yaml", "yml":
      self.init(file: file, format: "recipe")
      campaign = try CampaignRecipe(path: file).plan
    case "sqlite", "db":
      try self.init(ledger: file)
    default:
      if Self.isFolder(file) {
        try self.init(ledger: CampaignLedger.path(file))
      } else {
        self.init(file: file, format: "table")
        table = try TableProfile(DataFile.table(file))
      }
    }
  }

  private static func isFolder(_ file: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  private static func ledger(_ file: String) throws -> LedgerCard {
    guard FileManager.default.fileExists(atPath: file) else {
      throw FileError(operation: .read, path: file, code: ENOENT)
    }
    let log = try SQLiteEventLog(path: file)
    let hash = try log.verify()
    let campaign = try Campaign(folding: log.events())
    return LedgerCard(
      name: campaign.plan.name, events: campaign.eventCount, measurements: campaign.resultCount,
      failed: campaign.failures.count, lastFailure: campaign.failures.last?.reason,
      budget: campaign.plan.budget, best: campaign.best?.objective,
      ended: campaign.stop?.reason, hash: hash)
  }
}

extension FileCard {
  func print() {
    if let error {
      Terminal.log("athanor: \(error)")
    } else if let table {
      Swift.print("\(file): \(table.rows) rows, \(table.columns.count) columns")
      for column in table.columns { Swift.print("  \(Self.line(column))") }
      if table.formulaColumn == nil { Swift.print("  No column of formulas was found.") }
    } else if let model {
      Swift.print("\(file): a model of \(model.target)")
      Swift.print("  \(model.surrogate), \(model.rows) rows of \(model.source), seed \(model.seed)")
      let unit = model.unit.map { " \($0)" } ?? ""
      let lines = FigureTable.lines(
        model.quality.regression, baseline: model.quality.baseline, unit: unit)
      Swift.print(lines.joined(separator: "\n"))
      Swift.print("  Elements: \(model.elements.map(\.symbol).joined(separator: " "))")
      if !model.variableNames.isEmpty {
        Swift.print("  Variables: \(model.variableNames.joined(separator: ", "))")
      }
    } else if let campaign {
      let objective = campaign.objective
      Swift.print("\(file): the recipe of \"\(campaign.name)\"")
      Swift.print(
        "  \(objective.direction.rawValue) \(objective.expression), "
          + "\(campaign.initial) + \(campaign.budget - campaign.initial) measurements, "
          + "\(campaign.acquisition.kind.rawValue)")
    } else if let ledger {
      Swift.print("\(file): the ledger of \"\(ledger.name)\", whole")
      Swift.print(
        "  \(ledger.measurements) of \(ledger.budget) measurements, \(ledger.events) events")
      if let reason = ledger.lastFailure {
        Swift.print("  \(ledger.failed) failed, the last because: \(reason)")
      }
      if let best = ledger.best { Swift.print("  Best so far: \(Report.number(best))") }
      if let ended = ledger.ended { Swift.print("  Ended: \(ended)") }
    }
  }

  private static func line(_ column: TableProfile.Column) -> String {
    var text = "\(column.name): \(column.kind.rawValue)"
    if let low = column.minimum, let middle = column.median, let high = column.maximum {
      text += ", \(Report.number(low)) to \(Report.number(high)), median \(Report.number(middle))"
    }
    text += ", \(column.distinct) different"
    if let elements = column.elements { text += ", \(elements.count) elements" }
    if column.missing > 0 { text += ", \(column.missing) missing" }
    return text
  }
}
