/// Where the known names of one block stand.
struct CIFSlots {
  /// For each tag, 1 + the index of its entry, and its column in it.
  private var entries = InlineArray<64, Int32>(repeating: 0)
  private var columns = InlineArray<64, Int32>(repeating: 0)

  init(_ document: CIFDocument, section: Int) {
    let isPlain = document.sections.count == 1
    for index in document.sections[section].entries {
      let entry = document.entries[index]
      guard isPlain || Int(entry.section) == section else { continue }
      for column in 0..<entry.columns {
        let tag = Int(document.tokens[Int(entry.first + column)].tag.rawValue)
        // Of two spellings with the same meaning the first with a value counts.
        guard tag != 0, entries[tag] == 0 || !has(document, tag) else { continue }
        entries[tag] = Int32(index) + 1
        columns[tag] = column
      }
    }
  }

  subscript(tag: CIFTag) -> (entry: Int, column: Int)? {
    let entry = Int(entries[Int(tag.rawValue)])
    return entry == 0 ? nil : (entry - 1, Int(columns[Int(tag.rawValue)]))
  }

  /// Whether what is known of a tag has a value that says something.
  private func has(_ document: CIFDocument, _ tag: Int) -> Bool {
    let entry = document.entries[Int(entries[tag]) - 1]
    guard entry.rows > 0 else { return false }
    return !document.isMissing(entry.token(row: 0, column: Int(columns[tag])))
  }
}

extension CIFDocument {
  /// Whether a value is `.` or `?`.
  @inline(__always)
  func isMissing(_ index: Int) -> Bool {
    let token = tokens[index]
    guard token.end - token.start == 1, token.kind == .bare else { return false }
    let byte = bytes[Int(token.start)]
    return byte == UInt8(ascii: ".") || byte == UInt8(ascii: "?")
  }

  /// The number in a value; `nil` when it is none.
  @inline(__always)
  func number(_ index: Int) -> Double? {
    CIFNumber.value(bytes.span, tokens[index].range)
  }
}
