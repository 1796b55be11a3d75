import Foundation
import GRDB
import Matter

/// Where a document states a measurement.
public struct PassageStatement: Codable, Hashable, Sendable {
  /// The place of the measurement among those of its source.
  public let measurement: Int

  /// Of the passage's mentions, the one that states it.
  public let mention: Int

  /// The least of those of the formula, of the quantity, and of the wording that ties them.
  public let confidence: Double
}

/// Reads and writes passages inside a transaction.
enum PassageRows {
  static func bytes(of passage: Passage) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(passage)
  }

  private static func passage(_ bytes: Data, _ place: String) throws -> Passage {
    do {
      return try JSONDecoder().decode(Passage.self, from: bytes)
    } catch {
      throw StoreError.corrupt(place, reason: "a passage cannot be read")
    }
  }

  /// The passages of materials that are not withdrawn, each once, in the order they were recorded.
  ///
  /// - Parameters:
  ///   - list: Numbers of materials as a JSON array.
  ///   - place: The store, for errors.
  static func byMaterial(
    _ list: String, _ db: Database, place: String
  ) throws -> [Int64: [Passage]] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT s.material, b.bytes, min(s.id) FROM passage p JOIN source s ON s.id = p.source
          JOIN blob b ON b.id = p.blob
        WHERE s.material IN (SELECT value FROM json_each(?)) AND \(RecordStore.isVisible)
        GROUP BY s.material, p.blob ORDER BY 1, 3
        """, arguments: [list])
    var found: [Int64: [Passage]] = [:]
    while let row = try rows.next() {
      found[row[0], default: []].append(try passage(row[1], place))
    }
    return found
  }

  /// The passage of one source; `nil` where it is none of a text.
  static func of(source: Int64, _ db: Database, place: String) throws -> Passage? {
    let bytes = try Data.fetchOne(
      db,
      sql: "SELECT b.bytes FROM passage p JOIN blob b ON b.id = p.blob WHERE p.source = ?",
      arguments: [source])
    return try bytes.map { try passage($0, place) }
  }

  static func statements(of source: Int64, _ db: Database) throws -> [PassageStatement] {
    try Row.fetchAll(
      db,
      sql: "SELECT number, mention, confidence FROM statement WHERE source = ? ORDER BY number",
      arguments: [source]
    ).map { PassageStatement(measurement: $0[0], mention: $0[1], confidence: $0[2]) }
  }
}
