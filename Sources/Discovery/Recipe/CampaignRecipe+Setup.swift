import DenseMath
public import Design
public import Ecosystem
public import Formats
import Foundation
public import Learning
public import Matter

/// A recipe with its files read: all that a campaign needs to run.
public struct CampaignSetup: Sendable {
  public let recipe: CampaignRecipe
  public let space: any Space
  public let oracle: any Oracle
  public let trainer: any SurrogateTrainer

  /// The replayed table, one dataset for each property; empty without a replay.
  public let datasets: [Dataset]

  /// What measuring each candidate costs, where the acquisition reads a column; else empty.
  public let costs: [Candidate: Double]

  /// What decides beside the plan, for the ledger.
  public let provenance: [String: String]

  /// How candidates stand in tables.
  public var columns: CandidateColumns {
    CandidateColumns(
      hasFormula: space.candidate(at: 0).hasMaterial, variableNames: recipe.plan.variableNames ?? []
    )
  }

  /// The measurements from before the campaign that the recipe names; `nil` where it names none.
  ///
  /// - Throws: ``FileError`` or ``ReadingError``.
  public func prior() throws -> PriorTable? {
    guard let data = recipe.data else { return nil }
    return try prior(recipe.table(data.file), formula: data.formula)
  }

  /// Measurements from before the campaign, or made beside it.
  ///
  /// - Throws: ``ReadingError`` with the line of the first row that cannot be taken.
  public func prior(_ table: Table, formula: String? = nil) throws -> PriorTable {
    try PriorTable(
      table, columns: columns, campaign: Campaign(creation(codeVersion: "")), formula: formula)
  }

  /// The first event of the ledger.
  ///
  /// - Parameter codeVersion: Of the program.
  public func creation(codeVersion: String) -> CampaignCreation {
    CampaignCreation(plan: recipe.plan, provenance: provenance, codeVersion: codeVersion)
  }

  /// The value of the objective of every candidate, where a table is replayed; else `nil`.
  public func truth(of plan: CampaignPlan) -> ((Candidate) -> Double?)? {
    guard !datasets.isEmpty else { return nil }
    let table = ReplayOracle(datasets, replicates: .mean)
    return { candidate in
      guard let known = try? table.measure(candidate, seed: 0) else { return nil }
      return plan.objective.expression.value { known.values[$0]?.value }
    }
  }

  /// The study that the recipe asks for; `nil` without a replay.
  public var study: ReplayStudy? {
    guard case .replay(_, let replicates) = recipe.oracle, let dataset = datasets.first else {
      return nil
    }
    var study = ReplayStudy(
      plan: recipe.plan, dataset: dataset, trainer: trainer, seeds: recipe.seeds)
    study.replicates = replicates
    study.costs = costs
    return study
  }
}

extension CampaignRecipe {
  /// Reads a recipe file.
  ///
  /// - Throws: ``FileError``, or ``ReadingError`` with file, line and remedy.
  public init(path: String) throws {
    let document = try RecipeDocument(
      yaml: AtomicFile.read(path, limit: RecipeDocument.sizeLimit), file: path)
    try self.init(document, folder: (path as NSString).deletingLastPathComponent)
  }

  /// Reads the files that the recipe names and makes the space, the oracle and the trainer.
  ///
  /// - Parameter threads: That one training may use. Changes no result.
  /// - Throws: ``FileError``, ``ReadingError``, ``DatasetError``, ``SpaceError`` or
  ///   ``CampaignError``.
  public func setup(threads: Int = 1) throws -> CampaignSetup {
    try setup(threads: threads, lists: .standard)
  }

  /// - Parameter lists: Where long lists are kept for later runs.
  func setup(threads: Int, lists: KeptLists) throws -> CampaignSetup {
    var provenance = ["oracle": try Self.text(oracle)]
    let datasets = try replayed(targetOracle)
    let hashes = try oracle.parts.flatMap { try replayed($0).map(\.contentHash.hex) }
    if !hashes.isEmpty { provenance["data"] = hashes.joined(separator: " ") }
    let made = try makeSpace(datasets, threads: threads, lists)
    let space = made.space
    let names = datasets.first?.variableNames ?? made.variableNames
    let oracle = try rehearsed(makeOracle(self.oracle, asking: space, named: names))
    if let rehearsal { provenance["rehearsal"] = try Self.text(rehearsal) }
    provenance["space"] = try Self.text(self.space)
    if let hash = made.contentHash { provenance["candidates"] = hash }
    let costs = try costs(of: space)
    if !costs.isEmpty {
      let lines = costs.map { "\($0.key.composition.formula) \($0.key.variables) \($0.value)" }
      provenance["costs"] = ContentHash(of: lines.sorted().joined(separator: "\n")).hex
    }
    let recipe = try resolved(for: space, names)
    provenance["surrogate"] = try Self.text(recipe.surrogate)
    return CampaignSetup(
      recipe: recipe, space: space, oracle: oracle,
      trainer: recipe.surrogate.trainer(threads: threads), datasets: datasets, costs: costs,
      provenance: provenance)
  }

  /// The column of costs, the mean where a candidate has several rows; empty where the plan reads
  /// none.
  private func costs(of space: any Space) throws -> [Candidate: Double] {
    guard case .column(let column)? = plan.acquisition.cost else { return [:] }
    guard case .table(let recipe) = self.space else {
      throw CampaignError.plan(
        "a cost column needs a table as the space; give prices of elements instead")
    }
    let dataset = try Dataset(table(recipe.file), columns: columns(recipe, target: column))
    var rows: [Candidate: [Double]] = [:]
    for row in dataset.rows { rows[row.candidate, default: []].append(row.target) }
    for place in 0..<space.count {
      let candidate = space.candidate(at: place)
      guard let values = rows[candidate] else {
        throw CampaignError.plan("\(recipe.file) has no \(column) of \(candidate)")
      }
      guard values.allSatisfy({ $0 > 0 }) else {
        throw CampaignError.plan(
          "the \(column) of \(candidate) is not above 0; a cost must be, so that nothing is free")
      }
    }
    return rows.mapValues { Statistics.mean($0) }
  }

  /// What the data decide: names of variables, and what a process sees where nothing is said.
  private func resolved(
    for space: any Space, _ names: [String]
  ) throws -> CampaignRecipe {
    var recipe = self
    recipe.plan.variableNames = names.isEmpty ? nil : names
    let first = space.candidate(at: 0)
    guard !first.hasMaterial else {
      recipe.surrogate.features =
        surrogate.features ?? (first.crystal == nil ? .magpie : .structure)
      return recipe
    }
    guard surrogate.kind != .ensemble, surrogate.features ?? .variables == .variables else {
      throw CampaignError.plan(
        "there is no column of formulas: surrogate must be a Gaussian process ({kind: gp}) without features, "
          + "which then sees the variables alone")
    }
    recipe.surrogate.features = .variables
    return recipe
  }

  func columns(_ recipe: TableRecipe, target: String) -> Dataset.Columns {
    var columns = Dataset.Columns(target: target, formula: recipe.formula)
    columns.variables = recipe.variables ?? []
    columns.expandsTexts = true
    return columns
  }

  /// A program with a slash in its name stands relative to the recipe.
  func place(ofProgram name: String) -> String {
    guard name.contains("/"), !name.hasPrefix("/") else { return name }
    let start = folder.hasPrefix("/") ? "" : FileManager.default.currentDirectoryPath + "/"
    return "\(start)\(folder.isEmpty ? "." : folder)/\(name)"
  }

  /// A file that the recipe names.
  func place(of file: String) -> String {
    file.hasPrefix("/") ? file : "\(folder.isEmpty ? "." : folder)/\(file)"
  }

  /// Files of an engine with a slash stand relative to the recipe, others in the engine's own folder.
  func located(_ configuration: EngineOracle.Configuration) -> EngineOracle.Configuration {
    var configuration = configuration
    configuration.engine.locate { $0.contains("/") ? place(of: $0) : $0 }
    configuration.referenceStructures = configuration.referenceStructures.map(place(of:))
    return configuration
  }

  func table(_ file: String) throws -> Table {
    let path = place(of: file)
    return try Table(AtomicFile.read(path), file: path)
  }

  private static func text(_ part: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(part), as: UTF8.self)
  }
}
