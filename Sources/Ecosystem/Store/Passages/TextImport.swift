import Foundation
import GRDB
import Matter

/// Reads texts into a store: each material gets the passages that name it, and the values that they
/// state of it.
///
/// One text is one run in one transaction, and a text that is in the store already adds nothing.
public struct TextImport: Sendable {
  /// Mentions that are less sure are left out, 0 to 1.
  public var confidence: Double

  /// The document's name; `nil` for the DOI it states, else the name it is read by.
  public var document: String?

  public init(confidence: Double = 0, document: String? = nil) {
    self.confidence = confidence
    self.document = document
  }

  /// What an import did.
  public struct Outcome: Codable, Hashable, Sendable {
    /// Whether the text was in the store already, and nothing was added.
    public let isPresent: Bool
    public let run: ImportRun
  }

  /// Reads one text.
  ///
  /// - Parameters:
  ///   - bytes: As they stand in the file: their hash tells whether they were read before.
  ///   - name: The file or address.
  /// - Throws: ``TextError`` and ``StoreError``; then nothing is stored.
  public func run(
    _ text: String, bytes: [UInt8], name: String, into store: RecordStore
  ) throws -> Outcome {
    let hash = ContentKey(of: bytes)
    let options = try self.options()
    let identity = ContentKey(of: Array("text\n\(hash.hex)\n\(options)".utf8))
    if let found = try store.run(identity: identity) { return Outcome(isPresent: true, run: found) }
    let origin = document ?? DocumentReader.name(of: text, otherwise: name)
    let findings = try DocumentReader(confidence: confidence).findings(in: text, document: origin)
    let started = store.clock.now()
    let id = try translatingStore(store.place) {
      try store.database.write { db in
        try db.execute(
          sql: """
            INSERT INTO run (identity, file, hash, size, options, state, started)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            identity.data, origin, hash.data, bytes.count, options,
            ImportRun.State.running.rawValue, started,
          ])
        let run = db.lastInsertedRowID
        try write(findings, text, run, db, finishedAt: store.clock.now())
        return Int(run)
      }
    }
    guard let run = try store.run(id) else {
      throw StoreError.corrupt(store.place, reason: "the run that was written is not there")
    }
    return Outcome(isPresent: false, run: run)
  }

  private func write(
    _ findings: [TextFinding], _ text: String, _ run: Int64, _ db: Database,
    finishedAt time: Int64
  ) throws {
    var writer = PassageWriter(db, run: run)
    var lines = LineCount(text)
    for finding in findings {
      try writer.write(finding, line: lines.line(of: finding.passage.range.lowerBound))
    }
    try db.execute(
      sql: """
        UPDATE run SET entries = ?, measurements = ?, materials = ?, state = ?, finished = ?
        WHERE id = ?
        """,
      arguments: [
        writer.sources, writer.measurements, writer.newMaterials,
        ImportRun.State.finished.rawValue, time, run,
      ])
  }

  /// The options of a run, with those of texts beside those of tables.
  private func options() throws -> String {
    var common = ImportOptions()
    common.fidelity = DocumentReader.fidelity
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let options = String(decoding: try encoder.encode(common), as: UTF8.self)
    let own = String(
      decoding: try encoder.encode(Own(confidence: confidence, document: document)),
      as: UTF8.self)
    return "\(options.dropLast()),\"text\":\(own)}"
  }

  private struct Own: Encodable {
    let confidence: Double
    let document: String?
  }
}

/// Counts the lines of a text up to growing places.
private struct LineCount {
  private let scalars: String.UnicodeScalarView
  private var index: String.UnicodeScalarView.Index
  private var place = 0
  private var line = 1

  init(_ text: String) {
    scalars = text.unicodeScalars
    index = scalars.startIndex
  }

  /// - Parameter target: Unicode scalars from the start; never less than before.
  mutating func line(of target: Int) -> Int {
    while place < target, index < scalars.endIndex {
      if scalars[index] == "\n" { line += 1 }
      index = scalars.index(after: index)
      place += 1
    }
    return line
  }
}
