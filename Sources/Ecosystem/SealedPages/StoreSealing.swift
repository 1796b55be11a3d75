import Foundation
import GRDB
import GRDBSQLite

/// Sees to it that the pages of a store are sealed.
enum StoreSealing {
  /// The last of the store's versions: its pages are sealed.
  static let version = "sealed"

  /// Leaves room for seals in a database that has no page yet.
  static func reserve(_ db: Database) throws {
    var length = Int32(PageSeal.length)
    let code = sqlite3_file_control(
      db.sqliteConnection, "main", SQLITE_FCNTL_RESERVE_BYTES, &length)
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  /// Whether the file says that its pages are sealed.
  static func isSealed(_ path: String) throws(FileError) -> Bool {
    let descriptor = try PosixFileSystem().openToRead(path)
    defer { close(descriptor) }
    var header = [UInt8](repeating: 0, count: 100)
    guard Foundation.read(descriptor, &header, 100) == 100 else { return false }
    return header.withUnsafeBytes { PageSeal.isSealed(header: $0) }
  }

  /// Writes every page of an older store anew, with seals: all of them or none, also where the process
  /// is killed meanwhile.
  static func seal(_ database: DatabaseQueue) throws {
    try database.inDatabase { db in
      // Pages cannot change their layout under a write-ahead log.
      try db.execute(sql: "PRAGMA journal_mode = DELETE")
      try reserve(db)
      try db.execute(sql: "VACUUM")
      try db.execute(sql: "PRAGMA journal_mode = WAL")
    }
  }
}
