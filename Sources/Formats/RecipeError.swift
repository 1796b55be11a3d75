/// Why a recipe cannot be used: one place in the file and one sentence.
public struct RecipeError: Error, Hashable, Sendable {
  public let file: String

  /// Counted from 1; 0 when the error concerns the whole file.
  public let line: Int
  public let column: Int

  /// What is wrong and what to do about it, without the place.
  public let message: String

  public init(file: String, line: Int, column: Int, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }
}

extension RecipeError: CustomStringConvertible {
  public var description: String {
    line > 0 ? "\(file):\(line):\(column): \(message)" : "\(file): \(message)"
  }
}
