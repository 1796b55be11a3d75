import DenseMath
import Ecosystem
public import Formats
public import Representations

/// Texts as sentences of tokens, for vectors learned from words.
///
/// Plain text (UTF-8; blocks of it are read side by side, cut at line ends), tokens with their labels
/// on lines of their own (CoNLL), and JSON: there, the texts of each object in a list are a document.
/// All may be gzipped.
public struct TextFiles: Sendable {
  public let sources: SourceFiles
  public let threads: Int

  /// What was read.
  public struct Tally: Sendable {
    public var files = 0
    public var refused = 0

    /// The first of those that were refused.
    public var refusals: [ReadingError] = []
  }

  /// Bytes of a block of plain text.
  private static let block = 1 << 17
  private static let wholeLimit = 1 << 30

  /// - Throws: ``FileError`` for a path that is not there.
  public init(_ paths: [String], threads: Int) throws {
    sources = try SourceFiles(paths) { path in
      [".txt", ".json", ".jsonl", ".ndjson"].contains(where: SourceFiles.plainName(path).hasSuffix)
    }
    self.threads = threads
  }

  /// Reads all texts.
  ///
  /// - Parameter progress: Called with the number of files that are done.
  /// - Throws: ``ReadingError`` or ``FileError`` for a file that was named and cannot be read; one
  ///   that was found in a folder is counted instead.
  public func corpus(
    progress: (Int) -> Void = { _ in }
  ) throws -> (corpus: TokenCorpus, tally: Tally) {
    var corpus = TokenCorpus()
    var tally = Tally()
    var waiting: [String] = []
    func work() throws {
      let sentences = try parallelMap(waiting, threads: threads) { try TextTokens($0).sentences() }
      waiting = []
      for sentence in sentences.joined() { corpus.append(sentence) }
    }
    for (place, file) in sources.files.enumerated() {
      do {
        try documents(of: file.path) { text in
          waiting.append(text)
          if waiting.count >= 64 { try work() }
        }
        tally.files += 1
      } catch let error as ReadingError where file.isFound {
        tally.refused += 1
        if tally.refusals.count < CompoundFiles.Tally.kept { tally.refusals.append(error) }
      }
      progress(place + 1)
    }
    try work()
    return (corpus, tally)
  }

  private func documents(of path: String, _ add: (String) throws -> Void) throws {
    let name = SourceFiles.plainName(path)
    if name.hasSuffix(".json") {
      let root = try JSONDocument(
        SourceFiles.bytes(of: path, limit: Self.wholeLimit), file: path
      ).root
      return try Self.documents(root, depth: 0, add)
    }
    let isLines = name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    let next = try SourceFiles.chunks(of: path)
    var (rest, line): ([UInt8], Int) = ([], 1)
    var labels: Bool?
    while true {
      let chunk = try next()
      rest += chunk ?? []
      guard chunk == nil || rest.count >= Self.block else { continue }
      let end = chunk == nil ? rest.count : (rest.lastIndex(of: 10).map { $0 + 1 } ?? 0)
      let block = Array(rest[..<end])
      rest.removeSubrange(..<end)
      guard let text = String(validating: block, as: UTF8.self) else {
        throw ReadingError(
          file: path, line: line, message: "Not UTF-8 text from this line on; save it as UTF-8.")
      }
      if isLines {
        for (number, object) in text.split(separator: "\n").enumerated() {
          let root = try JSONDocument(
            Array(object.utf8), file: path, line: line + number, allowsRepeatedNames: true
          ).root
          try Self.documents(root, depth: 0, add)
        }
      } else if !block.isEmpty {
        let isLabeled = labels ?? Self.isLabeled(text)
        labels = isLabeled
        for piece in Self.pieces(text) { try add(isLabeled ? Self.unlabeled(piece) : piece) }
      }
      line += block.count { $0 == 10 }
      if chunk == nil { return }
      guard rest.count <= 64 << 20 else {
        throw ReadingError(
          file: path, line: line, message: "A line longer than 64 MiB; break the text into lines.")
      }
    }
  }

  /// Some hundred kilobytes each, cut at line ends.
  private static func pieces(_ text: String) -> [String] {
    guard text.utf8.count > 2 * block else { return [text] }
    var (pieces, piece): ([String], String) = ([], "")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      piece += line + "\n"
      if piece.utf8.count >= block {
        pieces.append(piece)
        piece = ""
      }
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }

  // MARK: CoNLL

  /// Whether each of the first lines is a token and a label.
  private static func isLabeled(_ text: String) -> Bool {
    let lines = text.split(whereSeparator: \.isNewline).prefix(100)
    return lines.count > 3
      && lines.allSatisfy { line in
        let fields = line.split(separator: " ")
        guard fields.count == 2 || fields.count == 4, let label = fields.last else { return false }
        return label == "O"
          || (label.dropFirst().first == "-" && "BIES".contains(label.first ?? " "))
      }
  }

  /// Tokens with spaces between, a sentence a line.
  private static func unlabeled(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.split(whereSeparator: \.isWhitespace).first.map { "\($0) " } ?? "\n\n"
    }.joined()
  }

  // MARK: JSON

  private static let depthLimit = 4

  private static func documents(
    _ node: JSONNode, depth: Int, _ add: (String) throws -> Void
  ) throws {
    if depth < depthLimit, let items = node.items ?? listHolder(node) {
      for item in items { try documents(item, depth: depth + 1, add) }
      return
    }
    var texts: [String] = []
    collect(node, into: &texts, depth: 0)
    if !texts.isEmpty { try add(texts.joined(separator: " ")) }
  }

  /// The records of an object that is a wrapping of one list.
  private static func listHolder(_ node: JSONNode) -> [JSONNode]? {
    let lists = (node.members ?? []).compactMap(\.value.items)
      .filter { $0.first?.kind == .object }
    return lists.count == 1 && (node.members ?? []).count <= 4 ? lists.first : nil
  }

  private static func collect(_ node: JSONNode, into texts: inout [String], depth: Int) {
    guard depth < 32 else { return }
    if let text = node.text {
      texts.append(text)
    } else if let items = node.items {
      for item in items { collect(item, into: &texts, depth: depth + 1) }
    } else {
      for (_, value) in node.members ?? [] { collect(value, into: &texts, depth: depth + 1) }
    }
  }
}
