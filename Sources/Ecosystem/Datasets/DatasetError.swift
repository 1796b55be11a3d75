/// Why rows are not a dataset. What is wrong with a table's cells is said by its own errors, with
/// the line.
public enum DatasetError: Error, Hashable, Sendable {
  case empty(String)
  case notFinite(String, row: String, column: String)
  case variables(String, row: String, expected: Int, found: Int)
  case weight(String, row: String, Double)
  case noLogarithm(String, row: String, Double)
  case noTarget(String, column: String)
  case oneFidelity(String, column: String, String)
  case noFidelity(String, String, known: [String])
  case unknownFidelity(String, row: Int, String, known: [String])
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
    case .noLogarithm(let source, let row, let target):
      "\(source): \(row): the target is \(target), which has no logarithm. Leave --log out, or remove "
        + "the rows that are not above 0."
    case .noTarget(let source, let column):
      "\(source): no row has a value of \(column). Choose another column."
    case .oneFidelity(let source, let column, let level):
      "\(source): \(column) is \"\(level)\" in every row: there are no fidelities to tell apart."
    case .noFidelity(let source, let level, let known):
      "\(source): no row has the method \"\(level.prefix(60))\"; there are "
        + "\(known.prefix(20).joined(separator: ", "))."
    case .unknownFidelity(let source, let row, let level, let known):
      "\(source): row \(row + 1): \"\(level.prefix(60))\" is none of the methods that are known: "
        + "\(known.joined(separator: ", "))."
    case .weight(let source, let row, let weight):
      "\(source): \(row): the weight is \(weight). Give a number above 0, or remove the row."
    }
  }
}
