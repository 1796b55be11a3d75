/// Reads JSON strictly (RFC 8259), byte by byte, with bounded nesting.
struct JSONReader {
  static let depthLimit = 256

  let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  var place = 0
  private var line: Int
  private var lineStart = 0
  private var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String, line: Int = 1) {
    self.bytes = bytes
    self.file = file
    self.line = line
  }

  mutating func document() throws(ReadingError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      place = 3
      lineStart = 3
    }
    skipSpace()
    guard place < bytes.count else { throw failure("The file is empty.") }
    let value = try value()
    skipSpace()
    guard place == bytes.count else { throw failure("Text follows the JSON value.") }
    return value
  }

  private mutating func value() throws(ReadingError) -> JSONValue {
    guard place < bytes.count else { throw cutOff }
    switch bytes[place] {
    case UInt8(ascii: "{"): return .object(try members())
    case UInt8(ascii: "["): return .array(try elements())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try expect("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try expect("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try expect("null")
      return .null
    default: return .number(try number())
    }
  }

  private mutating func members() throws(ReadingError) -> [JSONMember] {
    try enter()
    defer { depth -= 1 }
    var members: [JSONMember] = []
    var keys = JSONKeys()
    if accept("}") { return members }
    while true {
      skipSpace()
      let start = line
      let keyPlace = place
      let key = try string()
      guard keys.insert(key, into: members) else {
        place = keyPlace
        throw failure("The name \"\(key.prefix(60))\" occurs twice in one object.")
      }
      skipSpace()
      try expect(":")
      skipSpace()
      members.append(JSONMember(key: key, value: try value(), line: start))
      skipSpace()
      if accept("}") { return members }
      try expect(",")
    }
  }

  private mutating func elements() throws(ReadingError) -> [JSONValue] {
    try enter()
    defer { depth -= 1 }
    var elements: [JSONValue] = []
    if accept("]") { return elements }
    while true {
      skipSpace()
      elements.append(try value())
      skipSpace()
      if accept("]") { return elements }
      try expect(",")
    }
  }

  private mutating func enter() throws(ReadingError) {
    depth += 1
    guard depth <= JSONReader.depthLimit else {
      throw failure("Nested more than \(JSONReader.depthLimit) deep.")
    }
    place += 1
    skipSpace()
  }

  private mutating func number() throws(ReadingError) -> String {
    let start = place
    _ = accept("-")
    if !accept("0") { try digits() }
    if accept(".") { try digits() }
    if accept("e") || accept("E") {
      if !accept("+") { _ = accept("-") }
      try digits()
    }
    return text(start..<place)
  }

  private mutating func digits() throws(ReadingError) {
    let start = place
    while place < bytes.count, bytes[place] &- 48 < 10 { place += 1 }
    guard place > start else {
      throw failure(place == bytes.count ? "The JSON ends in a number." : "Not a JSON value.")
    }
  }

  /// The text of bytes that are known to be ASCII.
  @inline(__always)
  private func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }

  private mutating func string() throws(ReadingError) -> String {
    try expect("\"")
    let start = place
    var highBits: UInt8 = 0
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 32 { break }
      highBits |= byte
      place += 1
    }
    guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else {
      return try escapedString(from: start)
    }
    place += 1
    return highBits < 128 ? text(start..<place - 1) : try checked(bytes[start..<place - 1])
  }

  /// The rest of a string that holds escapes, or damage.
  private mutating func escapedString(from start: Int) throws(ReadingError) -> String {
    var content = Array(bytes[start..<place])
    while place < bytes.count {
      let byte = bytes[place]
      if byte < 32 { throw failure("A control character inside a string.") }
      place += 1
      if byte == UInt8(ascii: "\"") { return try checked(content) }
      if byte == UInt8(ascii: "\\") {
        try appendEscape(to: &content)
      } else {
        content.append(byte)
      }
    }
    throw failure("A string is not closed; the file is cut off.")
  }

  func checked(_ content: some Sequence<UInt8>) throws(ReadingError) -> String {
    guard let text = String(validating: content, as: UTF8.self) else {
      throw failure("Bytes that are not UTF-8; save the file as UTF-8.")
    }
    return text
  }

  @inline(__always)
  private mutating func skipSpace() {
    while place < bytes.count, bytes[place] <= 32 {
      switch bytes[place] {
      case 10:
        line += 1
        lineStart = place + 1
      case 32, 9, 13: break
      default: return
      }
      place += 1
    }
  }

  @inline(__always)
  mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  @inline(__always)
  mutating func expect(_ word: StaticString) throws(ReadingError) {
    for offset in 0..<word.utf8CodeUnitCount {
      guard place < bytes.count else { throw cutOff }
      guard bytes[place] == word.utf8Start[offset] else {
        throw failure("\"\(word)\" is expected here.")
      }
      place += 1
    }
  }

  private var cutOff: ReadingError { failure("The JSON ends too early; the file is cut off.") }

  /// An error at the place of reading.
  func failure(_ message: String) -> ReadingError {
    ReadingError(file: file, line: line, column: place - lineStart + 1, message: message)
  }
}
