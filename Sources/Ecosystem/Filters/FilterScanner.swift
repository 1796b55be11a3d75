/// Reads the words of the filter language from bytes.
///
/// Keywords are upper case and names lower case, so that a word ends where the next one begins, with
/// or without white space: `NOTa=1ANDb=2` is a filter by the grammar.
struct FilterScanner {
  private let bytes: [UInt8]
  private(set) var place = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    skipSpace()
  }

  var count: Int { bytes.count }

  var isAtEnd: Bool { place == bytes.count }

  mutating func accept(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard length <= bytes.count - place else { return false }
    for index in 0..<length where bytes[place + index] != word.utf8Start[index] { return false }
    place += length
    skipSpace()
    return true
  }

  /// `[a-z_][a-z_0-9]*`
  mutating func identifier() -> String? {
    guard place < bytes.count, FilterScanner.isLowercase(bytes[place]) else { return nil }
    let start = place
    while place < bytes.count,
      FilterScanner.isLowercase(bytes[place]) || FilterScanner.isDigit(bytes[place])
    {
      place += 1
    }
    defer { skipSpace() }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  mutating func relation() -> FilterRelation? {
    if accept("!=") { return .notEqual }
    if accept("<=") { return .lessOrEqual }
    if accept(">=") { return .greaterOrEqual }
    if accept("<") { return .less }
    if accept(">") { return .greater }
    return accept("=") ? .equal : nil
  }

  /// `[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?`
  mutating func number() -> Double? {
    var end = place
    if end < bytes.count, bytes[end] == UInt8(ascii: "+") || bytes[end] == UInt8(ascii: "-") {
      end += 1
    }
    let whole = digits(from: end)
    var fraction = whole
    if whole < bytes.count, bytes[whole] == UInt8(ascii: ".") {
      fraction = digits(from: whole + 1)
      guard whole > end || fraction > whole + 1 else { return nil }
    } else if whole == end {
      return nil
    }
    let stop = exponent(from: fraction)
    let text = String(decoding: bytes[place..<stop], as: UTF8.self)
    guard let value = FilterScanner.double(text) else { return nil }
    place = stop
    skipSpace()
    return value
  }

  /// A text in quotation marks, without its escapes.
  mutating func text() throws(FilterError) -> String? {
    guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
    let start = place
    var content: [UInt8] = []
    var index = place + 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        place = index + 1
        skipSpace()
        return String(decoding: content, as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") {
        index += 1
        guard index < bytes.count else { break }
        guard bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "\\") else {
          throw error(.unknownEscape(word(at: index, limit: 1)), at: index - 1)
        }
      } else if byte < 32 && !FilterScanner.isSpace(byte) || byte == 127 {
        throw error(.controlCharacter(UInt32(byte)), at: index)
      }
      content.append(bytes[index])
      index += 1
    }
    throw error(.unclosedText, at: start)
  }

  func error(_ reason: FilterError.Reason, at place: Int) -> FilterError {
    FilterError(reason, offset: bytes.prefix(place).count { $0 & 0xC0 != 0x80 })
  }

  /// That something else must stand at the current place.
  func unexpected(_ expected: String) -> FilterError {
    let found = isAtEnd ? "the end" : "\"\(word(at: place, limit: 20))\""
    return error(.unexpected(found: found, expected: expected), at: place)
  }

  /// The word at a place, to be shown: up to the next space, at most `limit` characters.
  private func word(at place: Int, limit: Int) -> String {
    let rest = bytes[place...].prefix(4 * limit).prefix { !FilterScanner.isSpace($0) }
    return String(String(decoding: rest, as: UTF8.self).prefix(limit))
  }

  private func digits(from start: Int) -> Int {
    var end = start
    while end < bytes.count, FilterScanner.isDigit(bytes[end]) { end += 1 }
    return end
  }

  private func exponent(from start: Int) -> Int {
    guard start < bytes.count, bytes[start] | 0x20 == UInt8(ascii: "e") else { return start }
    var first = start + 1
    if first < bytes.count, bytes[first] == UInt8(ascii: "+") || bytes[first] == UInt8(ascii: "-") {
      first += 1
    }
    let end = digits(from: first)
    return end > first ? end : start
  }

  private mutating func skipSpace() {
    while place < bytes.count, FilterScanner.isSpace(bytes[place]) { place += 1 }
  }

  /// `Double(_:)` refuses a number without digits on both sides of the point.
  private static func double(_ text: String) -> Double? {
    if let value = Double(text) { return value }
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let (whole, fraction) = (String(parts[0]), String(parts[1]))
    let leading = whole.last?.isNumber == true ? whole : whole + "0"
    let trailing = fraction.first?.isNumber == true ? fraction : "0" + fraction
    return Double("\(leading).\(trailing)")
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private static func isLowercase(_ byte: UInt8) -> Bool {
    (97...122).contains(byte) || byte == UInt8(ascii: "_")
  }
}
