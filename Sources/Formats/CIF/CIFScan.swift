/// Steps over the bytes of a CIF; each is linear in the bytes it passes.
enum CIFScan {
  static func isLineEnd(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 9 || byte == 10 || byte == 13
  }

  /// Whether a line begins at a position.
  static func isLineStart(_ bytes: Span<UInt8>, _ position: Int) -> Bool {
    position == 0 || isLineEnd(bytes[position - 1])
  }

  /// The first byte from `start` on that is no blank and in no comment, or the end.
  @inline(__always)
  static func afterBlanks(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      if isBlank(byte) {
        position += 1
      } else if byte == UInt8(ascii: "#") {
        position = lineEnd(bytes, from: position)
      } else {
        break
      }
    }
    return position
  }

  static func lineEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var position = start
    while position < bytes.count, !isLineEnd(bytes[position]) { position += 1 }
    return position
  }

  /// The end of a word: the next blank. Says also whether a byte of it is outside `!` to `~`.
  @inline(__always)
  static func wordEnd(_ bytes: Span<UInt8>, from start: Int) -> (end: Int, isPlain: Bool) {
    var position = start
    var isPlain = true
    while position < bytes.count {
      let byte = bytes[position]
      if byte &- 33 > 93 {
        if isBlank(byte) { break }
        isPlain = false
      }
      position += 1
    }
    return (position, isPlain)
  }

  /// The quote that closes a CIF 1.1 string: the first that a blank, a comment or the end follows.
  ///
  /// - Returns: `nil` when the line ends before.
  static func closingQuote(_ bytes: Span<UInt8>, from start: Int, quote: UInt8) -> Int? {
    var position = start
    while position < bytes.count, !isLineEnd(bytes[position]) {
      if bytes[position] == quote {
        let next = position + 1
        if next == bytes.count || isBlank(bytes[next]) || bytes[next] == UInt8(ascii: "#") {
          return position
        }
      }
      position += 1
    }
    return nil
  }

  /// The first `quote` in the line, as in CIF 2.0.
  static func nextQuote(_ bytes: Span<UInt8>, from start: Int, quote: UInt8) -> Int? {
    var position = start
    while position < bytes.count, !isLineEnd(bytes[position]) {
      if bytes[position] == quote { return position }
      position += 1
    }
    return nil
  }

  /// Whether three equal quotes stand at a position.
  static func isTriple(_ bytes: Span<UInt8>, _ position: Int, quote: UInt8) -> Bool {
    position + 2 < bytes.count && bytes[position] == quote && bytes[position + 1] == quote
      && bytes[position + 2] == quote
  }

  /// Where the next three equal quotes begin.
  static func closingTriple(_ bytes: Span<UInt8>, from start: Int, quote: UInt8) -> Int? {
    var position = start
    while position < bytes.count {
      if isTriple(bytes, position, quote: quote) { return position }
      position += 1
    }
    return nil
  }

  /// The `;` that closes a text field: the next one that begins a line.
  static func closingSemicolon(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    var position = start
    while position < bytes.count {
      if isLineEnd(bytes[position]), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: ";")
      {
        return position + 1
      }
      position += 1
    }
    return nil
  }

  /// Whether a word of letters (lower case) and `_` begins at a position, in any case.
  static func has(_ word: StaticString, _ bytes: Span<UInt8>, at position: Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    return word.withUTF8Buffer { letters in
      for index in 0..<count where lowercased(bytes[position + index]) != letters[index] {
        return false
      }
      return true
    }
  }

  /// Whether exactly this word stands at a position.
  static func isWord(_ word: StaticString, _ bytes: Span<UInt8>, at position: Int) -> Bool {
    let end = position + word.utf8CodeUnitCount
    return has(word, bytes, at: position)
      && (end == bytes.count || isBlank(bytes[end]) || bytes[end] == UInt8(ascii: "#"))
  }

  /// Whether a reserved word stands at a position, so that no value can.
  @inline(__always)
  static func isReserved(_ bytes: Span<UInt8>, at position: Int) -> Bool {
    switch bytes[position] | 32 {
    case UInt8(ascii: "d"): has("data_", bytes, at: position)
    case UInt8(ascii: "s"):
      has("save_", bytes, at: position) || isWord("stop_", bytes, at: position)
    case UInt8(ascii: "l"): isWord("loop_", bytes, at: position)
    case UInt8(ascii: "g"): isWord("global_", bytes, at: position)
    default: false
    }
  }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 65 < 26 ? byte | 32 : byte
  }
}
