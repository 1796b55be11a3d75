import Ecosystem
import Formats
import Learning
import Matter

/// The formulas of a table or list, with the variables that a model asks for, piece by piece.
struct FormulaRows {
  private var stream: TableStream
  private let column: String
  private let card: ModelCard?
  private let fidelity: String?
  private var isBareList: Bool

  /// - Parameters:
  ///   - formula: The column of formulas; `nil` to find it.
  ///   - card: Of the model that is asked: its column of formulas is tried first, and its variables
  ///     are read.
  ///   - fidelity: The method that is asked for, of a model that knows several.
  init(_ path: String, formula: String?, like card: ModelCard?, fidelity: String? = nil) throws {
    stream = try TableStream(path)
    (self.card, self.fidelity) = (card, fidelity)
    isBareList = formula == nil && stream.isBareList
    if let only = stream.columns.first, stream.columns.count == 1, formula == nil {
      column = only
      return
    }
    let columns = stream.columns
    let known = card.map(\.formulaColumn).flatMap { columns.contains($0) ? $0 : nil }
    column = try Dataset.formulaColumn(
      of: Table(name: path, columns: columns.map { ($0, []) }), formula ?? known)
  }

  /// Bytes of the file; 0 where that is not known.
  var size: Int { stream.size }

  var bytesRead: Int { stream.bytesRead }

  /// The next rows, at most `count`; `nil` at the end.
  ///
  /// - Throws: ``ReadingError`` where the table is damaged or a variable is no number.
  mutating func next(_ count: Int) throws -> [ScreeningRow]? {
    if isBareList {
      // The first line of a list stands where a table has its names.
      isBareList = false
      return try rows(of: Table(name: stream.path, columns: [(column, [column])]))
    }
    return try stream.next(rows: count).map(rows(of:))
  }

  private func rows(of table: Table) throws -> [ScreeningRow] {
    let formulas = try table.strings(column)
    let variables = try card.map { try DataFile.variables(of: table, for: $0, fidelity: fidelity) }
    return formulas.indices.map { row in
      ScreeningRow(
        formula: formulas[row], line: table.lines[row], variables: variables?[row] ?? [])
    }
  }
}
