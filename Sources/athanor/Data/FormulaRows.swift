import Ecosystem
import Formats
import Learning
import Matter

/// The formulas of a table or list, with the variables that a model asks for, piece by piece.
struct FormulaRows {
  private var stream: TableStream
  private let column: String
  private let variables: [String]
  private var isBareList: Bool

  /// - Parameters:
  ///   - formula: The column of formulas; `nil` to find it.
  ///   - card: Of the model that is asked: its column of formulas is tried first, and its variables
  ///     are read.
  init(_ path: String, formula: String?, like card: ModelCard?) throws {
    stream = try TableStream(path)
    variables = card?.variableNames ?? []
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

  /// The next rows, up to `count` or one more; `nil` at the end.
  ///
  /// - Throws: ``ReadingError`` where the table is damaged or a variable is no number.
  mutating func next(_ count: Int) throws -> [ScreeningRow]? {
    // The first line of a list stands where a table has its names.
    var rows = isBareList ? [ScreeningRow(formula: column, line: 1)] : []
    isBareList = false
    guard let table = try stream.next(rows: count) else { return rows.isEmpty ? nil : rows }
    let values = try variables.map { try table.doubles($0) }
    rows.reserveCapacity(rows.count + table.rowCount)
    for (place, formula) in try table.strings(column).enumerated() {
      rows.append(
        ScreeningRow(
          formula: formula, line: table.lines[place], variables: values.map { $0[place] }))
    }
    return rows
  }
}
