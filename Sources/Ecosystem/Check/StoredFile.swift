import Foundation
import GRDB

/// A file of Athanor that is looked at whatever has happened to it, and never written.
public struct StoredFile: Sendable {
  public enum Kind: String, Codable, Sendable {
    case ledger
    case records
  }

  public let path: String
  public let kind: Kind

  /// - Throws: ``FileError`` where there is no such file, ``StoreError/foreign(_:)`` where it is no
  ///   ledger and no store, as far as can be seen.
  public init(_ path: String) throws {
    self.path = path
    SealedFiles.install()
    let header = try Self.header(of: path)
    if let kind = Self.kind(ofHeader: header) {
      self.kind = kind
      return
    }
    // The mark itself may be what is damaged: the tables tell too.
    guard let kind = try? Self.kind(ofTablesIn: path) else { throw StoreError.foreign(path) }
    self.kind = kind
  }

  /// The first bytes, at most 100.
  private static func header(of path: String) throws -> [UInt8] {
    let descriptor = try PosixFileSystem().openToRead(path)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = Foundation.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw FileError(operation: .read, path: path, code: errno) }
    return Array(bytes.prefix(count))
  }

  /// By the application's number, which SQLite keeps at byte 68.
  private static func kind(ofHeader header: [UInt8]) -> Kind? {
    guard header.count >= 72 else { return nil }
    switch header[68..<72].reduce(0, { $0 << 8 | Int($1) }) {
    case EventSchema.applicationID: return .ledger
    case StoreSchema.applicationID: return .records
    default: return nil
    }
  }

  private static func kind(ofTablesIn path: String) throws -> Kind? {
    try withConnection(to: path) {
      try $0.read { db in
        if try db.tableExists("event") { return .ledger }
        return try db.tableExists("material") ? .records : nil
      }
    }
  }

  /// A connection that cannot write.
  private static func connection(to path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Looks at the file.
  ///
  /// - Throws: What `body` throws; errors of SQLite as they are.
  func look<T>(_ body: (Database) throws -> T) throws -> T {
    try Self.withConnection(to: path) { database in
      var result: Result<T, any Error>?
      do {
        try database.read { db in result = Result { try body(db) } }
      } catch {
        // Where a page could not be read, the end of the transaction says so once more.
        guard result != nil else { throw error }
      }
      guard let result else { preconditionFailure("a read that does not throw runs its body") }
      return try result.get()
    }
  }

  /// Opens a file for reading and leaves its folder as it was.
  static func withConnection<T>(to path: String, _ body: (DatabaseQueue) throws -> T) throws -> T {
    if FileManager.default.fileExists(atPath: path + "-journal") {
      return try withCopy(of: path, body)
    }
    let isAlone = companions.allSatisfy { !FileManager.default.fileExists(atPath: path + $0) }
    let database = try connection(to: path)
    defer {
      try? database.close()
      // A connection that cannot write leaves empty files of the write-ahead log behind.
      let size = try? FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
      if isAlone, size == 0 { for name in companions { unlink(path + name) } }
    }
    return try body(database)
  }

  /// What a killed process was writing has to be undone before anything is read: in a copy, so that the
  /// file itself stays as it is.
  private static func withCopy<T>(
    of path: String, _ body: (DatabaseQueue) throws -> T
  ) throws -> T {
    let manager = FileManager.default
    let folder = manager.temporaryDirectory.appendingPathComponent("athanor-\(UUID().uuidString)")
    try manager.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: folder) }
    let copy = folder.appendingPathComponent("copy").path
    for ending in ["", "-journal", "-wal"] where manager.fileExists(atPath: path + ending) {
      try manager.copyItem(atPath: path + ending, toPath: copy + ending)
    }
    let database = try DatabaseQueue(path: copy)
    defer { try? database.close() }
    return try body(database)
  }

  private static let companions = ["-wal", "-shm"]

  /// SQLite's own check of pages and indexes.
  static func structureFaults(_ db: Database) -> [StoreFault] {
    do {
      let found = try String.fetchAll(db, sql: "PRAGMA integrity_check")
      return found == ["ok"] ? [] : found.map { StoreFault(.structure, "", $0) }
    } catch {
      return [StoreFault(.structure, "", sentence(for: error))]
    }
  }

  /// What SQLite says, without the statement.
  static func sentence(for error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(error)" }
    return error.message ?? "SQLite code \(error.extendedResultCode.rawValue)"
  }

  /// Differences between the tables of a file and those that the migrations make.
  ///
  /// - Returns: The versions that were applied, and what is wrong.
  /// - Throws: ``StoreError/newerSchema(_:)``: a newer version knows what is right.
  static func schema(
    _ db: Database, _ migrator: DatabaseMigrator, place: String
  ) throws -> (versions: [String], faults: [StoreFault]) {
    let versions: [String]
    do {
      if try migrator.hasBeenSuperseded(db) { throw StoreError.newerSchema(place) }
      versions = try migrator.appliedMigrations(db)
    } catch let error as DatabaseError {
      return ([], [StoreFault(.schema, "", "the list of versions: \(sentence(for: error))")])
    }
    guard let last = versions.last else {
      return ([], [StoreFault(.schema, "", "no version is recorded")])
    }
    let fresh = try DatabaseQueue()
    try migrator.migrate(fresh, upTo: last)
    let wanted = try fresh.read(definitions)
    let found: [String: String]
    do { found = try definitions(db) } catch {
      return (versions, [StoreFault(.schema, "", sentence(for: error))])
    }
    let faults = wanted.keys.sorted().compactMap { name -> StoreFault? in
      guard let own = found[name] else { return StoreFault(.schema, name, "is missing") }
      return own == wanted[name]
        ? nil : StoreFault(.schema, name, "is not what version \(last) has")
    }
    let extra = found.keys.filter { wanted[$0] == nil }.sorted()
    return (versions, faults + extra.map { StoreFault(.schema, $0, "belongs to no version") })
  }

  /// The statements that made tables, indexes and triggers, by name.
  private static func definitions(_ db: Database) throws -> [String: String] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    return Dictionary(rows.map { ($0[0], $0[1] ?? "") }, uniquingKeysWith: { first, _ in first })
  }
}
