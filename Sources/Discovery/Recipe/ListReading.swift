import Design
import Ecosystem
import Formats
import Foundation
import Matter

/// Takes the lists that recipes name in, batch by batch; long ones once for all runs of the program.
struct ListReading {
  let lists: KeptLists
  let threads: Int

  /// Rows of a table, and structures, at a time.
  private static let rows = 4096
  private static let structures = 512

  // MARK: Tables

  /// The rows of a table: formulas, settings or both.
  ///
  /// - Parameter path: Of the table.
  /// - Throws: ``ReadingError`` with the line of the first row that cannot be taken, ``SpaceError``,
  ///   ``CampaignError/plan(_:)`` where limits leave nothing.
  func rows(of recipe: TableRecipe, at path: String) throws -> ListedSpace {
    var settings = recipe
    settings.file = ""
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let source = ListSource(
      path, files: [path], settings: String(decoding: try encoder.encode(settings), as: UTF8.self))
    return try kept(source) {
      let variables = try variables(of: recipe, at: path)
      var list = CandidateList.Builder()
      var count = 0
      try forEachBatch(of: path) { batch in
        count += batch.rowCount
        for candidate in try candidates(batch, recipe, variables) { try list.append(candidate) }
      }
      guard count > 0 else { throw DatasetError.empty(recipe.file) }
      guard list.count > 0 else {
        throw CampaignError.plan(
          "none of the \(count) materials of \(recipe.file) keeps the limits of the space")
      }
      let isOfVariables = recipe.variables != nil
      return ListedSpace(try list.finish(), variableNames: isOfVariables ? variables.names : [])
    }
  }

  private func forEachBatch(of path: String, _ body: (Table) throws -> Void) throws {
    var batches = try TableBatches(file: path, nextChunk: try FileChunks(path).unpacked())
    while let batch = try batches.next(rows: Self.rows) { try body(batch) }
  }

  /// The columns of settings, with what only all rows tell of them.
  private func variables(of recipe: TableRecipe, at path: String) throws -> VariableColumns {
    var variables = VariableColumns(recipe.variables ?? [], takesTexts: true)
    guard recipe.variables != nil else { return variables }
    try forEachBatch(of: path) { try variables.look(at: $0) }
    if variables.holdTexts { try forEachBatch(of: path) { try variables.takeLevels(of: $0) } }
    return variables
  }

  private func candidates(
    _ batch: Table, _ recipe: TableRecipe, _ variables: VariableColumns
  ) throws -> [Candidate] {
    let values = try variables.values(of: batch)
    let isOfConditions =
      recipe.variables != nil && recipe.formula == nil
      && batch.firstColumn(among: Dataset.formulaNames) == nil
    guard !isOfConditions else {
      return (0..<batch.rowCount).map { row in Candidate(variables: values.map { $0[row] }) }
    }
    let compositions = try Dataset.compositions(
      batch, Dataset.formulaColumn(of: batch, recipe.formula))
    return compositions.enumerated().compactMap { row, composition in
      guard recipe.limits?.allows(composition) ?? true else { return nil }
      return Candidate(composition, variables: values.map { $0[row] })
    }
  }

  // MARK: Structures

  /// The crystals of a file, a table or a folder.
  ///
  /// - Parameter name: Of the path in the recipe.
  /// - Throws: ``CampaignError/plan(_:)`` for a row without a crystal; what ``MaterialRows`` throws.
  func crystals(at path: String, calledIn name: String) throws -> ListedSpace {
    var rows = try MaterialRows(path, batch: Self.structures, threads: threads)
    let source = ListSource(path, files: try rows.files, settings: "structures")
    return try kept(source) {
      var list = CandidateList.Builder()
      while let batch = try rows.next() {
        for row in batch.rows {
          let candidate = try row.material.get()
          guard candidate.crystal != nil else {
            throw CampaignError.plan("\(row.name) of \(name) has no crystal structure")
          }
          try list.append(candidate)
        }
      }
      guard list.count > 0 else { throw DatasetError.empty(path) }
      return ListedSpace(try list.finish())
    }
  }

  // MARK: Once for all runs

  /// What is made of a long source, or was made of it before.
  private func kept(_ source: ListSource, make: () throws -> ListedSpace) throws -> ListedSpace {
    guard source.isLong else { return try make() }
    let key = try source.key(threads: threads)
    if let found = lists.list(key),
      let facts = try? JSONDecoder().decode(ListedSpace.Facts.self, from: Data(found.note.utf8))
    {
      return ListedSpace(found.list, facts: facts)
    }
    let made = try make()
    // A source that changed while it was read is not what the key says; a cache that cannot be written
    // costs time alone.
    if try source.key(threads: threads) == key,
      let note = try? JSONEncoder().encode(made.facts)
    {
      try? lists.keep(made.list, as: key, note: String(decoding: note, as: UTF8.self))
    }
    return made
  }
}
