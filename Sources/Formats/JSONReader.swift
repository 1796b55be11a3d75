/// Reads JSON strictly, byte by byte, with bounded nesting.
struct JSONReader {
  static let depthLimit = 256

  private let bytes: [UInt8]
  private let file: String
  private var place = 0
  private var line = 1
  private var depth = 0

  init(_ bytes: [UInt8], file: String, line: Int = 1) {
    self.bytes = bytes
    self.file = file
    self.line = line
  }

  mutating func document() throws(ReadingError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    skipSpace()
    guard place < bytes.count else { throw failure("The file is empty.") }
    let value = try value()
    skipSpace()
    guard place == bytes.count else { throw failure("Text follows the JSON value.") }
    return value
  }

  private mutating func value() throws(ReadingError) -> JSONValue {
    guard place < bytes.count else {
      throw failure("The JSON ends too early; the file is cut off.")
    }
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
    var keys: Set<String> = []
    if accept("}") { return members }
    while true {
      skipSpace()
      let start = line
      let key = try string()
      guard keys.insert(key).inserted else {
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
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func digits() throws(ReadingError) {
    let start = place
    while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
    guard place > start else { throw failure("Not a JSON value.") }
  }

  private mutating func string() throws(ReadingError) -> String {
    try expect("\"")
    let start = place
    while place < bytes.count, bytes[place] != UInt8(ascii: "\""),
      bytes[place] != UInt8(ascii: "\\"), bytes[place] >= 32
    {
      place += 1
    }
    if accept("\"") { return try text(bytes[start..<place - 1]) }
    return try escapedString(from: start)
  }

  private mutating func escapedString(from start: Int) throws(ReadingError) -> String {
    var content = Array(bytes[start..<place])
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "\"") { return try text(content[...]) }
      if byte < 32 { throw failure("A control character inside a string.") }
      if byte == UInt8(ascii: "\\") {
        content.append(contentsOf: try escape())
      } else {
        content.append(byte)
      }
    }
    throw failure("A string is not closed; the file is cut off.")
  }

  private mutating func escape() throws(ReadingError) -> [UInt8] {
    let byte = place < bytes.count ? bytes[place] : 0
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"): return try unicodeEscape()
    default: throw failure("An unknown escape in a string.")
    }
  }

  private mutating func unicodeEscape() throws(ReadingError) -> [UInt8] {
    var code = try fourHexadecimals()
    if (0xD800..<0xDC00).contains(code) {
      try expect("\\u")
      let low = try fourHexadecimals()
      guard (0xDC00..<0xE000).contains(low) else {
        throw failure("Half of a surrogate pair in a string.")
      }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw failure("Half of a surrogate pair in a string.")
    }
    return Array(String(scalar).utf8)
  }

  private mutating func fourHexadecimals() throws(ReadingError) -> UInt32 {
    let digits = bytes.dropFirst(place).prefix(4)
    guard digits.count == 4,
      digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure("Four hexadecimal digits must follow \\u.") }
    place += 4
    return value
  }

  private func text(_ content: ArraySlice<UInt8>) throws(ReadingError) -> String {
    guard let text = String(validating: content, as: UTF8.self) else {
      throw failure("Bytes that are not UTF-8; save the file as UTF-8.")
    }
    return text
  }

  private mutating func skipSpace() {
    while place < bytes.count {
      switch bytes[place] {
      case 10: line += 1
      case 32, 9, 13: break
      default: return
      }
      place += 1
    }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ word: String) throws(ReadingError) {
    for byte in word.utf8 {
      guard place < bytes.count else {
        throw failure("The JSON ends too early; the file is cut off.")
      }
      guard bytes[place] == byte else { throw failure("\"\(word)\" is expected here.") }
      place += 1
    }
  }

  private func failure(_ message: String) -> ReadingError {
    ReadingError(file: file, line: line, message: message)
  }
}
