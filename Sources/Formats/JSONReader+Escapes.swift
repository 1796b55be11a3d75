extension JSONReader {
  /// Checks what follows a backslash and goes behind it.
  mutating func passEscape() throws(ReadingError) {
    let byte = place < bytes.count ? bytes[place] : 0
    guard byte != UInt8(ascii: "u") else {
      place += 1
      return try passUnicodeEscape()
    }
    guard "\"\\/bfnrt".utf8.contains(byte) else { throw failure("An unknown escape in a string.") }
    place += 1
  }

  private mutating func passUnicodeEscape() throws(ReadingError) {
    let code = try fourHexadecimals()
    if UTF16.isTrailSurrogate(code) { throw failure("Half of a surrogate pair in a string.") }
    guard UTF16.isLeadSurrogate(code) else { return }
    try expect("\\u")
    guard UTF16.isTrailSurrogate(try fourHexadecimals()) else {
      throw failure("Half of a surrogate pair in a string.")
    }
  }

  private mutating func fourHexadecimals() throws(ReadingError) -> UInt16 {
    guard place + 4 <= bytes.count, let code = Self.hexadecimal(bytes, at: place) else {
      throw failure("Four hexadecimal digits must follow \\u.")
    }
    place += 4
    return code
  }

  private static func hexadecimal(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> UInt16? {
    var code: UInt16 = 0
    for byte in bytes[place..<place + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      code = code << 4 | UInt16(digit)
    }
    return code
  }

  /// The characters of a text that was checked.
  static func unescaped(_ content: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var place = 0
    var units: [UInt16] = []
    while place < content.count {
      guard content[place] == UInt8(ascii: "\\"), place + 1 < content.count else {
        result.append(content[place])
        place += 1
        continue
      }
      let byte = content[place + 1]
      place += 2
      guard byte == UInt8(ascii: "u"), place + 4 <= content.count,
        let unit = hexadecimal(content, at: place)
      else {
        result.append(simpleEscapes[byte] ?? byte)
        continue
      }
      place += 4
      units.append(unit)
      if !UTF16.isLeadSurrogate(unit) {
        result.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
        units.removeAll()
      }
    }
    return result
  }

  private static let simpleEscapes: [UInt8: UInt8] = [
    UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13,
    UInt8(ascii: "t"): 9,
  ]
}
