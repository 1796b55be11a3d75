/// UTF-16 with a byte-order mark, as spreadsheets save "Unicode text", turned into UTF-8 piece by
/// piece.
struct UTF16Transcoder {
  private let isBigEndian: Bool

  /// A byte without its partner, and a first half of a surrogate pair.
  private var oddByte: UInt8?
  private var highSurrogate: UInt16?

  /// Lines so far, from 1.
  private var line = 1

  /// `nil` when `bytes` does not begin with the mark of UTF-16.
  init?(markAtStartOf bytes: [UInt8]) {
    if bytes.starts(with: [0xFF, 0xFE]) {
      isBigEndian = false
    } else if bytes.starts(with: [0xFE, 0xFF]) {
      isBigEndian = true
    } else {
      return nil
    }
  }

  /// The whole of a text as UTF-8, which it is where it has no mark of UTF-16.
  static func utf8(all bytes: [UInt8], file: String) throws(ReadingError) -> [UInt8] {
    guard var transcoder = UTF16Transcoder(markAtStartOf: bytes) else { return bytes }
    let text = try transcoder.utf8(bytes, file: file)
    try transcoder.finish(file: file)
    return text
  }

  /// The text of the next bytes; the mark itself becomes that of UTF-8.
  mutating func utf8(_ bytes: [UInt8], file: String) throws(ReadingError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 2)
    for byte in bytes {
      guard let first = oddByte else {
        oddByte = byte
        continue
      }
      oddByte = nil
      let (high, low) = isBigEndian ? (first, byte) : (byte, first)
      try append(UInt16(high) << 8 | UInt16(low), to: &result, file)
    }
    return result
  }

  private mutating func append(
    _ unit: UInt16, to result: inout [UInt8], _ file: String
  ) throws(ReadingError) {
    if unit == 10 { line += 1 }
    if let high = highSurrogate {
      highSurrogate = nil
      guard UTF16.isTrailSurrogate(unit) else { throw damage(file) }
      result.append(contentsOf: String(decoding: [high, unit], as: UTF16.self).utf8)
    } else if UTF16.isLeadSurrogate(unit) {
      highSurrogate = unit
    } else if unit < 128 {
      result.append(UInt8(unit))
    } else {
      guard let scalar = Unicode.Scalar(unit) else { throw damage(file) }
      result.append(contentsOf: Array(String(scalar).utf8))
    }
  }

  /// Checks that no character was cut.
  func finish(file: String) throws(ReadingError) {
    guard oddByte == nil, highSurrogate == nil else { throw damage(file) }
  }

  private func damage(_ file: String) -> ReadingError {
    ReadingError(
      file: file, line: line, message: "Damaged UTF-16; save the file as UTF-8.")
  }
}
