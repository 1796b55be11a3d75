extension JSONReader {
  /// Reads what follows a backslash.
  mutating func appendEscape(to content: inout [UInt8]) throws(ReadingError) {
    let byte = place < bytes.count ? bytes[place] : 0
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
    case UInt8(ascii: "b"): content.append(8)
    case UInt8(ascii: "f"): content.append(12)
    case UInt8(ascii: "n"): content.append(10)
    case UInt8(ascii: "r"): content.append(13)
    case UInt8(ascii: "t"): content.append(9)
    case UInt8(ascii: "u"):
      place += 1
      content.append(contentsOf: String(try unicodeEscape()).utf8)
      return
    default: throw failure("An unknown escape in a string.")
    }
    place += 1
  }

  private mutating func unicodeEscape() throws(ReadingError) -> Unicode.Scalar {
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
    return scalar
  }

  private mutating func fourHexadecimals() throws(ReadingError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard place < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue
      else { throw failure("Four hexadecimal digits must follow \\u.") }
      code = code << 4 | UInt32(digit)
      place += 1
    }
    return code
  }
}
