import Foundation
import GRDB

/// Reads the rows of a damaged table, past those that cannot be read.
struct RowSalvage {
  let db: Database
  let table: StoreSchema.RepairedTable

  /// No number of a row is higher.
  let limit: Int64

  /// Rows that there may have been and that cannot be read, in sentences.
  private(set) var losses: [StoreLoss] = []

  /// - Parameter limit: A file of so many bytes cannot have more rows.
  init(_ db: Database, _ table: StoreSchema.RepairedTable, limit: Int64) {
    self.db = db
    self.table = table
    self.limit = limit
  }

  /// All rows that can be read, in the order of their keys.
  mutating func forEach(_ body: (Row) throws -> Void) throws {
    let first = table.key[0]
    var next: Int64 = Int64.min
    var unread: ClosedRange<Int64>?
    while true {
      do {
        // All rows of one value of the first column come at once.
        let rows = try Row.fetchAll(
          db,
          sql: """
            SELECT * FROM \(table.name) WHERE \(first) IN (SELECT DISTINCT \(first)
              FROM \(table.name) WHERE \(first) >= ? ORDER BY \(first)
              LIMIT \(unread == nil ? 256 : 1))
            ORDER BY \(table.key.joined(separator: ", "))
            """, arguments: [next])
        note(&unread)
        guard let last = rows.last, let number = Int64.fromDatabaseValue(last[first]),
          number >= next, number < Int64.max
        else { return }
        for row in rows { try body(row) }
        next = number + 1
      } catch let error as DatabaseError {
        guard error.resultCode != .SQLITE_ERROR else {
          // The table itself is not there.
          losses.append(StoreLoss("table \(table.name)", StoredFile.sentence(for: error)))
          return
        }
        next = try readSingly(from: max(next, 0), body, &unread)
        if next > limit { return note(&unread, isEnd: true) }
      }
    }
  }

  /// Reads row by row where a batch could not be read.
  ///
  /// - Returns: The number to go on from.
  private func readSingly(
    from start: Int64, _ body: (Row) throws -> Void, _ unread: inout ClosedRange<Int64>?
  ) throws -> Int64 {
    let statement = """
      SELECT * FROM \(table.name) WHERE \(table.key[0]) = ?
      ORDER BY \(table.key.joined(separator: ", "))
      """
    let end = start + 512
    for number in start..<end {
      do {
        for row in try Row.fetchAll(db, sql: statement, arguments: [number]) { try body(row) }
      } catch let error as DatabaseError where error.resultCode != .SQLITE_CONSTRAINT {
        unread = (unread?.lowerBound ?? number)...number
      }
    }
    return end
  }

  private mutating func note(_ unread: inout ClosedRange<Int64>?, isEnd: Bool = false) {
    guard let range = unread else { return }
    unread = nil
    let numbers =
      isEnd
      ? "\(range.lowerBound) and whatever was behind"
      : range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    losses.append(
      StoreLoss("\(table.name), \(table.key[0]) \(numbers)", "lies on a page that cannot be read"))
  }
}
