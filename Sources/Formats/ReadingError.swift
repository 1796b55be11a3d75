/// Why a file is refused: one form for structures, tables, patterns, images and recipes.
public struct ReadingError: Error, Hashable, Sendable {
  public let file: String

  /// Counted from 1; 0 when the error concerns the whole file. In JSON without lines, the row.
  public let line: Int

  /// The character in the line, counted from 1; 0 when it is not known.
  public let column: Int

  /// The column of a table or the name of a value; empty when the error concerns no single one.
  public let field: String

  /// What is wrong and what to do about it, without the place.
  public let message: String

  public init(
    file: String, line: Int = 0, column: Int = 0, field: String = "", message: String
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.field = field
    self.message = message
  }
}

extension ReadingError: CustomStringConvertible {
  public var description: String {
    var place = file
    if line > 0 { place += ":\(line)" }
    if line > 0 && column > 0 { place += ":\(column)" }
    if !field.isEmpty { place += ", column \"\(field)\"" }
    return "\(place): \(message)"
  }
}
