public import Formats

/// Columns of a table that hold process variables: numbers as they are, texts as one variable for each of
/// their levels, in ascending order, with 1 in its rows and 0 elsewhere.
///
/// What a column holds is a matter of all its rows. A table that comes in batches is therefore gone through
/// up to three times: ``look(at:)``, ``takeLevels(of:)`` where ``holdTexts``, then ``values(of:)``.
public struct VariableColumns: Sendable {
  private struct Column: Sendable {
    let name: String
    var hasNumber = false
    var hasText = false
    var levels: Set<String> = []

    /// A column of which nothing is known but missing cells holds no number.
    var isNumeric: Bool { hasNumber && !hasText }
  }

  private var columns: [Column]
  private let takesTexts: Bool

  /// - Parameter takesTexts: Whether columns may hold texts; they are refused otherwise.
  public init(_ names: [String], takesTexts: Bool) {
    columns = names.map { Column(name: $0) }
    self.takesTexts = takesTexts
  }

  /// Those of a whole table.
  ///
  /// - Throws: ``ReadingError`` for a column that is not there or an empty cell among texts.
  public init(_ names: [String], of table: Table, takesTexts: Bool) throws(ReadingError) {
    self.init(names, takesTexts: takesTexts)
    try look(at: table)
    try takeLevels(of: table)
  }

  /// Sees whether columns hold numbers or texts.
  ///
  /// - Throws: ``ReadingError`` for a column that is not there.
  public mutating func look(at table: Table) throws(ReadingError) {
    guard takesTexts else { return }
    for place in columns.indices where !columns[place].hasText {
      if table.isNumeric(columns[place].name) {
        columns[place].hasNumber = true
        continue
      }
      for cell in try table.strings(columns[place].name) {
        if Table.number(cell) != nil {
          columns[place].hasNumber = true
        } else if !Table.isMissing(cell) {
          columns[place].hasText = true
        }
      }
    }
  }

  /// Whether some columns hold texts, whose levels are to be found out.
  public var holdTexts: Bool { takesTexts && columns.contains { !$0.isNumeric } }

  /// Collects the levels of the columns of texts, once all rows were looked at.
  ///
  /// - Throws: ``ReadingError`` for an empty cell.
  public mutating func takeLevels(of table: Table) throws(ReadingError) {
    for place in columns.indices where takesTexts && !columns[place].isNumeric {
      let cells = try table.strings(columns[place].name)
      if let row = cells.firstIndex(where: Table.isMissing) {
        throw table.error(
          row: row, column: columns[place].name, "The cell is empty; name a level.")
      }
      columns[place].levels.formUnion(cells)
    }
  }

  /// One for each variable: the name of the column, or `solvent=water` for a level of texts.
  public var names: [String] {
    columns.flatMap { column in
      column.levels.isEmpty
        ? [column.name] : column.levels.sorted().map { "\(column.name)=\($0)" }
    }
  }

  /// The values of each variable, a number for each row.
  ///
  /// - Throws: ``ReadingError`` for a column that is not there or a cell that is no finite number.
  public func values(of table: Table) throws(ReadingError) -> [[Double]] {
    var values: [[Double]] = []
    for column in columns {
      guard !column.levels.isEmpty else {
        values.append(try table.doubles(column.name))
        continue
      }
      let cells = try table.strings(column.name)
      for level in column.levels.sorted() { values.append(cells.map { $0 == level ? 1 : 0 }) }
    }
    return values
  }
}
