/// Reads JSON byte by byte, refusing all that RFC 8259 does not allow; sizes are non-negative
/// integers, and nesting is bounded.
struct StrictJSONScanner {
  private let bytes: [UInt8]
  private(set) var place = 0
  private var depth = 0

  private static let depthLimit = 32

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Reads `{"key": value, …}`; `member` reads each value.
  mutating func object(
    _ member: (inout StrictJSONScanner, String) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try enter("{")
    skipSpace()
    if accept("}") { return leave() }
    while true {
      skipSpace()
      let key = try string()
      skipSpace()
      try expect(":")
      skipSpace()
      try member(&self, key)
      skipSpace()
      if accept("}") { return leave() }
      try expect(",")
    }
  }

  private mutating func array(
    _ element: (inout StrictJSONScanner) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try enter("[")
    skipSpace()
    if accept("]") { return leave() }
    while true {
      skipSpace()
      try element(&self)
      skipSpace()
      if accept("]") { return leave() }
      try expect(",")
    }
  }

  mutating func integers() throws(SafetensorsError) -> [Int] {
    var values: [Int] = []
    try array { (scanner) throws(SafetensorsError) in values.append(try scanner.integer()) }
    return values
  }

  private mutating func integer() throws(SafetensorsError) -> Int {
    let start = place
    var value = 0
    while place < bytes.count, bytes[place] >= 48, bytes[place] <= 57 {
      let (tens, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = tens.addingReportingOverflow(Int(bytes[place] - 48))
      guard !first, !second else { throw .header("a size overflows", offset: start) }
      value = sum
      place += 1
    }
    let hasLeadingZero = place > start + 1 && bytes[start] == 48
    guard place > start, !hasLeadingZero else {
      throw .header("a size must be a non-negative whole number", offset: start)
    }
    return value
  }

  mutating func string() throws(SafetensorsError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
      case 0..<32: throw .header("a control character inside a string", offset: place - 1)
      default: text.append(byte)
      }
    }
    throw .header("a string is not closed", offset: place)
  }

  private mutating func escape() throws(SafetensorsError) -> [UInt8] {
    guard place < bytes.count else { throw .header("a string is not closed", offset: place) }
    let byte = bytes[place]
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw .header("an unknown escape", offset: place - 1)
    }
  }

  private mutating func unicodeEscape() throws(SafetensorsError) -> [UInt8] {
    let start = place
    var code = UInt32(try fourHexadecimals())
    if (0xD800..<0xDC00).contains(code) {
      try expect("\\")
      try expect("u")
      let low = UInt32(try fourHexadecimals())
      guard (0xDC00..<0xE000).contains(low) else {
        throw .header("half of a surrogate pair", offset: start)
      }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw .header("half of a surrogate pair", offset: start)
    }
    return Array(String(scalar).utf8)
  }

  private mutating func fourHexadecimals() throws(SafetensorsError) -> UInt16 {
    let end = place + 4
    guard end <= bytes.count,
      bytes[place..<end].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt16(String(decoding: bytes[place..<end], as: UTF8.self), radix: 16)
    else { throw .header("four hexadecimal digits must follow \\u", offset: place) }
    place = end
    return value
  }

  /// Passes over any value.
  mutating func skipValue() throws(SafetensorsError) {
    switch place < bytes.count ? bytes[place] : 0 {
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "{"):
      try object { (scanner, _) throws(SafetensorsError) in try scanner.skipValue() }
    case UInt8(ascii: "["):
      try array { (scanner) throws(SafetensorsError) in try scanner.skipValue() }
    case UInt8(ascii: "t"): try expect("true")
    case UInt8(ascii: "f"): try expect("false")
    case UInt8(ascii: "n"): try expect("null")
    default: try skipNumber()
    }
  }

  private mutating func skipNumber() throws(SafetensorsError) {
    let start = place
    _ = accept("-")
    if !accept("0") { try skipDigits(from: start) }
    if accept(".") { try skipDigits(from: start) }
    if accept("e") || accept("E") {
      if !accept("+") { _ = accept("-") }
      try skipDigits(from: start)
    }
  }

  private mutating func skipDigits(from start: Int) throws(SafetensorsError) {
    let first = place
    while place < bytes.count, bytes[place] >= 48, bytes[place] <= 57 { place += 1 }
    guard place > first else { throw .header("no JSON value", offset: start) }
  }

  /// Only white space may follow.
  mutating func end() throws(SafetensorsError) {
    skipSpace()
    guard place == bytes.count else {
      throw .header("text follows the closing brace", offset: place)
    }
  }

  // MARK: Small steps

  private mutating func enter(_ bracket: StaticString) throws(SafetensorsError) {
    try expect(bracket)
    depth += 1
    guard depth <= StrictJSONScanner.depthLimit else {
      throw .header("it is nested more than \(StrictJSONScanner.depthLimit) deep", offset: place)
    }
  }

  private mutating func leave() { depth -= 1 }

  private mutating func skipSpace() {
    while place < bytes.count, [32, 9, 10, 13].contains(bytes[place]) { place += 1 }
  }

  private mutating func accept(_ text: StaticString) -> Bool {
    guard bytes[place...].prefix(text.utf8CodeUnitCount).elementsEqual(text.description.utf8)
    else { return false }
    place += text.utf8CodeUnitCount
    return true
  }

  private mutating func expect(_ text: StaticString) throws(SafetensorsError) {
    guard accept(text) else { throw .header("\(text) is missing", offset: place) }
  }
}
