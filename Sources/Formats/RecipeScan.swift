/// Looks over the text of a recipe before the YAML parser does: size, control characters, nesting,
/// and aliases, whose expansion can grow without bound.
struct RecipeScan {
  let text: String
  let file: String

  static let depthLimit = 64
  static let indentationLimit = 128

  func check() throws(ReadingError) {
    let bytes = Array(text.utf8)
    guard bytes.count <= RecipeDocument.sizeLimit else {
      throw error(
        0, "The recipe has \(bytes.count) bytes; the limit is \(RecipeDocument.sizeLimit).")
    }
    var depth = 0
    var anchorLine = 0
    var aliasLine = 0
    for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      try checkIndentation(of: line, number: index + 1)
      for byte in line {
        if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth = max(0, depth - 1) }
        if depth > RecipeScan.depthLimit {
          throw error(index + 1, "More than \(RecipeScan.depthLimit) open brackets.")
        }
        if byte == 0 { throw error(index + 1, "A NUL character is not text.") }
      }
      if anchorLine == 0, starts(line, with: UInt8(ascii: "&")) { anchorLine = index + 1 }
      if aliasLine == 0, starts(line, with: UInt8(ascii: "*")) { aliasLine = index + 1 }
    }
    if anchorLine > 0, aliasLine > 0 {
      throw error(aliasLine, "YAML aliases (*name) are not accepted; write the value out.")
    }
  }

  private func error(_ line: Int, _ message: String) -> ReadingError {
    ReadingError(file: file, line: line, column: line > 0 ? 1 : 0, message: message)
  }

  /// Block nesting needs a column for each level, so this bounds it.
  private func checkIndentation(of line: ArraySlice<UInt8>, number: Int) throws(ReadingError) {
    let indentation = line.prefix { " -?\t".utf8.contains($0) }.count
    guard indentation <= RecipeScan.indentationLimit else {
      throw error(
        number, "Indented by more than \(RecipeScan.indentationLimit) columns; flatten the recipe.")
    }
  }

  /// Whether a value that begins with `sign` and a name can start somewhere in this line.
  private func starts(_ line: ArraySlice<UInt8>, with sign: UInt8) -> Bool {
    var previous = UInt8(ascii: " ")
    for index in line.indices {
      let byte = line[index]
      let follows = line.index(after: index)
      if byte == sign, " \t[{,".utf8.contains(previous), follows < line.endIndex,
        !" \t,]}".utf8.contains(line[follows])
      {
        return true
      }
      previous = byte
    }
    return false
  }
}
