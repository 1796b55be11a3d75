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
    var provenance = ["oracle": try Self.text(oracle)]
    let datasets = try replayed(targetOracle)
    let hashes = try oracle.parts.flatMap { try replayed($0).map(\.contentHash.hex) }
    if !hashes.isEmpty { provenance["data"] = hashes.joined(separator: " ") }
    let space = try makeSpace(datasets, threads: threads)
    let names = try variableNames(space, datasets)
    let oracle = try rehearsed(makeOracle(self.oracle, asking: space, named: names))
    if let rehearsal { provenance["rehearsal"] = try Self.text(rehearsal) }
    provenance["space"] = try Self.text(self.space)
    if space.isList { provenance["candidates"] = Self.hash(of: space).hex }
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

  /// Of the members of a list, a line each.
  private static func hash(of space: any Space) -> ContentHash {
    let hash = ContentHash.Stream()
    for place in 0..<space.count {
      let candidate = space.candidate(at: place)
      let line =
        (place > 0 ? "\n" : "") + "\(candidate.composition.formula) \(candidate.variables)"
        + (candidate.crystal.map { " \(ContentHash(of: StoredStructure.bytes($0)).hex)" } ?? "")
      hash.add(Array(line.utf8))
    }
    return hash.finish()
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

  private func makeSpace(_ datasets: [Dataset], threads: Int) throws -> any Space {
    if case .replay(let table, _) = targetOracle {
      guard case .table(let own) = space else {
        throw CampaignError.plan(
          "a replayed table answers for its own rows alone; leave out space, or give it the table")
      }
      if own == table, let first = datasets.first { return try CandidateList(first.candidates) }
    }
    return try make(space, threads: threads)
  }

  private func make(_ space: SpaceRecipe, threads: Int) throws -> any Space {
    switch space {
    case .simplex(let simplex): return try simplex.space()
    case .neutral(let neutral):
      try refuseUnlessTaken("a space of neutral formulas")
      return try neutral.space()
    case .process(let process, let materials):
      try refuseUnlessTaken("a space of settings")
      return try ProcessSpace(
        process.variables, constraints: process.constraints,
        materials: materials.map { try make($0, threads: threads) })
    case .structures(let path): return try crystals(at: path, threads: threads)
    case .table(let recipe):
      guard recipe.variables == nil else { return try CandidateList(listed(recipe).candidates) }
      return try formulas(recipe)
    }
  }

  /// The formulas of a table of any length.
  private func formulas(_ recipe: TableRecipe) throws -> FormulaList {
    let path = place(of: recipe.file)
    var batches = try TableBatches(
      file: path, nextChunk: try FileChunks(path).unpacked())
    var list = try FormulaList.Builder()
    var (count, kept) = (0, 0)
    while let batch = try batches.next(rows: 4096) {
      let column = try Dataset.formulaColumn(of: batch, recipe.formula)
      for composition in try Dataset.compositions(batch, column) {
        count += 1
        guard recipe.limits?.allows(composition) ?? true else { continue }
        kept += 1
        try list.append(composition)
      }
    }
    guard kept > 0 || count == 0 else {
      throw CampaignError.plan(
        "none of the \(count) materials of \(recipe.file) keeps the limits of the space")
    }
    return try list.finish()
  }

  /// - Throws: ``CampaignError/plan(_:)`` for a row without a crystal.
  private func crystals(at path: String, threads: Int) throws -> CandidateList {
    let rows = try MaterialRows.all(place(of: path), threads: threads).rows
    return try CandidateList(
      rows.map { row in
        let candidate = try row.material.get()
        guard candidate.crystal != nil else {
          throw CampaignError.plan("\(row.name) of \(path) has no crystal structure")
        }
        return candidate
      })
  }

  private func refuseUnlessTaken(_ what: String) throws(CampaignError) {
    guard oracle.takesAnything else {
      throw .plan(
        "\(what) is for people to measure, or for a program, a service or a node; leave out the oracle, or "
          + "give one of these")
    }
  }

  /// The candidates of a table that holds no results but settings, and what these are called.
  private func listed(
    _ recipe: TableRecipe
  ) throws -> (candidates: [Candidate], variableNames: [String]) {
    guard let first = recipe.variables?.first else { return ([], []) }
    let table = try table(recipe.file)
    // Any column will do where targets are labels.
    var columns = columns(recipe, target: first)
    columns.isClass = true
    let dataset = try Dataset(table, columns: columns)
    return (dataset.candidates, dataset.variableNames)
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

  private func variableNames(_ space: any Space, _ datasets: [Dataset]) throws -> [String] {
    if let process = space as? ProcessSpace { return process.variableNames }
    if let first = datasets.first { return first.variableNames }
    guard case .table(let recipe) = self.space else { return [] }
    return try listed(recipe).variableNames
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
  private func place(of file: String) -> String {
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
