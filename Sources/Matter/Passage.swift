/// A piece of a document, with what it says and where it stands: what a value read from a text is
/// traced back to.
public struct Passage: Hashable, Sendable {
  /// The document: its DOI where it states one, else its file or address.
  public let document: String

  /// Unicode scalars from the start of the document.
  public let range: Range<Int>

  /// What stands there, as written.
  public let text: String

  /// What it says, in the order of the text; places are those of the document, as in ``range``.
  public let mentions: [Mention]

  public init(document: String, range: Range<Int>, text: String, mentions: [Mention]) {
    self.document = document
    self.range = range
    self.text = text
    self.mentions = mentions
  }
}

/// Written as `document`, `start`, `end`, `text`, `mentions`.
extension Passage: Codable {
  private enum Key: String, CodingKey {
    case document, start, end, text, mentions
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let start = try container.decode(Int.self, forKey: .start)
    let end = try container.decode(Int.self, forKey: .end)
    guard 0 <= start, start <= end else {
      throw DecodingError.dataCorruptedError(
        forKey: .end, in: container, debugDescription: "The passage ends before it starts.")
    }
    self.init(
      document: try container.decode(String.self, forKey: .document), range: start..<end,
      text: try container.decode(String.self, forKey: .text),
      mentions: try container.decode([Mention].self, forKey: .mentions))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(document, forKey: .document)
    try container.encode(range.lowerBound, forKey: .start)
    try container.encode(range.upperBound, forKey: .end)
    try container.encode(text, forKey: .text)
    try container.encode(mentions, forKey: .mentions)
  }
}
