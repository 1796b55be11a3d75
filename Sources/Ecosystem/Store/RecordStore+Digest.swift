import Foundation
import GRDB

extension RecordStore {
  /// A hash of all that the store says, whatever the order in which it was told and when: equal for
  /// stores into which the same files were imported with the same options, interrupted or not.
  ///
  /// - Returns: 64 hexadecimal digits.
  public func contentDigest() throws -> String {
    try translatingStore(place) {
      try database.read { db in
        var digest = RowDigest()
        for query in Self.contents {
          let rows = try Row.fetchCursor(db, sql: query)
          while let row = try rows.next() { digest.add(row) }
        }
        return digest.finish()
      }
    }
  }

  /// Rows without the numbers that SQLite gave them and without times, in an order of their own.
  private static let contents = [
    """
    SELECT identity, file, hash, size, options, columns, state, entries, refused, missing,
      measurements, EXISTS (SELECT 1 FROM withdrawal w WHERE w.run = run.id)
    FROM run ORDER BY 1, 2, 7, 8, 12
    """,
    """
    SELECT r.identity, f.number, f.line, f.field, f.message
    FROM refusal f JOIN run r ON r.id = f.run ORDER BY 1, 2, 3, 4, 5
    """,
    "SELECT key, kind, formula, nelements, nsites FROM material ORDER BY key",
    """
    SELECT a.key, r.identity, s.line, s.name, b.hash, m.number, q.property, q.unit, q.fidelity,
      m.value, m.uncertainty, \(isVisible)
    FROM source s JOIN material a ON a.id = s.material JOIN run r ON r.id = s.run
      LEFT JOIN blob b ON b.id = s.blob LEFT JOIN measurement m ON m.source = s.id
      LEFT JOIN quantity q ON q.id = m.quantity
    ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    """,
    """
    SELECT a.key, r.identity, s.line, s.name, f.number, q.property, q.unit, q.fidelity, f.text,
      f.uncertainty, f.flags
    FROM flagged f JOIN source s ON s.id = f.source JOIN material a ON a.id = s.material
      JOIN run r ON r.id = s.run JOIN quantity q ON q.id = f.quantity
    ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    """,
    """
    SELECT r.identity, p.file, p.identity, p.entries, a.key, s.line, s.name
    FROM source s JOIN part p ON p.id = s.part JOIN run r ON r.id = s.run
      JOIN material a ON a.id = s.material
    ORDER BY 1, 2, 3, 4, 5, 6, 7
    """,
    PassageSchema.contents,
  ]
}

/// Hashes rows piece by piece: the hash so far stands before the next piece.
private struct RowDigest {
  private var bytes: [UInt8] = []
  private static let pieceLength = 1 << 20

  mutating func add(_ row: Row) {
    for value in row.databaseValues {
      switch value.storage {
      case .null: bytes.append(UInt8(ascii: "-"))
      case .int64(let number): add("i\(number)")
      case .double(let number): add("d\(number.bitPattern)")
      case .string(let text): add("t\(text.utf8.count):\(text)")
      case .blob(let data):
        add("b\(data.count):")
        bytes.append(contentsOf: data)
      }
    }
    bytes.append(10)
    if bytes.count >= Self.pieceLength { bytes = Array(ContentKey(of: bytes).data) }
  }

  private mutating func add(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  func finish() -> String { ContentKey(of: bytes).hex }
}
