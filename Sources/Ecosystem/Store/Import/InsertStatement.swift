import Foundation
import GRDB
import GRDBSQLite

/// A prepared INSERT for many rows: bound and stepped through SQLite's own interface, because an
/// import spends most of its time here.
///
/// Used by one thread, inside the transaction in which it was made.
final class InsertStatement {
  private let statement: OpaquePointer
  private let connection: OpaquePointer

  /// - Parameter sql: With `?` for each value.
  init(_ sql: String, _ db: Database) throws {
    guard let connection = db.sqliteConnection else {
      preconditionFailure("a database has a connection inside a transaction")
    }
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v2(connection, sql, -1, &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw Self.error(code, connection) }
    statement = prepared
    self.connection = connection
  }

  deinit {
    sqlite3_finalize(statement)
  }

  func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(statement, index, value) }

  func bind(_ value: Double, at index: Int32) { sqlite3_bind_double(statement, index, value) }

  func bindNull(at index: Int32) { sqlite3_bind_null(statement, index) }

  /// Binds bytes for as long as `body` runs.
  func bound<T>(
    _ bytes: UnsafeRawBufferPointer, at index: Int32, _ body: () throws -> T
  ) rethrows -> T {
    sqlite3_bind_blob64(statement, index, bytes.baseAddress, UInt64(bytes.count), nil)
    return try body()
  }

  /// Runs the statement with the values that are bound, those given here included.
  ///
  /// - Parameters:
  ///   - text: Bound at `textIndex`; `nil` binds NULL.
  ///   - blob: Bound at `blobIndex` unless that is 0.
  /// - Returns: How many rows were inserted.
  func run(
    text: String? = nil, textAt textIndex: Int32 = 0, blob: Data? = nil,
    blobAt blobIndex: Int32 = 0
  ) throws -> Int {
    guard textIndex > 0, var text else {
      if textIndex > 0 { bindNull(at: textIndex) }
      return try step(binding: blob, at: blobIndex)
    }
    return try text.withUTF8 { bytes in
      try bytes.withMemoryRebound(to: CChar.self) { characters in
        // No destructor: the bytes stay where they are until the step is done.
        sqlite3_bind_text(
          statement, textIndex, characters.baseAddress, Int32(characters.count), nil)
        return try step(binding: blob, at: blobIndex)
      }
    }
  }

  private func step(binding blob: Data?, at index: Int32) throws -> Int {
    guard index > 0, let blob else { return try step() }
    return try blob.withUnsafeBytes { bytes in
      sqlite3_bind_blob64(statement, index, bytes.baseAddress, UInt64(bytes.count), nil)
      return try step()
    }
  }

  private func step() throws -> Int {
    let code = sqlite3_step(statement)
    guard code == SQLITE_DONE else {
      let error = Self.error(code, connection)
      sqlite3_reset(statement)
      throw error
    }
    let changes = Int(sqlite3_changes(connection))
    sqlite3_reset(statement)
    return changes
  }

  private static func error(_ code: Int32, _ connection: OpaquePointer) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
  }
}
