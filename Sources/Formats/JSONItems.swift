/// The values of a long list in JSON, one at a time: memory holds one value and one piece of the text,
/// whatever the length of the file.
///
/// The list is the whole text; or it stands under `data` in an object, behind `columns` and `index`, as
/// pandas writes tables in its "split" form. Values are told apart by brackets and quotes alone: who
/// takes one reads it strictly, as a ``JSONDocument``.
package final class JSONItems {
  /// A value as it is written, and where it stands.
  package struct Item: Sendable {
    package let bytes: [UInt8]

    /// In the list, from 1.
    package let number: Int

    /// Of its first byte, from 1.
    package let line: Int
    package let column: Int

    package func document(file: String) throws(ReadingError) -> JSONDocument {
      try JSONDocument(bytes, file: file, line: line, column: column)
    }
  }

  package enum Form: Sendable {
    case list

    /// Each value is a row: a list of as many cells as there are columns.
    case table(JSONItemColumns)
  }

  /// JSON texts up to this length are read whole, so that all is known before the first row, bytes.
  package static let wholeLength = 1 << 24

  /// Longest value of the list, and longest text beside it, bytes.
  static let itemLimit = 1 << 26

  let file: String
  private let nextChunk: () throws -> [UInt8]?
  private(set) var buffer: [UInt8] = []

  /// Of the first byte that was not taken.
  private var place = 0
  private var line = 1

  /// Where the line begins, in the buffer; negative for a beginning that was taken.
  private var lineStart = 0
  private var number = 0
  private var form: Form?
  private var isFinished = false

  /// Whether nothing that was read is given up yet.
  private var keepsAll = true

  /// - Parameters:
  ///   - file: The name to use in errors.
  ///   - nextChunk: The next bytes of the file, of any number; `nil` at its end.
  package init(file: String, nextChunk: @escaping () throws -> [UInt8]?) {
    self.file = file
    self.nextChunk = nextChunk
  }

  /// Looks what the text is; only before anything is taken.
  ///
  /// - Returns: `nil` for a text of no form whose values can be taken one by one: ``rest()`` has it.
  package func opened() throws -> Form? {
    guard let (form, start) = try opening() else { return nil }
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { lineStart = 3 }
    advance(to: start)
    self.form = form
    return form
  }

  /// All that was read and what is left, of the whole text; only before a second value is taken.
  package func rest() -> () throws -> [UInt8]? {
    {
      guard self.buffer.isEmpty else {
        defer { self.buffer = [] }
        return self.buffer
      }
      return try self.nextChunk()
    }
  }

  /// The next value; `nil` behind the last.
  ///
  /// - Throws: ``ReadingError`` where the list is damaged, behind which nothing can be read; and what
  ///   the source of bytes throws.
  package func next() throws -> Item? {
    guard let form, !isFinished else { return nil }
    keepsAll = number == 0
    var byte = try skipSpace()
    if byte == UInt8(ascii: "]") {
      keepsAll = false
      advance(to: place + 1)
      try finish(form)
      return nil
    }
    if number > 0 {
      guard byte == UInt8(ascii: ",") else { throw failure("\",\" is expected here.") }
      advance(to: place + 1)
      byte = try skipSpace()
    }
    let length = try itemLength()
    guard length > 0 else { throw failure("A value is expected here.") }
    number += 1
    let item = Item(
      bytes: Array(buffer[place..<place + length]), number: number, line: line,
      column: place - lineStart + 1)
    advance(to: place + length)
    return item
  }

  // MARK: Bytes

  /// Takes in the next piece; `false` at the end of the file.
  func refill() throws -> Bool {
    while let chunk = try nextChunk() {
      guard !chunk.isEmpty else { continue }
      if place > 0, !keepsAll {
        buffer.removeSubrange(..<place)
        lineStart -= place
        place = 0
      }
      if buffer.isEmpty { buffer = chunk } else { buffer.append(contentsOf: chunk) }
      return true
    }
    return false
  }

  /// Takes all before `end`.
  private func advance(to end: Int) {
    var index = place
    buffer.withUnsafeBufferPointer { bytes in
      while index < end {
        if bytes[index] == 10 {
          line += 1
          lineStart = index + 1
        }
        index += 1
      }
    }
    place = end
  }

  /// The next byte that is no white space; 0 at the end of the file.
  private func nextByte() throws -> UInt8 {
    while true {
      var end = place
      while end < buffer.count, Self.isSpace(buffer[end]) { end += 1 }
      advance(to: end)
      if end < buffer.count { return buffer[end] }
      guard try refill() else { return 0 }
    }
  }

  private func skipSpace() throws -> UInt8 {
    let byte = try nextByte()
    guard place < buffer.count else { throw cutOff }
    return byte
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 10 || byte == 13 || byte == 9
  }

  /// Of the value at ``place``.
  private func itemLength() throws -> Int {
    var scan = JSONItemScan()
    var seen = 0
    while true {
      let start = place + seen
      let end = buffer.withUnsafeBufferPointer { scan.end(of: $0, from: start) }
      guard !scan.isTooDeep else {
        throw failure("Nested more than \(JSONReader.depthLimit) deep.")
      }
      if let end { return end - place }
      seen = buffer.count - place
      guard seen <= Self.itemLimit else {
        throw failure("A value of more than \(Self.itemLimit >> 20) MiB.")
      }
      guard try refill() else {
        advance(to: buffer.count)
        throw cutOff
      }
    }
  }

  // MARK: The end

  private func finish(_ form: Form) throws {
    isFinished = true
    if case .table(let columns) = form { try finish(columns) }
    _ = try nextByte()
    guard place == buffer.count else { throw failure("Text follows the JSON value.") }
  }

  /// Reads what stands behind the rows of a table.
  private func finish(_ columns: JSONItemColumns) throws {
    if try skipSpace() == UInt8(ascii: "}") { return advance(to: place + 1) }
    guard buffer[place] == UInt8(ascii: ",") else { throw failure("\"}\" is expected here.") }
    while try refill() {
      guard buffer.count <= Self.itemLimit else {
        throw failure("More than \(Self.itemLimit >> 20) MiB behind the rows.")
      }
    }
    // The comma stands where an object of its own would open.
    let tail = try JSONDocument(
      [UInt8(ascii: "{")] + buffer[(place + 1)...], file: file, line: line,
      column: place - lineStart + 1)
    for (name, value) in tail.root.members ?? [] where columns.memberNames.contains(name) {
      throw value.error("The name \"\(name.prefix(60))\" occurs twice in one object.")
    }
    place = buffer.count
  }

  private var cutOff: ReadingError { failure("The JSON ends too early; the file is cut off.") }

  private func failure(_ message: String) -> ReadingError {
    ReadingError(file: file, line: line, column: place - lineStart + 1, message: message)
  }
}
