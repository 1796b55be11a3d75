/// A JSON text, checked and indexed, whose values are taken where they are asked for.
///
/// Goals in order: strictness (RFC 8259, bounded nesting, no name twice); speed for large files. One
/// entry of 12 bytes marks each value and each name; texts and numbers stay in the bytes.
package final class JSONDocument: Sendable {
  struct Entry {
    /// First byte; its character says what the value is.
    var start: UInt32

    /// Behind the last byte of a text (without its quotes) or a number; the number of values, or of
    /// names, in a list or an object.
    var end: UInt32

    /// The entry behind this value and all inside it.
    var next: UInt32
  }

  let bytes: [UInt8]
  let entries: [Entry]

  /// The name that errors give.
  package let file: String

  /// Where the first byte stands.
  private let firstLine: Int
  private let firstColumn: Int

  /// Longest text, bytes.
  package static let lengthLimit = Int(UInt32.max)

  /// Reads one value; only white space may stand around it.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: The name to use in errors.
  ///   - line: Of the first byte.
  ///   - column: Of the first byte.
  ///   - allowsRepeatedNames: RFC 8259 lets a name stand twice in an object and leaves open what that
  ///     means; data is refused then.
  /// - Throws: ``ReadingError`` with line and column of the damage; also for a name that occurs twice
  ///   in an object, and for more than ``JSONReader/depthLimit`` levels.
  package init(
    _ bytes: [UInt8], file: String, line: Int = 1, column: Int = 1,
    allowsRepeatedNames: Bool = false
  ) throws(ReadingError) {
    guard bytes.count <= Self.lengthLimit else {
      throw ReadingError(file: file, message: "A JSON text of more than 4 GiB.")
    }
    entries = try bytes.withUnsafeBufferPointer { bytes throws(ReadingError) in
      var reader = JSONReader(
        bytes, file: file, line: line, column: column, allowsRepeatedNames: allowsRepeatedNames)
      try reader.document()
      return reader.entries
    }
    self.bytes = bytes
    self.file = file
    firstLine = line
    firstColumn = column
  }

  package var root: JSONNode { JSONNode(document: self, index: 0) }

  /// An error at a value.
  func error(at index: Int, _ message: String, field: String = "") -> ReadingError {
    let start = Int(entries[index].start)
    let before = bytes[..<start]
    let line = before.reduce(0) { $1 == 10 ? $0 + 1 : $0 }
    let lineStart = before.lastIndex(of: 10).map { $0 + 1 } ?? 1 - firstColumn
    return ReadingError(
      file: file, line: firstLine + line, column: start - lineStart + 1, field: field,
      message: message)
  }

  // MARK: Values by the index of their entry

  func kind(_ index: Int) -> UInt8 { bytes[Int(entries[index].start)] }

  func next(_ index: Int) -> Int { Int(entries[index].next) }

  /// Values in a list or names in an object.
  func count(_ index: Int) -> Int { Int(entries[index].end) }

  /// The content of a text between its quotes.
  func content(_ index: Int) -> Range<Int> {
    Int(entries[index].start) + 1..<Int(entries[index].end)
  }

  /// The decoded content of a text.
  ///
  /// - Precondition: the value is a text.
  func text(_ index: Int) -> String {
    let range = content(index)
    return bytes.withUnsafeBufferPointer { bytes in
      let content = UnsafeBufferPointer(rebasing: bytes[range])
      guard content.contains(UInt8(ascii: "\\")) else {
        return String(decoding: content, as: UTF8.self)
      }
      return String(decoding: JSONReader.unescaped(content), as: UTF8.self)
    }
  }

  /// Whether a text without escapes is `word`.
  func isText(_ index: Int, _ word: StaticString) -> Bool {
    let range = content(index)
    guard range.count == word.utf8CodeUnitCount else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for (offset, place) in range.enumerated() where bytes[place] != word.utf8Start[offset] {
        return false
      }
      return true
    }
  }

  /// A number as a double; `nil` for another value and for one beyond the range of doubles.
  @inline(__always)
  func double(_ index: Int) -> Double? {
    let entry = entries[index]
    let kind = bytes[Int(entry.start)]
    guard kind == UInt8(ascii: "-") || kind &- 48 < 10 else { return nil }
    return bytes.withUnsafeBufferPointer { bytes in
      DecimalParser.value(UnsafeBufferPointer(rebasing: bytes[Int(entry.start)..<Int(entry.end)]))
    }
  }

  /// The entry of the value of a name in an object; `nil` where there is none.
  func member(_ index: Int, _ name: StaticString) -> Int? {
    guard kind(index) == UInt8(ascii: "{") else { return nil }
    var key = index + 1
    for _ in 0..<count(index) {
      if isText(key, name) { return key + 1 }
      key = next(key + 1)
    }
    return nil
  }
}
