/// Lists and tables of CIF 2.0: checked when the file is read, decoded when they are asked for.
enum CIFContainer {
  /// The end of the list or table that begins at `start`, brackets included.
  ///
  /// - Throws: ``CIFFault`` where brackets do not match, nest deeper than ``CIFParser/mostDepth`` or
  ///   something is not closed.
  static func end(_ bytes: Span<UInt8>, from start: Int) throws(CIFFault) -> Int {
    var open: [UInt8] = []
    var position = start
    while true {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        guard open.count < CIFParser.mostDepth else {
          throw CIFFault(
            offset: position, message: "Lists are nested deeper than \(CIFParser.mostDepth).")
        }
        open.append(byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: "}"))
        position += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        guard open.popLast() == byte else {
          throw CIFFault(offset: position, message: "A bracket closes what it did not open.")
        }
        position += 1
        if open.isEmpty { return position }
      default:
        position = try elementEnd(
          bytes, from: position, isTable: open.last == UInt8(ascii: "}"))
      }
      position = CIFScan.afterBlanks(bytes, from: position)
      guard position < bytes.count else {
        throw CIFFault(offset: start, message: "A list or table is not closed.")
      }
    }
  }

  /// The end of a string, a word, or a table's key with the colon and the value's beginning.
  private static func elementEnd(
    _ bytes: Span<UInt8>, from start: Int, isTable: Bool
  ) throws(CIFFault) -> Int {
    let (_, end) = try string(bytes, from: start)
    let isKey =
      isTable && bytes[end - 1] != UInt8(ascii: ":") && end < bytes.count
      && bytes[end] == UInt8(ascii: ":")
    return isKey ? end + 1 : end
  }

  /// The content of the string or word at a position, and where it ends with its quotes.
  static func string(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(CIFFault) -> (content: Range<Int>, end: Int) {
    let quote = bytes[start]
    if quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") {
      let isTriple = CIFScan.isTriple(bytes, start, quote: quote)
      let width = isTriple ? 3 : 1
      let close =
        isTriple
        ? CIFScan.closingTriple(bytes, from: start + 3, quote: quote)
        : CIFScan.nextQuote(bytes, from: start + 1, quote: quote)
      guard let close else {
        throw CIFFault(offset: start, message: "A quote in a list or table is not closed.")
      }
      return (start + width..<close, close + width)
    }
    if quote == UInt8(ascii: ";"), CIFScan.isLineStart(bytes, start) {
      guard let close = CIFScan.closingSemicolon(bytes, from: start) else {
        throw CIFFault(offset: start, message: "A text field is not closed.")
      }
      return (start + 1..<max(start + 1, close - 1), close + 1)
    }
    var end = start
    while end < bytes.count, !isWordEnd(bytes[end]) {
      guard bytes[end] > 32, bytes[end] != 127 else {
        throw CIFFault(offset: end, message: "A control character in a list or table.")
      }
      end += 1
    }
    return (start..<end, max(end, start + 1))
  }

  private static func isWordEnd(_ byte: UInt8) -> Bool {
    CIFScan.isBlank(byte) || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
      || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
  }

  /// Decodes a list or table that ``end(_:from:)`` has accepted.
  static func value(_ bytes: Span<UInt8>, _ range: Range<Int>) -> CIFValue {
    var position = range.lowerBound
    return value(bytes, &position, end: range.upperBound)
  }

  /// Depth of recursion: at most ``CIFParser/mostDepth``.
  private static func value(_ bytes: Span<UInt8>, _ position: inout Int, end: Int) -> CIFValue {
    let close = bytes[position] == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: "}")
    var elements: [CIFValue] = []
    var keys: [String] = []
    position = CIFScan.afterBlanks(bytes, from: position + 1)
    while position < end, bytes[position] != close {
      if bytes[position] == UInt8(ascii: "[") || bytes[position] == UInt8(ascii: "{") {
        elements.append(value(bytes, &position, end: end))
      } else if let (content, next) = try? string(bytes, from: position) {
        let text = String(decoding: content.map { bytes[$0] }, as: UTF8.self)
        let isQuoted = content.lowerBound > position
        position = next
        if close == UInt8(ascii: "}"), keys.count == elements.count {
          keys.append(text)
          if position < end, bytes[position] == UInt8(ascii: ":") { position += 1 }
        } else {
          elements.append(isQuoted ? .text(text) : CIFValue(word: text))
        }
      } else {
        position += 1  // not reached: the text was accepted before
      }
      position = CIFScan.afterBlanks(bytes, from: position)
    }
    position += 1
    guard close == UInt8(ascii: "}") else { return .list(elements) }
    return .table(zip(keys, elements).map { CIFValue.Pair(key: $0, value: $1) })
  }
}
