/// JSON lines that arrive in pieces, as tables: one object on each line.
struct TableLines {
  private let file: String
  private var buffer: [UInt8] = []
  private var place = 0
  private var isLast = false
  private var line = 0
  private var builder: TableBuilder
  private var columnOf: [String: Int] = [:]

  /// Longest line, bytes.
  static let lineLimit = 1 << 26

  init(file: String) throws(ReadingError) {
    self.file = file
    builder = try TableBuilder(file: file, columns: [])
  }

  var columns: [String] { builder.columns }

  /// Bytes that wait to be read.
  var waiting: Int { buffer.count - place }

  /// Adds bytes at the end of the text; `nil` says that it is complete.
  mutating func feed(_ chunk: [UInt8]?) {
    guard let chunk else {
      isLast = true
      return
    }
    if place == buffer.count {
      buffer = chunk
    } else {
      buffer.removeSubrange(..<place)
      buffer.append(contentsOf: chunk)
    }
    place = 0
  }

  /// Reads up to `rows` rows behind those that wait in ``take()``.
  mutating func read(rows: Int) throws(ReadingError) -> CSVRecords.Outcome {
    while builder.rowCount < rows {
      guard let end = buffer[place...].firstIndex(of: 10) ?? (isLast ? buffer.count : nil) else {
        guard waiting <= Self.lineLimit else {
          throw ReadingError(
            file: file, line: line + 1,
            message: "The line is longer than \(Self.lineLimit >> 20) MiB.")
        }
        return .needsMore
      }
      guard place < buffer.count else { return .end }
      line += 1
      let text = buffer[place..<end]
      place = min(end + 1, buffer.count)
      if text.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { continue }
      guard case .object(let members) = try JSONValue(json: text, file: file, line: line) else {
        throw ReadingError(file: file, line: line, message: "The line is not a JSON object.")
      }
      let row = try Table.cells(of: members, line: line, file: file)
      try builder.append(row, columnOf: &columnOf, line: line)
    }
    return .rows
  }

  /// The rows read since the last call; `nil` when there are none.
  mutating func take() -> Table? { builder.rowCount > 0 ? builder.take() : nil }

  /// Whether a text is JSON lines: its first line that is not blank is a complete object, and more
  /// than one line is not blank.
  ///
  /// - Parameter start: The beginning of the text; all of it, or at least its first line.
  static func isLines(_ start: [UInt8], file: String) -> Bool {
    let content = start.drop { $0 == 32 || (9...13).contains($0) }
    guard content.first == UInt8(ascii: "{"), let end = content.firstIndex(of: 10),
      content[end...].contains(where: { $0 > 32 }),
      case .object = try? JSONValue(json: content[..<end], file: file)
    else { return false }
    return true
  }
}
