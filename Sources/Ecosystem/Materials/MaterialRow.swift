public import Formats
public import Matter

/// One row of a table or one structure of a file, as a material.
public struct MaterialRow: Sendable {
  /// Where it stands in its file, from 1; 0 where lines mean nothing.
  public let line: Int

  /// From the column of row names or the file's own names, else a number.
  public let name: String

  /// As the file writes it, else the reduced one of the structure; empty where neither can be read.
  public let formula: String

  /// With a crystal where there is one, and without variables; or why the row cannot be used.
  public let material: Result<Candidate, ReadingError>

  public init(
    line: Int, name: String, formula: String, material: Result<Candidate, ReadingError>
  ) {
    self.line = line
    self.name = name
    self.formula = formula
    self.material = material
  }

  /// Whether the atoms are known, not the composition alone.
  public var hasCrystal: Bool {
    if case .success(let candidate) = material { candidate.crystal != nil } else { false }
  }

  /// The row as one that is left out; `nil` where it can be used.
  public var skipped: SkippedRow? {
    guard case .failure(let error) = material else { return nil }
    return SkippedRow(line: line, name: name, reason: error.message)
  }
}

/// A row that nothing is learned from or said about, and why.
public struct SkippedRow: Codable, Hashable, Sendable {
  /// Where it stands in its file, from 1; 0 where lines mean nothing.
  public let line: Int
  public let name: String

  /// A sentence.
  public let reason: String

  public init(line: Int, name: String, reason: String) {
    self.line = line
    self.name = name
    self.reason = reason
  }
}

/// Rows with their materials and with what else their file says of each.
public struct MaterialBatch: Sendable {
  /// The columns beside the materials, a row for each of ``rows``.
  public let table: Table
  public let rows: [MaterialRow]

  /// The column of formulas; `nil` in files without.
  public let formulaColumn: String?

  /// The column of structures or of their names; `nil` in tables of formulas and in files of
  /// structures.
  public let structureColumn: String?

  /// Whether the file holds or names structures; its rows may still lack them.
  public let isOfStructures: Bool

  public init(
    table: Table, rows: [MaterialRow], formulaColumn: String? = nil,
    structureColumn: String? = nil, isOfStructures: Bool = false
  ) {
    precondition(table.rowCount == rows.count, "a material for each row")
    self.table = table
    self.rows = rows
    self.formulaColumn = formulaColumn
    self.structureColumn = structureColumn
    self.isOfStructures = isOfStructures
  }

  /// Some of the rows, in the order of `places`.
  public func subset(_ places: [Int]) -> MaterialBatch {
    MaterialBatch(
      table: table.rows(places), rows: places.map { rows[$0] }, formulaColumn: formulaColumn,
      structureColumn: structureColumn, isOfStructures: isOfStructures)
  }

  /// Rows that cannot be used, with the reason.
  public var skipped: [SkippedRow] { rows.compactMap(\.skipped) }
}
