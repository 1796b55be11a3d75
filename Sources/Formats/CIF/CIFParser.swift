/// Reads the grammar of CIF 1.1 and 2.0 into flat arrays of tokens, entries and sections.
///
/// Sources: Hall, Allen and Brown, Acta Cryst. A 47, 655 (1991); the CIF 1.1 syntax of the IUCr; CIF
/// 2.0 after Bernstein et al., J. Appl. Cryst. 49, 277 (2016), which begins with `#\#CIF_2.0`.
/// Differences for the sake of real files: other bytes than ASCII may stand in quoted strings, text
/// fields and comments; `[` may begin a word of CIF 1.1; `stop_` may end a loop; `global_` is a block;
/// a loop may have no values. All but the first leave a notice.
struct CIFParser {
  var tokens: [CIFToken] = []
  var entries: [CIFEntry] = []
  var sections: [CIFSection] = []
  var notices: [CIFNotice] = []
  var isVersion2 = false

  private var position = 0
  private var block: Int?
  private var frame: Int?
  private var names = CIFNames()
  private var frameNames = CIFNames()
  private var sectionNames = CIFNames()
  private let table = CIFTagTable.shared

  /// Larger files would not fit the 32-bit ranges of tokens.
  static let mostBytes = Int(Int32.max) - 1

  /// Lists and tables of CIF 2.0 may be nested to this depth.
  static let mostDepth = 64

  mutating func parse(_ bytes: Span<UInt8>) throws(CIFFault) {
    guard bytes.count <= Self.mostBytes else {
      throw CIFFault(offset: 0, message: "The file is larger than 2 GiB; split it by blocks.")
    }
    tokens.reserveCapacity(bytes.count / 6 + 32)
    entries.reserveCapacity(24)
    skipMark(bytes)
    while true {
      position = CIFScan.afterBlanks(bytes, from: position)
      guard position < bytes.count else { break }
      try statement(bytes)
    }
    if let frame {
      throw CIFFault(
        offset: sections[frame].offset, message: "A save frame is not closed; end it with save_.")
    }
    guard let block else {
      throw CIFFault(offset: 0, message: "The file has no data block; a CIF begins with data_NAME.")
    }
    sections[block].entries = sections[block].entries.lowerBound..<entries.count
  }

  private mutating func skipMark(_ bytes: Span<UInt8>) {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    isVersion2 = CIFScan.has("#\\#cif_2.0", bytes, at: position)
  }

  @inline(__always)
  private mutating func statement(_ bytes: Span<UInt8>) throws(CIFFault) {
    let start = position
    switch bytes[start] {
    case UInt8(ascii: "_"):
      try item(bytes)
    case UInt8(ascii: "l"), UInt8(ascii: "L"):
      guard CIFScan.isWord("loop_", bytes, at: position) else { fallthrough }
      position += 5
      try loop(bytes, at: start)
    default:
      if try !heading(bytes) { throw stray(bytes) }
    }
  }

  private func stray(_ bytes: Span<UInt8>) -> CIFFault {
    if bytes[position] == UInt8(ascii: "_") || block != nil {
      return CIFFault(
        offset: position,
        message: "A value without a name; put values with blanks in quotes.")
    }
    return CIFFault(
      offset: position, message: "Text before the first data block; a CIF begins with data_NAME.")
  }

  // MARK: Headings

  /// Reads `data_NAME`, `global_`, `save_NAME` or `save_`.
  private mutating func heading(_ bytes: Span<UInt8>) throws(CIFFault) -> Bool {
    let start = position
    if CIFScan.has("data_", bytes, at: start) {
      try beginBlock(bytes, nameFrom: start + 5)
    } else if CIFScan.isWord("global_", bytes, at: start) {
      notices.append(CIFNotice(offset: start, message: "global_ is read as a data block."))
      try beginBlock(bytes, nameFrom: start)
    } else if CIFScan.has("save_", bytes, at: start) {
      try beginOrEndFrame(bytes)
    } else {
      return false
    }
    return true
  }

  private mutating func beginBlock(_ bytes: Span<UInt8>, nameFrom start: Int) throws(CIFFault) {
    let offset = position
    if let frame {
      throw CIFFault(
        offset: sections[frame].offset, message: "A save frame is not closed; end it with save_.")
    }
    if let block {
      sections[block].entries = sections[block].entries.lowerBound..<entries.count
    }
    let end = try Self.wordEnd(bytes, isVersion2: isVersion2, from: start)
    names.removeAll()
    block = sections.count
    sections.append(
      CIFSection(name: start..<end, offset: offset, entries: entries.count..<entries.count))
    if sectionNames.insert(start..<end, CIFTagTable.hash(bytes, start, end), bytes) != nil {
      notices.append(
        CIFNotice(offset: offset, message: "Two data blocks have this name."))
    }
    position = end
  }

  private mutating func beginOrEndFrame(_ bytes: Span<UInt8>) throws(CIFFault) {
    let offset = position
    let end = try Self.wordEnd(bytes, isVersion2: isVersion2, from: offset + 5)
    guard let block else { throw stray(bytes) }
    if end == offset + 5 {
      guard let frame else {
        throw CIFFault(offset: offset, message: "save_ ends a save frame, but none is open.")
      }
      sections[frame].entries = sections[frame].entries.lowerBound..<entries.count
      self.frame = nil
    } else {
      guard frame == nil else {
        throw CIFFault(
          offset: offset, message: "A save frame inside a save frame; end the first with save_.")
      }
      frame = sections.count
      frameNames.removeAll()
      sections.append(
        CIFSection(
          name: offset + 5..<end, offset: offset, parent: block,
          entries: entries.count..<entries.count))
    }
    position = end
  }

  // MARK: Items and loops

  private mutating func item(_ bytes: Span<UInt8>) throws(CIFFault) {
    let start = position
    guard let section = frame ?? block else { throw stray(bytes) }
    let first = tokens.count
    try tag(bytes)
    position = CIFScan.afterBlanks(bytes, from: position)
    guard position < bytes.count, bytes[position] != UInt8(ascii: "_"),
      !CIFScan.isReserved(bytes, at: position)
    else {
      throw CIFFault(offset: start, message: "A name without a value; write ? where it is unknown.")
    }
    try value(bytes)
    entries.append(
      CIFEntry(first: Int32(first), columns: 1, values: 1, section: Int32(section), isLoop: false))
  }

  private mutating func loop(_ bytes: Span<UInt8>, at start: Int) throws(CIFFault) {
    guard let section = frame ?? block else { throw stray(bytes) }
    let first = tokens.count
    position = CIFScan.afterBlanks(bytes, from: position)
    while position < bytes.count, bytes[position] == UInt8(ascii: "_") {
      try tag(bytes)
      position = CIFScan.afterBlanks(bytes, from: position)
    }
    let columns = tokens.count - first
    guard columns > 0 else {
      throw CIFFault(offset: start, message: "loop_ without names; list its columns after it.")
    }
    while position < bytes.count, bytes[position] != UInt8(ascii: "_"),
      !CIFScan.isReserved(bytes, at: position)
    {
      try value(bytes)
      position = CIFScan.afterBlanks(bytes, from: position)
    }
    let values = tokens.count - first - columns
    if position < bytes.count, CIFScan.isWord("stop_", bytes, at: position) {
      notices.append(CIFNotice(offset: position, message: "stop_ is not needed in a CIF."))
      position += 5
    }
    guard values % columns == 0 else {
      let row = Int(tokens[first + columns + values / columns * columns].start)
      throw CIFFault(
        offset: row,
        message: "The last row of a loop has \(values % columns) of \(columns) values; "
          + "give every row all its values.")
    }
    if values == 0 {
      notices.append(CIFNotice(offset: start, message: "A loop has no values."))
    }
    entries.append(
      CIFEntry(
        first: Int32(first), columns: Int32(columns), values: Int32(values),
        section: Int32(section),
        isLoop: true))
  }

  private mutating func tag(_ bytes: Span<UInt8>) throws(CIFFault) {
    let start = position
    let end = try Self.wordEnd(bytes, isVersion2: isVersion2, from: start)
    guard end > start + 1 else { throw CIFFault(offset: start, message: "_ alone is no name.") }
    let hash = CIFTagTable.hash(bytes, start, end)
    let earlier =
      frame == nil
      ? names.insert(start..<end, hash, bytes) : frameNames.insert(start..<end, hash, bytes)
    if earlier != nil {
      throw CIFFault(
        offset: start,
        message: "The block has this name twice (\(Self.text(bytes, start..<end))); keep one.")
    }
    tokens.append(
      CIFToken(start: Int32(start), end: Int32(end), kind: .tag, tag: table.tag(hash)))
    position = end
  }

  private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    range.count > 100 ? "…" : String(decoding: range.map { bytes[$0] }, as: UTF8.self)
  }

  // MARK: Values

  @inline(__always)
  private mutating func value(_ bytes: Span<UInt8>) throws(CIFFault) {
    let start = position
    switch bytes[start] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      try quoted(bytes)
    case UInt8(ascii: ";") where CIFScan.isLineStart(bytes, start):
      try textField(bytes)
    case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"),
      UInt8(ascii: "$"):
      try bracket(bytes)
    default:
      let end = try Self.wordEnd(bytes, isVersion2: isVersion2, from: start)
      add(.bare, start, end)
      position = end
    }
  }

  @inline(__always)
  private mutating func add(_ kind: CIFToken.Kind, _ start: Int, _ end: Int) {
    tokens.append(CIFToken(start: Int32(start), end: Int32(end), kind: kind))
  }

  private mutating func bracket(_ bytes: Span<UInt8>) throws(CIFFault) {
    let start = position
    let byte = bytes[start]
    guard isVersion2 else {
      if byte == UInt8(ascii: "$") {
        throw CIFFault(offset: start, message: "$ may not begin a value; put it in quotes.")
      }
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") {
        notices.append(
          CIFNotice(
            offset: start, message: "A value that begins with a bracket should stand in quotes."))
      }
      let end = try Self.wordEnd(bytes, isVersion2: isVersion2, from: start)
      add(.bare, start, end)
      position = end
      return
    }
    guard byte != UInt8(ascii: "$"), byte != UInt8(ascii: "]"), byte != UInt8(ascii: "}") else {
      throw CIFFault(
        offset: start, message: "A value may not begin with this sign; put it in quotes.")
    }
    let end = try CIFContainer.end(bytes, from: start)
    try Self.requireBlank(bytes, after: end)
    add(byte == UInt8(ascii: "[") ? .list : .table, start, end)
    position = end
  }

  private mutating func quoted(_ bytes: Span<UInt8>) throws(CIFFault) {
    let start = position
    let quote = bytes[start]
    if isVersion2, CIFScan.isTriple(bytes, start, quote: quote) {
      guard let end = CIFScan.closingTriple(bytes, from: start + 3, quote: quote) else {
        throw CIFFault(offset: start, message: "A string in triple quotes is not closed.")
      }
      try Self.requireBlank(bytes, after: end + 3)
      add(.quoted, start + 3, end)
      position = end + 3
      return
    }
    guard let end = CIFScan.closingQuote(bytes, from: start + 1, quote: quote) else {
      throw CIFFault(offset: start, message: "A quote is not closed in its line; close it.")
    }
    try Self.requireNoNUL(bytes, start..<end)
    add(.quoted, start + 1, end)
    position = end + 1
  }

  private mutating func textField(_ bytes: Span<UInt8>) throws(CIFFault) {
    let start = position
    guard let end = CIFScan.closingSemicolon(bytes, from: start) else {
      throw CIFFault(
        offset: start, message: "A text field is not closed; end it with a ; that begins a line.")
    }
    try Self.requireBlank(bytes, after: end + 1)
    try Self.requireNoNUL(bytes, start..<end)
    var last = end - 1
    if last > start + 1, bytes[last] == 10, bytes[last - 1] == 13 { last -= 1 }
    add(.textField, start + 1, max(last, start + 1))
    position = end + 1
  }

  private static func requireBlank(_ bytes: Span<UInt8>, after end: Int) throws(CIFFault) {
    guard end == bytes.count || CIFScan.isBlank(bytes[end]) || bytes[end] == UInt8(ascii: "#")
    else {
      throw CIFFault(offset: end, message: "A blank must follow the end of a value.")
    }
  }

  private static func requireNoNUL(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(CIFFault) {
    for offset in range where bytes[offset] == 0 {
      throw CIFFault(offset: offset, message: "A NUL byte; the file is damaged or no text.")
    }
  }

  @inline(__always)
  private static func wordEnd(
    _ bytes: Span<UInt8>, isVersion2: Bool, from start: Int
  ) throws(CIFFault) -> Int {
    let (end, isPlain) = CIFScan.wordEnd(bytes, from: start)
    if !isPlain { try checkWord(bytes, start..<end, isVersion2: isVersion2) }
    return end
  }

  /// Refuses control characters, and beyond ASCII what CIF 1.1 has only in quotes.
  private static func checkWord(
    _ bytes: Span<UInt8>, _ range: Range<Int>, isVersion2: Bool
  ) throws(CIFFault) {
    for offset in range where !(33...126).contains(bytes[offset]) {
      if bytes[offset] >= 128, isVersion2 { continue }
      throw CIFFault(
        offset: offset,
        message: bytes[offset] < 128
          ? "A control character (\(bytes[offset])); the file is damaged or no text."
          : "A letter beyond ASCII outside of quotes; put the value in quotes.")
    }
  }
}
