/// The content of a CIF, block by block, as it stands in the file.
///
/// Values stay in the bytes; reading one makes its text. Names are found in any case of their
/// letters.
public struct CIFDocument: Sendable {
  private let content: Content

  /// One reference for all arrays, so that documents are passed on at the cost of one.
  private final class Content: Sendable {
    let bytes: [UInt8]
    let tokens: [CIFToken]
    let entries: [CIFEntry]
    let sections: [CIFSection]

    init(_ bytes: [UInt8], _ parser: CIFParser) {
      self.bytes = bytes
      tokens = parser.tokens
      entries = parser.entries
      sections = parser.sections
    }
  }

  var bytes: [UInt8] { content.bytes }
  var tokens: [CIFToken] { content.tokens }
  var entries: [CIFEntry] { content.entries }
  var sections: [CIFSection] { content.sections }

  /// Whether the file begins with `#\#CIF_2.0`.
  public let isVersion2: Bool

  /// What was read with reservations, in the order of the file.
  public let notices: [ReadingNotice]

  /// The data blocks in the order of the file; one or more.
  public var blocks: [Block] {
    sections.indices.filter { sections[$0].parent == nil }.map { Block(document: self, index: $0) }
  }

  init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    var parser = CIFParser()
    do {
      try parser.parse(bytes.span)
    } catch {
      throw CIFPlace(bytes).error(error, file: file)
    }
    content = Content(bytes, parser)
    isVersion2 = parser.isVersion2
    notices = parser.notices.isEmpty ? [] : CIFPlace(bytes).resolve(parser.notices)
  }

  /// A data block or a save frame.
  public struct Block: Sendable {
    let document: CIFDocument
    let index: Int

    public var name: String { document.text(document.sections[index].name) }

    /// The line of its heading, from 1.
    public var line: Int {
      CIFPlace(document.bytes).line(of: document.sections[index].offset)
    }

    /// The save frames of a block, in the order of the file.
    public var saveFrames: [Block] {
      document.sections.indices.filter { document.sections[$0].parent == index }
        .map { Block(document: document, index: $0) }
    }

    /// The names of its items and columns, as they are written.
    public var names: [String] {
      entries.flatMap { entry in
        (0..<Int(entry.columns)).map {
          document.text(document.tokens[Int(entry.first) + $0].range)
        }
      }
    }

    /// The values of an item (one) or of a column of a loop (one for each row); `nil` when the block
    /// has no such name.
    public func values(_ name: String) -> [CIFValue]? {
      let wanted = name.lowercased()
      for entry in entries {
        for column in 0..<Int(entry.columns)
        where document.text(document.tokens[Int(entry.first) + column].range).lowercased() == wanted
        {
          return (0..<entry.rows).map { row in
            document.value(document.tokens[entry.token(row: row, column: column)])
          }
        }
      }
      return nil
    }

    /// The value of a name that has one value; `nil` when it is absent or has several.
    public func value(_ name: String) -> CIFValue? {
      let found = values(name)
      return found?.count == 1 ? found?.first : nil
    }

    /// The names of the loop that has a name among its columns; `nil` when no loop has it.
    public func columns(besides name: String) -> [String]? {
      let wanted = name.lowercased()
      for entry in entries where entry.isLoop {
        let columns = (0..<Int(entry.columns)).map {
          document.text(document.tokens[Int(entry.first) + $0].range)
        }
        if columns.contains(where: { $0.lowercased() == wanted }) { return columns }
      }
      return nil
    }

    private var entries: [CIFEntry] {
      document.entries[document.sections[index].entries].filter { Int($0.section) == index }
    }
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func value(_ token: CIFToken) -> CIFValue {
    switch token.kind {
    case .tag, .bare: CIFValue(word: text(token.range))
    case .quoted, .textField: .text(text(token.range))
    case .list, .table: CIFContainer.value(bytes.span, token.range)
    }
  }
}
