import GRDB

/// Tables of a ledger and how each version follows from the one before.
enum EventSchema {
  /// Marks the file as ours in SQLite's header: "Athn" in ASCII.
  static let applicationID = 0x4174_686E

  /// A released migration is never edited: a change is a new one.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.create(table: "event", options: .strict) { table in
        table.primaryKey("sequence", .integer)
        table.column("kind", .text).notNull()
        table.column("key", .text).unique()
        table.column("payload", .text).notNull()
        table.column("time", .integer).notNull()
        table.column("hash", .text).notNull()
      }
    }
    return migrator
  }

  /// Whether a database holds nothing but, at most, the migrator's empty list.
  static func isUnfinished(_ db: Database) throws -> Bool {
    let others = try Int.fetchOne(
      db, sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'")
    guard others == 0 else { return false }
    guard try db.tableExists("grdb_migrations") else { return true }
    return try Int.fetchOne(db, sql: "SELECT count(*) FROM grdb_migrations") == 0
  }
}

/// Runs `body` and turns SQLite's result codes into what the user can do about them.
func translating<T>(
  _ place: String, _ body: () throws -> T
) throws(EventLogError) -> T {
  do {
    return try body()
  } catch let error as EventLogError {
    throw error
  } catch let error as DatabaseError {
    throw EventLogError(error, place: place)
  } catch let error as RowDecodingError {
    throw .corrupt(place, reason: "an event cannot be read (\(error))")
  } catch {
    throw .unavailable(place, reason: "\(error)")
  }
}

extension EventLogError {
  init(_ error: DatabaseError, place: String) {
    let text = error.message ?? "SQLite code \(error.extendedResultCode.rawValue)"
    self =
      switch error.resultCode {
      case .SQLITE_FULL: .full(place)
      case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN: .readOnly(place)
      case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(place)
      case .SQLITE_CORRUPT: .corrupt(place, reason: text)
      case .SQLITE_NOTADB: .foreign(place)
      default: .unavailable(place, reason: text)
      }
  }
}
