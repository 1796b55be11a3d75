import Foundation
import GRDB

extension SQLiteEventLog {
  /// What a copy of a ledger holds.
  public struct Copy: Codable, Hashable, Sendable {
    public let path: String
    public let events: Int

    /// Of the last event; `nil` for a ledger without any.
    public let hash: String?
  }

  /// Copies a ledger as it stands at one moment, while others write to it, and checks the copy.
  ///
  /// - Parameters:
  ///   - path: The ledger. It is not changed, and writers do not wait.
  ///   - copy: A name that nothing bears yet.
  /// - Returns: What the copy holds: all events up to a moment after the call began.
  /// - Throws: ``EventLogError``; ``FileError`` where the copy cannot be written.
  public static func copy(_ path: String, to copy: String) throws -> Copy {
    try StoreCopy.make(copy) { temporary in
      do {
        try StoreCopy.copy(path, to: temporary)
      } catch let error as DatabaseError {
        throw EventLogError(error, place: path)
      }
      return try checked(temporary, as: copy)
    }
  }

  /// Writes events into a new ledger as they are, times and hashes included.
  ///
  /// - Parameters:
  ///   - events: A beginning of a ledger: each follows from the one before.
  ///   - path: A name that nothing bears yet.
  /// - Throws: ``EventLogError``, ``FileError``.
  public static func restore(_ events: [LoggedEvent], to path: String) throws -> Copy {
    try checkChain(events, of: path)
    return try StoreCopy.make(path) { temporary in
      do {
        try write(events, to: temporary)
      } catch let error as DatabaseError {
        throw EventLogError(error, place: path)
      }
      return try checked(temporary, as: path)
    }
  }

  private static func write(_ events: [LoggedEvent], to path: String) throws {
    let database = try DatabaseQueue(path: path)
    try EventSchema.migrator.migrate(database)
    try database.write { db in
      for event in events { try EventRow.insert(event, into: db) }
    }
  }

  /// Opens a ledger under its temporary name and checks every byte of it.
  private static func checked(_ temporary: String, as path: String) throws -> Copy {
    let log = try SQLiteEventLog(path: temporary)
    try log.verifyStructure()
    var last: LoggedEvent?
    try log.forEachPage { last = $0.last }
    return Copy(path: path, events: last?.sequence ?? 0, hash: last?.hash)
  }
}
