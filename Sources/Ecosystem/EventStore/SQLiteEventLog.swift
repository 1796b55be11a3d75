import Foundation
import GRDB

/// An event log in one SQLite file.
///
/// In order of priority: an event that was acknowledged survives a killed process and a power loss
/// (write-ahead log, `synchronous = FULL`); damage is found, never read as data; a file of a newer
/// version, or of another program, is refused without touching it.
public final class SQLiteEventLog: EventLog {
  private let database: DatabaseQueue
  public let place: String
  private let clock: any TimeSource

  /// Opens a ledger, or makes it where there is none.
  ///
  /// - Parameters:
  ///   - path: The file. Its folder must exist.
  ///   - maximumPages: Limits the file to so many pages of 4 KiB; `nil` for no limit.
  public init(
    path: String, clock: any TimeSource = SystemTime(), maximumPages: Int? = nil
  ) throws(EventLogError) {
    place = path
    self.clock = clock
    try Self.refuseForeign(path)
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(5)
    database = try translating(path) {
      try DatabaseQueue(path: path, configuration: configuration)
    }
    try translating(path) {
      try EventSchema.migrator.migrate(database)
      try database.inDatabase { db in
        // Set last: opening in write-ahead mode lowers it to NORMAL.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        if let maximumPages { try db.execute(sql: "PRAGMA max_page_count = \(maximumPages)") }
      }
    }
  }

  @discardableResult
  public func append(
    _ drafts: [EventDraft], after count: Int
  ) throws(EventLogError) -> [LoggedEvent] {
    let time = clock.now()
    return try translating(place) {
      try database.write { db in
        let last = try EventRow.fetch(db, "", order: "sequence DESC", limit: 1).first
        let found = last?.sequence ?? 0
        guard found == count else {
          throw EventLogError.conflict(place: place, expected: count, found: found)
        }
        var previousHash = last?.hash ?? LoggedEvent.firstHash
        var added: [LoggedEvent] = []
        for draft in drafts {
          let event = LoggedEvent(
            draft, sequence: count + added.count + 1, time: time, previousHash: previousHash)
          try insert(event, into: db)
          previousHash = event.hash
          added.append(event)
        }
        return added
      }
    }
  }

  private func insert(_ event: LoggedEvent, into db: Database) throws {
    do {
      try EventRow.insert(event, into: db)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      guard let key = event.key else { throw error }
      throw EventLogError.duplicateKey(key, place: place)
    }
  }

  public func events() throws(EventLogError) -> [LoggedEvent] {
    let events = try translating(place) { try database.read { try EventRow.fetch($0, "") } }
    try checkChain(events, of: place)
    return events
  }

  public func events(after sequence: Int, limit: Int) throws(EventLogError) -> [LoggedEvent] {
    try translating(place) {
      try database.read { db in
        try EventRow.fetch(
          db, "WHERE sequence > ?", limit: limit, arguments: [sequence])
      }
    }
  }

  public func events(
    keys: [String], beginnings: [String]
  ) throws(EventLogError) -> [LoggedEvent] {
    // Each term is a search of the index of keys.
    let terms =
      keys.map { _ in "key = ?" } + beginnings.map { _ in "(key > ? AND key < ?)" }
    guard !terms.isEmpty else { return [] }
    let arguments = StatementArguments(keys + beginnings.flatMap { [$0, $0 + "\u{10FFFF}"] })
    return try translating(place) {
      try database.read { db in
        try EventRow.fetch(
          db, "WHERE " + terms.joined(separator: " OR "), arguments: arguments)
      }
    }
  }

  @discardableResult
  public func verify() throws(EventLogError) -> String? {
    try verifyStructure()
    var hash: String?
    try translating(place) { try forEachPage { hash = $0.last?.hash } }
    return hash
  }

  /// Checks the pages of the file, and not what the events say.
  public func verifyStructure() throws(EventLogError) {
    let faults = try translating(place) {
      try database.read { db in try String.fetchAll(db, sql: "PRAGMA integrity_check") }
    }
    guard faults == ["ok"] else {
      throw .corrupt(place, reason: faults.first ?? "its structure cannot be checked")
    }
  }

  /// SQLite's `PRAGMA synchronous`: 2 is FULL.
  func synchronousLevel() throws(EventLogError) -> Int? {
    try translating(place) {
      try database.inDatabase { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }
  }

  /// Looks at an existing file through a connection that cannot write.
  private static func refuseForeign(_ path: String) throws(EventLogError) {
    guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
      size > 0
    else { return }
    do throws(EventLogError) {
      try refuseForeign(path, readOnly: true)
    } catch .readOnly {
      // A process that was killed inside its first transaction leaves a journal, and only a
      // connection that can write may roll it back: nothing is lost by that, whosever file it is.
      try refuseForeign(path, readOnly: false)
    }
  }

  private static func refuseForeign(_ path: String, readOnly: Bool) throws(EventLogError) {
    var configuration = Configuration()
    configuration.readonly = readOnly
    // Another process may just be closing the file, for a moment.
    configuration.busyMode = .timeout(5)
    try translating(path) {
      let database = try DatabaseQueue(path: path, configuration: configuration)
      try database.read { db in
        // A process that is killed while it makes the file leaves it without any table, or with
        // the empty list of migrations alone.
        guard try !EventSchema.isUnfinished(db) else { return }
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == EventSchema.applicationID
        else { throw EventLogError.foreign(path) }
        guard try !EventSchema.migrator.hasBeenSuperseded(db) else {
          throw EventLogError.newerSchema(path)
        }
      }
    }
  }
}
