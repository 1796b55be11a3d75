import Foundation
import GRDB
public import Matter

/// All that was ever read about one material, withdrawn or not.
public struct RecordHistory: Codable, Hashable, Sendable {
  /// One place where the material was read.
  public struct Entry: Codable, Hashable, Sendable {
    public let source: Source
    public let run: Int
    public let measurements: [Measurement]

    /// Values that are kept and not used.
    public let flagged: [FlaggedMeasurement]

    /// Why it is no longer used; `nil` while it is.
    public let withdrawn: String?

    /// What the place says, where it is one of a text.
    public let passage: Passage?

    /// Which measurements the passage states where; empty unless there is one.
    public let statements: [PassageStatement]
  }

  public let key: String
  public let formula: String

  /// `nil` for a composition alone.
  public let sites: Int?

  /// In the order they were recorded.
  public let sources: [Entry]
}

extension RecordStore {
  /// The history of one material.
  ///
  /// - Parameter name: The key or at least six digits of its beginning; or the name of a row; or a
  ///   formula of which there is one record; see ``histories(of:limit:)``.
  /// - Throws: ``StoreError/notFound(_:)`` when nothing or more than one material has the name.
  public func history(of name: String) throws -> RecordHistory {
    try translatingStore(place) {
      try database.read { db in
        let found = try materials(named: name, db)
        guard let id = found.first else { throw nothing(named: name) }
        guard found.count == 1 else {
          throw StoreError.notFound(
            "\(place): \(found.count) records are named \"\(name)\"; give more of the key.")
        }
        return try history(id, db)
      }
    }
  }

  func history(_ id: Int64, _ db: Database) throws -> RecordHistory {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT key, formula, nsites FROM material WHERE id = ?", arguments: [id])
    else { throw StoreError.corrupt(place, reason: "material \(id) is missing") }
    let sources = try Row.fetchAll(
      db,
      sql: """
        SELECT s.id, coalesce(p.file, r.file), s.line, s.name, s.run, coalesce(
          (SELECT w.reason FROM withdrawn_source x JOIN withdrawal w ON w.id = x.withdrawal
            WHERE x.source = s.id),
          (SELECT w.reason FROM withdrawal w WHERE w.run = s.run))
        FROM source s JOIN run r ON r.id = s.run LEFT JOIN part p ON p.id = s.part
        WHERE s.material = ? ORDER BY s.id
        """, arguments: [id])
    return RecordHistory(
      key: ContentKey.hex(row[0]), formula: row[1], sites: row[2],
      sources: try sources.map { source in
        RecordHistory.Entry(
          source: Source(
            origin: source[1], locator: RecordReader.locator(line: source[2], name: source[3])),
          run: source[4], measurements: try measurements(of: source[0], db),
          flagged: try FlaggedRows.of(source: source[0], db), withdrawn: source[5],
          passage: try PassageRows.of(source: source[0], db, place: place),
          statements: try PassageRows.statements(of: source[0], db))
      })
  }

  private func measurements(of source: Int64, _ db: Database) throws -> [Measurement] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT q.property, m.value, q.unit, m.uncertainty, q.fidelity
        FROM measurement m JOIN quantity q ON q.id = m.quantity WHERE m.source = ?
        ORDER BY m.number
        """, arguments: [source]
    ).map {
      Measurement(
        $0[0], value: $0[1], unit: $0[2], standardUncertainty: $0[3], fidelity: $0[4])
    }
  }
}
