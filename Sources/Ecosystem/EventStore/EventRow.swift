import GRDB

/// Rows of the table `event`.
enum EventRow {
  /// - Parameters:
  ///   - condition: `WHERE …`, or nothing for all.
  ///   - arguments: Of the condition.
  static func fetch(
    _ db: Database, _ condition: String, order: String = "sequence", limit: Int = -1,
    arguments: StatementArguments = []
  ) throws -> [LoggedEvent] {
    let statement = try db.cachedStatement(
      sql: """
        SELECT sequence, kind, key, payload, time, hash FROM event \(condition) ORDER BY \(order)
        LIMIT ?
        """)
    let rows = try Row.fetchCursor(statement, arguments: arguments + [limit])
    var events: [LoggedEvent] = []
    while let row = try rows.next() { events.append(try event(row)) }
    return events
  }

  /// - Throws: ``EventLogError/corrupt(_:reason:)`` where a column is not what the table says.
  private static func event(_ row: Row) throws -> LoggedEvent {
    LoggedEvent(
      sequence: try row.decode(Int.self, atIndex: 0), kind: try row.decode(atIndex: 1),
      key: try row.decode(atIndex: 2), payload: try row.decode(atIndex: 3),
      time: try row.decode(atIndex: 4), hash: try row.decode(atIndex: 5))
  }

  static func insert(_ event: LoggedEvent, into db: Database) throws {
    try db.cachedStatement(
      sql: "INSERT INTO event (sequence, kind, key, payload, time, hash) VALUES (?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      event.sequence, event.kind, event.key, event.payload, event.time, event.hash,
    ])
  }
}
