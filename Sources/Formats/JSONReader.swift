/// Reads JSON strictly (RFC 8259), byte by byte, with bounded nesting, into the entries of a
/// ``JSONDocument``.
struct JSONReader {
  static let depthLimit = 256

  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var entries: [JSONDocument.Entry] = []
  private let file: String
  private let allowsRepeatedNames: Bool
  var place = 0
  private var line: Int

  /// Where the line begins; not above 0 on the first.
  private var lineStart: Int
  private let firstStart: Int
  private var depth = 0

  /// Below ``JSONDocument/lengthLimit`` bytes.
  init(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String, line: Int, column: Int,
    allowsRepeatedNames: Bool
  ) {
    self.allowsRepeatedNames = allowsRepeatedNames
    self.bytes = bytes
    self.file = file
    self.line = line
    firstStart = 1 - column
    lineStart = firstStart
    entries.reserveCapacity(bytes.count / 12)
  }

  mutating func document() throws(ReadingError) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      place = 3
      lineStart = 3
    }
    skipSpace()
    guard place < bytes.count else { throw failure("The file is empty.") }
    try value()
    skipSpace()
    guard place == bytes.count else { throw failure("Text follows the JSON value.") }
  }

  private mutating func value() throws(ReadingError) {
    guard place < bytes.count else { throw cutOff }
    let start = place
    switch bytes[place] {
    case UInt8(ascii: "{"): try members()
    case UInt8(ascii: "["): try elements()
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"):
      try expect("true")
      append(start, place)
    case UInt8(ascii: "f"):
      try expect("false")
      append(start, place)
    case UInt8(ascii: "n"):
      try expect("null")
      append(start, place)
    default: try number()
    }
  }

  @inline(__always)
  private mutating func append(_ start: Int, _ end: Int) {
    entries.append(
      JSONDocument.Entry(
        start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
        next: UInt32(truncatingIfNeeded: entries.count + 1)))
  }

  private mutating func close(_ index: Int, count: Int) {
    entries[index].end = UInt32(truncatingIfNeeded: count)
    entries[index].next = UInt32(truncatingIfNeeded: entries.count)
  }

  private mutating func members() throws(ReadingError) {
    let index = entries.count
    append(place, place)
    try enter()
    defer { depth -= 1 }
    var count = 0
    var isPlain = true
    if !accept("}") {
      repeat {
        skipSpace()
        isPlain = try string() && isPlain
        count += 1
        skipSpace()
        try expect(":")
        skipSpace()
        try value()
        skipSpace()
      } while try goesOn("}")
    }
    close(index, count: count)
    try checkNames(of: index, count: count, arePlain: isPlain)
  }

  private mutating func elements() throws(ReadingError) {
    let index = entries.count
    append(place, place)
    try enter()
    defer { depth -= 1 }
    var count = 0
    if !accept("]") {
      repeat {
        skipSpace()
        try value()
        count += 1
        skipSpace()
      } while try goesOn("]")
    }
    close(index, count: count)
  }

  /// Whether a comma follows, not the end.
  @inline(__always)
  private mutating func goesOn(_ end: Unicode.Scalar) throws(ReadingError) -> Bool {
    if accept(end) { return false }
    try expect(",")
    return true
  }

  private mutating func enter() throws(ReadingError) {
    depth += 1
    guard depth <= JSONReader.depthLimit else {
      throw failure("Nested more than \(JSONReader.depthLimit) deep.")
    }
    place += 1
    skipSpace()
  }

  private mutating func number() throws(ReadingError) {
    let start = place
    _ = accept("-")
    if !accept("0") { try digits() }
    if accept(".") { try digits() }
    if place < bytes.count, bytes[place] | 32 == UInt8(ascii: "e") {
      place += 1
      if !accept("+") { _ = accept("-") }
      try digits()
    }
    append(start, place)
  }

  @inline(__always)
  private mutating func digits() throws(ReadingError) {
    let start = place
    while place < bytes.count, bytes[place] &- 48 < 10 { place += 1 }
    guard place > start else {
      throw failure(place == bytes.count ? "The JSON ends in a number." : "Not a JSON value.")
    }
  }

  /// - Returns: Whether the text is ASCII without escapes.
  private mutating func string() throws(ReadingError) -> Bool {
    try expect("\"")
    let start = place
    var highBits: UInt8 = 0
    var hasEscapes = false
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      let byte = bytes[place]
      if byte < 32 { throw failure("A control character inside a string.") }
      highBits |= byte
      place += 1
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        try passEscape()
      }
    }
    guard place < bytes.count else { throw failure("A string is not closed; the file is cut off.") }
    if highBits >= 128 {
      guard
        String(validating: UnsafeBufferPointer(rebasing: bytes[start..<place]), as: UTF8.self)
          != nil
      else { throw failure("Bytes that are not UTF-8; save the file as UTF-8.") }
    }
    append(start - 1, place)
    place += 1
    return highBits < 128 && !hasEscapes
  }

  // MARK: Names

  /// Up to so many names are compared one by one, which is faster than a set.
  private static let fewNames = 16

  /// Checks that no name of an object occurs twice.
  private func checkNames(
    of index: Int, count: Int, arePlain: Bool
  ) throws(ReadingError) {
    guard count > 1, !allowsRepeatedNames else { return }
    guard arePlain, count <= Self.fewNames else { return try checkManyNames(of: index, count) }
    var name = index + 1
    for _ in 1..<count {
      let next = Int(entries[name + 1].next)
      var earlier = index + 1
      while earlier < next {
        if isSameText(earlier, next) { throw repeated(next) }
        earlier = Int(entries[earlier + 1].next)
      }
      name = next
    }
  }

  private func checkManyNames(of index: Int, _ count: Int) throws(ReadingError) {
    var names: Set<String> = []
    var name = index + 1
    for _ in 0..<count {
      guard names.insert(text(name)).inserted else { throw repeated(name) }
      name = Int(entries[name + 1].next)
    }
  }

  @inline(__always)
  private func isSameText(_ first: Int, _ second: Int) -> Bool {
    let (a, b) = (Int(entries[first].start), Int(entries[second].start))
    let length = Int(entries[first].end) - a
    guard length == Int(entries[second].end) - b else { return false }
    for offset in 0..<length where bytes[a + offset] != bytes[b + offset] { return false }
    return true
  }

  private func text(_ name: Int) -> String {
    let range = Int(entries[name].start) + 1..<Int(entries[name].end)
    let content = UnsafeBufferPointer(rebasing: bytes[range])
    return String(decoding: Self.unescaped(content), as: UTF8.self)
  }

  private func repeated(_ name: Int) -> ReadingError {
    let start = Int(entries[name].start)
    let before = bytes[..<start]
    let lines = bytes[start..<place].reduce(0) { $1 == 10 ? $0 + 1 : $0 }
    return ReadingError(
      file: file, line: line - lines, column: start - (before.lastIndex(of: 10) ?? firstStart - 1),
      message: "The name \"\(text(name).prefix(60))\" occurs twice in one object.")
  }

  // MARK: Characters

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
