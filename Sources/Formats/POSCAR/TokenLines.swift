/// Lines of a text, each a row of words between blanks.
///
/// A line ends with a line feed, a carriage return or both. Columns count bytes from 1.
struct TokenLines {
  private let bytes: [UInt8]
  private let file: String

  /// Of the current line, from 1; 0 before the first.
  private(set) var number = 0

  private var line = 0..<0
  private var cursor = 0
  private var place = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
  }

  /// Bytes behind the current line.
  var bytesLeft: Int { bytes.count - place }

  /// Goes to the next line; `false` at the end of the text.
  mutating func next() -> Bool {
    guard place < bytes.count else { return false }
    var end = place
    while end < bytes.count, bytes[end] != 10, bytes[end] != 13 { end += 1 }
    line = place..<end
    cursor = place
    place = end + 1
    if end + 1 < bytes.count, bytes[end] == 13, bytes[end + 1] == 10 { place += 1 }
    number += 1
    return true
  }

  /// Goes to the next line, which must be there.
  mutating func advance(to what: String) throws(ReadingError) {
    guard next() else {
      throw failure("The file ends where \(what) should follow.")
    }
  }

  /// The whole line without blanks at its ends; Latin-1 where it is not UTF-8.
  func wholeLine() throws(ReadingError) -> String {
    var content = bytes[line]
    guard !content.contains(0) else {
      throw failure("A NUL byte; the file is damaged or not text.")
    }
    while let first = content.first, first == 32 || first == 9 { content.removeFirst() }
    while let last = content.last, last == 32 || last == 9 { content.removeLast() }
    return String(validating: content, as: UTF8.self)
      ?? String(String.UnicodeScalarView(content.map { Unicode.Scalar($0) }))
  }

  /// The next word of the line.
  mutating func token() -> Range<Int>? {
    skipBlanks()
    guard cursor < line.upperBound else { return nil }
    let start = cursor
    while cursor < line.upperBound, bytes[cursor] != 32, bytes[cursor] != 9 { cursor += 1 }
    return start..<cursor
  }

  /// The first byte of the next word.
  mutating func peekByte() -> UInt8? {
    skipBlanks()
    return cursor < line.upperBound ? bytes[cursor] : nil
  }

  private mutating func skipBlanks() {
    while cursor < line.upperBound, bytes[cursor] == 32 || bytes[cursor] == 9 { cursor += 1 }
  }

  func text(_ token: Range<Int>) -> String { String(decoding: bytes[token], as: UTF8.self) }

  func isComment(_ token: Range<Int>) -> Bool {
    [UInt8(ascii: "!"), UInt8(ascii: "#")].contains(bytes[token.lowerBound])
  }

  /// Fortran's `T`, `.TRUE.`, `F` and so on.
  func flag(_ token: Range<Int>) -> Bool? {
    switch text(token).uppercased() {
    case "T", ".T.", "TRUE", ".TRUE.": true
    case "F", ".F.", "FALSE", ".FALSE.": false
    default: nil
    }
  }

  // MARK: Numbers

  mutating func vector() throws(ReadingError) -> SIMD3<Double> {
    let x = try requiredNumber()
    let y = try requiredNumber()
    return SIMD3(x, y, try requiredNumber())
  }

  mutating func requiredNumber() throws(ReadingError) -> Double {
    guard let token = token(), !isComment(token) else {
      throw failure("A number is missing on this line.")
    }
    guard let value = value(token) else { throw refusal(of: token) }
    return value
  }

  /// The next word if it is a finite number.
  mutating func optionalNumber() -> Double? {
    let before = cursor
    if let token = token(), let value = value(token) { return value }
    cursor = before
    return nil
  }

  private func value(_ token: Range<Int>) -> Double? {
    DecimalParser.value(bytes, in: token, options: .fortranExponent)
  }

  private func refusal(of token: Range<Int>) -> ReadingError {
    let text = text(token)
    let shown = text.count > 40 ? "\(text.prefix(40))…" : text
    if text.contains(",") {
      return failure(
        at: token,
        "\"\(shown)\" holds a comma; write decimals with a point and blanks between numbers.")
    }
    return failure(at: token, "\"\(shown)\" is not a finite number.")
  }

  // MARK: Errors

  func failure(at token: Range<Int>, _ message: String) -> ReadingError {
    ReadingError(
      file: file, line: number, column: token.lowerBound - line.lowerBound + 1, message: message)
  }

  func failure(line: Int? = nil, _ message: String) -> ReadingError {
    ReadingError(file: file, line: line ?? number, message: message)
  }
}
