/// Why rows are not a dataset.
public enum DatasetError: Error, Hashable, Sendable {
  case empty(String)
  case notFinite(String, row: String, column: String)
  case variables(String, row: String, expected: Int, found: Int)
  case missingColumn(String, column: String, available: [String], nearest: String?)
  case noFormulaColumn(String, available: [String])
  case missingValue(String, line: Int, column: String)
  case notANumber(String, line: Int, column: String, text: String)
  case badFormula(String, line: Int, formula: String, reason: String)
}

extension DatasetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty(let source):
      "\(source): there is no row of data. Give a file with a header and at least one row."
    case .notFinite(let source, let row, let column):
      "\(source): \(row): \(column) is not a finite number. Correct the value or remove the row."
    case .variables(let source, let row, let expected, let found):
      "\(source): \(row): \(found) variables where \(expected) are named."
    case .missingColumn(let source, let column, let available, let nearest):
      "\(source): there is no column \"\(column)\"."
        + (nearest.map { " Did you mean \"\($0)\"?" } ?? "")
        + " The columns are: \(Self.list(available))."
    case .noFormulaColumn(let source, let available):
      """
      \(source): no column is named formula or composition. Name the column of formulas; the \
      columns are: \(Self.list(available)).
      """
    case .missingValue(let source, let line, let column):
      "\(source):\(line): \(column) is empty. Fill in the value or remove the row."
    case .notANumber(let source, let line, let column, let text):
      """
      \(source):\(line): \(column) is "\(text)", not a finite number. Correct the value or remove \
      the row.
      """
    case .badFormula(let source, let line, let formula, let reason):
      "\(source):\(line): \"\(formula)\" is not a composition. \(reason)"
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
    return names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
  }
}
