/// Why a file is not a table, or a cell not what a column should hold.
public struct TableError: Error, Hashable, Sendable {
  public let file: String

  /// Counted from 1; 0 when the error concerns the whole file. In JSON without lines, the row.
  public let line: Int

  /// Empty when the error concerns no single column.
  public let column: String

  /// What is wrong and what to do about it, without the place.
  public let message: String

  public init(file: String, line: Int = 0, column: String = "", message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
}

extension TableError: CustomStringConvertible {
  public var description: String {
    var place = file
    if line > 0 { place += ":\(line)" }
    if !column.isEmpty { place += ", column \"\(column)\"" }
    return "\(place): \(message)"
  }
}
