import Formats

/// Reads JSON from end to end, without a tree in between: what a ledger of months is read with.
///
/// It knows JSON as ``CampaignEvent/draft()`` writes it. Whatever differs from that (spaces, escapes,
/// `null`, a member twice) it refuses, and decides nothing: `JSONDecoder` then reads the same bytes.
struct PayloadScanner {
  /// That something is not as the ledger writes it.
  struct Unusual: Error {}

  private let bytes: [UInt8]
  private var place = 0

  init(_ payload: String) {
    bytes = Array(payload.utf8)
  }

  var isAtEnd: Bool { place == bytes.count }

  /// 0 behind the end, where no JSON has one.
  private var next: UInt8 { place < bytes.count ? bytes[place] : 0 }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Unusual) {
    guard take(character) else { throw Unusual() }
  }

  /// An object: `body` gets each key and reads its value.
  mutating func members(
    _ body: (inout PayloadScanner, String) throws(Unusual) -> Void
  ) throws(Unusual) {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try text()
      try expect(":")
      try body(&self, key)
    } while take(",")
    try expect("}")
  }

  /// A dictionary, each key once.
  mutating func dictionary<Value>(
    _ value: (inout PayloadScanner) throws(Unusual) -> Value
  ) throws(Unusual) -> [String: Value] {
    var found: [String: Value] = [:]
    try members { (scanner, key) throws(Unusual) in
      guard found.updateValue(try value(&scanner), forKey: key) == nil else { throw Unusual() }
    }
    return found
  }

  mutating func text() throws(Unusual) -> String {
    try expect("\"")
    let start = place
    while next != UInt8(ascii: "\"") {
      guard next >= 0x20, next != UInt8(ascii: "\\") else { throw Unusual() }
      place += 1
    }
    defer { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  mutating func integer() throws(Unusual) -> Int {
    let digits = try number()
    guard let value = Int(String(decoding: digits, as: UTF8.self)), value != 0 || digits.count == 1
    else { throw Unusual() }
    return value
  }

  mutating func double() throws(Unusual) -> Double {
    let digits = try number()
    // What is no zero and too small to be another number is not for the scanner to judge.
    guard let value = DecimalParser.value(digits), value.isFinite, value != 0 || digits.count <= 2
    else { throw Unusual() }
    return value
  }

  mutating func flag() throws(Unusual) -> Bool {
    let word = next == UInt8(ascii: "t") ? "true" : "false"
    for character in word.unicodeScalars { try expect(character) }
    return word == "true"
  }

  mutating func list<Value>(
    _ value: (inout PayloadScanner) throws(Unusual) -> Value
  ) throws(Unusual) -> [Value] {
    var values: [Value] = []
    try expect("[")
    if take("]") { return [] }
    repeat { values.append(try value(&self)) } while take(",")
    try expect("]")
    return values
  }

  mutating func doubles() throws(Unusual) -> [Double] {
    try list { (scanner) throws(Unusual) in try scanner.double() }
  }

  /// The bytes of a number by the grammar of RFC 8259.
  private mutating func number() throws(Unusual) -> ArraySlice<UInt8> {
    let start = place
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("-") { _ = take("+") }
      try digits()
    }
    return bytes[start..<place]
  }

  private mutating func digits() throws(Unusual) {
    let start = place
    while case UInt8(ascii: "0")...UInt8(ascii: "9") = next { place += 1 }
    guard place > start else { throw Unusual() }
  }
}

extension PayloadScanner {
  /// Sets what has not been set yet.
  static func set<Value>(_ member: inout Value?, _ value: Value) throws(Unusual) {
    guard member == nil else { throw Unusual() }
    member = value
  }

  /// What a payload must hold.
  static func needed<Value>(_ member: Value?) throws(Unusual) -> Value {
    guard let member else { throw Unusual() }
    return member
  }
}
