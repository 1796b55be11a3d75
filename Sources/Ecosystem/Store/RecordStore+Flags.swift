import Foundation
import GRDB

/// How many values of one kind an import flagged.
public struct FlagCount: Codable, Hashable, Sendable {
  public let flag: MeasurementFlag
  public let values: Int
}

/// A flagged value with the material it was given for.
public struct FlaggedEntry: Codable, Hashable, Sendable {
  /// Of the record.
  public let key: String
  public let formula: String
  public let measurement: FlaggedMeasurement
  public let source: Source
}

extension RecordStore {
  /// The values that an import flagged, in the order of its files.
  public func flaggedValues(of run: Int, limit: Int = .max) throws -> [FlaggedEntry] {
    try flaggedValues("s.run = ?", [run], limit: limit)
  }

  /// The values of one record that are kept and not used; those of withdrawn sources are left out.
  public func flaggedValues(of record: Record) throws -> [SourcedFlag] {
    guard let key = ContentKey.bytes(hex: record.key) else { return [] }
    return try flaggedValues("a.key = ? AND \(Self.isVisible)", [key], limit: .max).map {
      SourcedFlag($0.measurement, source: $0.source)
    }
  }

  /// How many values of each kind an import flagged; a value may have several flags.
  public func flagCounts(of run: Int) throws -> [FlagCount] {
    var counts: [MeasurementFlag: Int] = [:]
    try translatingStore(place) {
      try database.read { db in
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT f.flags, count(*) FROM flagged f JOIN source s ON s.id = f.source
            WHERE s.run = ? GROUP BY f.flags
            """, arguments: [run])
        for row in rows {
          for flag in FlaggedRows.flags(row[0]) { counts[flag, default: 0] += row[1] }
        }
      }
    }
    return MeasurementFlag.allCases.compactMap { flag in
      counts[flag].map { FlagCount(flag: flag, values: $0) }
    }
  }

  private func flaggedValues(
    _ condition: String, _ arguments: StatementArguments, limit: Int
  ) throws -> [FlaggedEntry] {
    try translatingStore(place) {
      try database.read { db in
        try Row.fetchAll(
          db,
          sql: """
            SELECT \(FlaggedRows.columns), a.key, a.formula, coalesce(p.file, r.file), s.line, s.name
            FROM flagged f JOIN quantity q ON q.id = f.quantity JOIN source s ON s.id = f.source
              JOIN material a ON a.id = s.material JOIN run r ON r.id = s.run
              LEFT JOIN part p ON p.id = s.part
            WHERE \(condition) ORDER BY f.source, f.number LIMIT \(limit)
            """, arguments: arguments
        ).map { row in
          FlaggedEntry(
            key: ContentKey.hex(row[6]), formula: row[7], measurement: FlaggedRows.read(row),
            source: Source(
              origin: row[8], locator: RecordReader.locator(line: row[9], name: row[10])))
        }
      }
    }
  }
}

/// Flagged values as rows of the store.
enum FlaggedRows {
  /// Of `flagged` as `f` and `quantity` as `q`.
  static let columns = "q.property, f.text, q.unit, f.uncertainty, q.fidelity, f.flags"

  static func read(_ row: Row) -> FlaggedMeasurement {
    FlaggedMeasurement(
      row[0], text: row[1], unit: row[2], uncertainty: row[3], fidelity: row[4],
      flags: flags(row[5]))
  }

  static func of(source: Int64, _ db: Database) throws -> [FlaggedMeasurement] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT \(columns) FROM flagged f JOIN quantity q ON q.id = f.quantity
        WHERE f.source = ? ORDER BY f.number
        """, arguments: [source]
    ).map(read)
  }

  static func text(_ flags: [MeasurementFlag]) -> String {
    flags.map(\.rawValue).joined(separator: ",")
  }

  /// Flags of a later version are passed over.
  static func flags(_ text: String) -> [MeasurementFlag] {
    text.split(separator: ",").compactMap { MeasurementFlag(rawValue: String($0)) }
  }
}
