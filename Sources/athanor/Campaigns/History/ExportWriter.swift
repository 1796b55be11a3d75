import Design
import Discovery
import Ecosystem
import Formats
import Foundation
import Learning
import Reporting

/// Writes all that a ledger holds into a folder.
struct ExportWriter {
  struct Result: Encodable {
    let folder: String
    let name: String
    let events: Int
    let hash: String
    let files: [String]

    /// What could not be made, and why.
    let notes: [String]
  }

  private let path: String
  private let recipe: (text: String, name: String)?
  private let threads: Int

  /// - Throws: Where the recipe is that of another campaign.
  init(_ path: String, recipe: String?, threads: Int) throws {
    self.path = path
    self.threads = threads
    self.recipe = try recipe.map { file in
      let stored = try Campaign(folding: SQLiteEventLog.existing(path))
      var parsed = try CampaignRecipe(path: file)
      parsed.plan.seed = stored.plan.seed
      parsed.plan.laboratory = parsed.plan.laboratory ?? stored.plan.laboratory
      let setup = try parsed.setup(threads: threads)
      try stored.creation.refuseDifference(from: setup.creation(codeVersion: Version.current))
      return (String(decoding: try AtomicFile.read(file), as: UTF8.self), "recipe.yaml")
    }
  }

  /// Writes beside the folder first: it is there whole or not at all.
  func write(to folder: String) throws -> Result {
    let manager = FileManager.default
    if manager.fileExists(atPath: folder) {
      guard let content = try? manager.contentsOfDirectory(atPath: folder) else {
        throw CommandError("\(folder) is there already and no folder. Name another one with --to.")
      }
      guard content.isEmpty else {
        throw CommandError("\(folder) is not empty. Name a new folder with --to.")
      }
    }
    let whole = URL(fileURLWithPath: folder).path
    let temporary = "\(whole).\(UUID().uuidString.prefix(8)).partial"
    defer { try? manager.removeItem(atPath: temporary) }
    try AtomicFile.makeFolder(temporary)
    let result = try fill(temporary, as: folder)
    try ChecksumFile.write(for: temporary)
    // An empty folder gives way to one of its name.
    guard rename(temporary, whole) == 0 else {
      throw FileError(operation: .write, path: folder, code: errno)
    }
    return result
  }

  private func fill(_ place: String, as folder: String) throws -> Result {
    // Everything is made of the copy, so that all of it is of one moment.
    let copy = try SQLiteEventLog.copy(path, to: "\(place)/ledger.sqlite")
    let events = try SQLiteEventLog.existing("\(place)/ledger.sqlite").events()
    let export = try CampaignExport(events)
    let campaign = export.campaign
    try AtomicFile.write(export.measurements.bytes, to: "\(place)/measurements.csv")
    try AtomicFile.write(export.proposals.bytes, to: "\(place)/proposals.csv")
    try AtomicFile.write(export.eventLines, to: "\(place)/events.jsonl")
    try AtomicFile.write(export.creation, to: "\(place)/campaign.json")
    if let recipe { try AtomicFile.write(recipe.text, to: "\(place)/\(recipe.name)") }
    try writeCrystals(export, place)
    let models = try CampaignModels(campaign, codeVersion: Version.current, threads: threads)
    for entry in models.entries {
      try AtomicFile.makeFolder("\(place)/models")
      let name = entry.property.replacing(" / ", with: "_per_").replacing("/", with: "_")
      try entry.model.write(to: "\(place)/models/\(name).safetensors")
    }
    try AtomicFile.write(
      page(campaign, models, copy).html(vegaBundle: ChartBundle.text), to: "\(place)/report.html")
    let files = Self.listing(of: place)
    return Result(
      folder: folder, name: campaign.plan.name, events: copy.events, hash: copy.hash ?? "",
      files: files + [ChecksumFile.name], notes: models.notes)
  }

  private func writeCrystals(_ export: CampaignExport, _ place: String) throws {
    let crystals = export.crystals
    guard !crystals.isEmpty else { return }
    try AtomicFile.makeFolder("\(place)/structures")
    for crystal in crystals {
      try AtomicFile.write(crystal.bytes, to: "\(place)/structures/\(crystal.name)")
    }
    let frames = export.frames
    if !frames.isEmpty { try AtomicFile.write(frames, to: "\(place)/structures.extxyz") }
  }

  /// Names of what was written; structures are counted and not listed.
  private static func listing(of place: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return names.sorted().flatMap { name -> [String] in
      guard
        let inner = try? FileManager.default.contentsOfDirectory(atPath: "\(place)/\(name)")
      else { return [name] }
      return name == "models"
        ? inner.sorted().map { "models/\($0)" }
        : ["\(name)/ (\(DataText.count(inner.count, "file")))"]
    }
  }

  /// The page about the campaign, as far as the ledger alone tells.
  private func page(
    _ campaign: Campaign, _ models: CampaignModels, _ copy: SQLiteEventLog.Copy
  ) throws -> Report {
    var report = CampaignReport(campaign, objective: CampaignWorkplace.quantity(of: campaign))
    report.recipe = recipe?.text
    let objective = campaign.plan.objective.expression.description
    report.model = models.entries.first { $0.property == objective }?.outcome
    report.provenance = [
      .init("Program", "athanor \(Version.current)"),
      .init("Command", "athanor campaign export"), .init("Seed", "\(campaign.plan.seed)"),
      .init("Ledger", "\(copy.events) events, the last with the hash \(copy.hash ?? "")"),
    ]
    return report.page
  }

  /// What is wrong with an exported folder: checksums, the chain of hashes, and whether the events are
  /// those of the ledger.
  static func faults(in folder: String) throws -> [StoreFault] {
    var faults = try ChecksumFile.faults(in: folder)
    guard faults.isEmpty else { return faults }
    let check = try LedgerCheck("\(folder)/ledger.sqlite")
    faults += check.faults
    let lines = try CampaignExport.events(
      fromLines: AtomicFile.read("\(folder)/events.jsonl"))
    if lines != check.soundEvents {
      faults.append(StoreFault(.chain, "events.jsonl", "does not hold the events of the ledger"))
    }
    return faults
  }
}
