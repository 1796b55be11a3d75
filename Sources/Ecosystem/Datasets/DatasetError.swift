/// Why rows are not a dataset. What is wrong with a table's cells is said by its own errors, with
/// the line.
public enum DatasetError: Error, Hashable, Sendable {
  case empty(String)
  case notFinite(String, row: String, column: String)
  case variables(String, row: String, expected: Int, found: Int)
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
    }
  }
}
