/// Takes records off a CSV text (RFC 4180), from a buffer that may end anywhere.
struct CSVScanner {
  /// A field's content in the buffer, without the quotes around it.
  struct Field {
    var range: Range<Int>
    var hasDoubledQuotes = false

    func text(in bytes: UnsafeBufferPointer<UInt8>) -> String {
      var cell = TableColumn()
      let content = UnsafeBufferPointer(rebasing: bytes[range])
      let fits = hasDoubledQuotes ? cell.append(doubledQuotesIn: content) : cell.append(content)
      return fits ? cell[0] : ""
    }
  }

  enum Outcome {
    /// ``fields`` holds a record.
    case record
    /// The buffer ends inside a record.
    case needsMore
    case end
  }

  /// Longest record, bytes: beyond it a quote was forgotten.
  static let recordLimit = 1 << 26

  let file: String
  let delimiter: UInt8

  /// Of the latest record.
  private(set) var fields: [Field] = []

  /// The first line of the latest record.
  private(set) var recordLine = 1

  /// The line at the place of reading.
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let newline: UInt8 = 10
  private static let carriageReturn: UInt8 = 13

  init(file: String, delimiter: UInt8) {
    self.file = file
    self.delimiter = delimiter
  }

  /// Reads the record at `place`, passing over blank lines; `place` moves behind it.
  ///
  /// - Parameter isLast: Whether nothing follows the buffer.
  mutating func next(
    _ bytes: UnsafeBufferPointer<UInt8>, at place: inout Int, isLast: Bool
  ) throws(ReadingError) -> Outcome {
    var cursor = place
    while cursor < bytes.count, Self.isLineEnd(bytes[cursor]) {
      guard passLineEnd(bytes, &cursor, isLast) else { return .needsMore }
      place = cursor
    }
    guard cursor < bytes.count else { return isLast ? .end : .needsMore }
    recordLine = line
    fields.removeAll(keepingCapacity: true)
    while true {
      guard try readField(bytes, &cursor, isLast) else { return try more(bytes, from: place) }
      guard cursor < bytes.count else { break }
      if bytes[cursor] != delimiter {
        guard passLineEnd(bytes, &cursor, isLast) else { return try more(bytes, from: place) }
        break
      }
      cursor += 1
    }
    guard cursor - place <= Self.recordLimit else { throw tooLong }
    place = cursor
    return .record
  }

  /// Forgets the record that the buffer cuts.
  private mutating func more(
    _ bytes: UnsafeBufferPointer<UInt8>, from place: Int
  ) throws(ReadingError) -> Outcome {
    guard bytes.count - place <= Self.recordLimit else { throw tooLong }
    line = recordLine
    return .needsMore
  }

  /// - Returns: `false` when the field may go on behind the buffer.
  private mutating func readField(
    _ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int, _ isLast: Bool
  ) throws(ReadingError) -> Bool {
    if cursor < bytes.count, bytes[cursor] == Self.quote {
      return try readQuoted(bytes, &cursor, isLast)
    }
    let start = cursor
    var highBits: UInt8 = 0
    while cursor < bytes.count {
      let byte = bytes[cursor]
      highBits |= byte
      if byte == delimiter { break }
      if byte <= Self.quote {
        if Self.isLineEnd(byte) { break }
        if byte == Self.quote {
          throw failure("A quote inside a field; put the whole field in quotes and double it.")
        }
        if byte == 0 { throw failure("A NUL byte; the file is damaged or not text.") }
      }
      cursor += 1
    }
    guard cursor < bytes.count || isLast else { return false }
    if highBits >= 128 { try checkText(bytes, start..<cursor) }
    fields.append(Field(range: start..<cursor))
    return true
  }

  private mutating func readQuoted(
    _ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int, _ isLast: Bool
  ) throws(ReadingError) -> Bool {
    let opening = line
    cursor += 1
    var field = Field(range: cursor..<cursor)
    var highBits: UInt8 = 0
    while cursor < bytes.count {
      let byte = bytes[cursor]
      highBits |= byte
      if byte == Self.quote {
        guard cursor + 1 < bytes.count || isLast else { return false }
        if cursor + 1 == bytes.count || bytes[cursor + 1] != Self.quote { break }
        field.hasDoubledQuotes = true
        cursor += 1
      } else if byte == Self.newline {
        line += 1
      } else if byte == 0 {
        throw failure("A NUL byte; the file is damaged or not text.")
      }
      cursor += 1
    }
    guard cursor < bytes.count else {
      if !isLast { return false }
      throw ReadingError(file: file, line: opening, message: "A quote is never closed.")
    }
    field.range = field.range.lowerBound..<cursor
    cursor += 1
    guard cursor == bytes.count || bytes[cursor] == delimiter || Self.isLineEnd(bytes[cursor])
    else {
      throw failure("Text follows a closing quote; double the quotes inside a field.")
    }
    if highBits >= 128 { try checkText(bytes, field.range) }
    fields.append(field)
    return true
  }

  private func checkText(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
  ) throws(ReadingError) {
    guard String(validating: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self) != nil
    else {
      throw failure("Bytes that are not UTF-8; save the file as UTF-8 (not Latin-1).")
    }
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool {
    byte == newline || byte == carriageReturn
  }

  /// - Returns: `false` when a line feed may follow the carriage return behind the buffer.
  private mutating func passLineEnd(
    _ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int, _ isLast: Bool
  ) -> Bool {
    if bytes[cursor] == Self.carriageReturn {
      guard cursor + 1 < bytes.count || isLast else { return false }
      if cursor + 1 < bytes.count, bytes[cursor + 1] == Self.newline { cursor += 1 }
    }
    cursor += 1
    line += 1
    return true
  }

  /// The latest record is not as wide as the header.
  func widthRefusal(header width: Int) -> ReadingError {
    var remedy = "quote fields that hold the delimiter"
    if width == 1, delimiter == UInt8(ascii: ",") { remedy += ", and write decimals with a point" }
    return ReadingError(
      file: file, line: recordLine,
      message: "The row has \(fields.count) fields, the header \(width); \(remedy).")
  }

  private var tooLong: ReadingError {
    ReadingError(
      file: file, line: recordLine,
      message: "The record is longer than \(Self.recordLimit >> 20) MiB; is a quote not closed?")
  }

  private func failure(_ message: String) -> ReadingError {
    ReadingError(file: file, line: line, message: message)
  }
}
