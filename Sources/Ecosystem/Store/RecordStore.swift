import Foundation
import GRDB

/// Records of materials in one SQLite file: what was read, from where, and all that was ever said
/// about it.
///
/// In order of priority: what an import has committed survives a killed process and a power loss
/// (write-ahead log, `synchronous = FULL`); nothing is overwritten, withdrawing is a new fact; equal
/// materials are one record; damage is found, never read as data, since every page has a checksum that
/// is compared whenever it is read; a file of a newer version, or of another program, is refused without
/// touching it; one of an older version is copied before it is changed.
public final class RecordStore: Sendable {
  let database: DatabaseQueue

  /// The path of the file, as errors give it.
  public let place: String

  let clock: any TimeSource

  /// Opens a store.
  ///
  /// - Parameters:
  ///   - path: The file. Its folder must exist.
  ///   - creating: Whether to make it where there is none.
  ///   - maximumPages: Limits the file to so many pages of 4 KiB; `nil` for no limit.
  /// - Throws: ``StoreError``.
  public init(
    path: String, creating: Bool = true, clock: any TimeSource = SystemTime(),
    maximumPages: Int? = nil
  ) throws {
    place = path
    self.clock = clock
    SealedFiles.install()
    try Self.checkPlace(path, creating: creating)
    try Self.refuseForeign(path)
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = true
    database = try translatingStore(path) {
      let database = try StoreUpgrade(path, configuration).open()
      try database.inDatabase { db in
        // Set last: opening in write-ahead mode lowers it to NORMAL.
        try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
        if let maximumPages { try db.execute(sql: "PRAGMA max_page_count = \(maximumPages)") }
      }
      return database
    }
  }

  /// Checks all that can be checked: SQLite's own structure, references between tables, and each
  /// stored structure against its hash.
  ///
  /// - Throws: ``StoreError/corrupt(_:reason:)`` with the first fault.
  public func verify() throws {
    try translatingStore(place) {
      try database.read { db in
        let faults = try String.fetchAll(db, sql: "PRAGMA integrity_check")
        guard faults == ["ok"] else {
          throw StoreError.corrupt(place, reason: faults.first ?? "its structure cannot be checked")
        }
        if let row = try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") {
          let table: String = row[0]
          throw StoreError.corrupt(place, reason: "a row of \(table) refers to nothing")
        }
        let blobs = try Row.fetchCursor(db, sql: "SELECT id, hash, bytes FROM blob")
        while let row = try blobs.next() {
          let (id, hash, bytes): (Int64, Data, Data) = (row[0], row[1], row[2])
          guard ContentKey(of: bytes).data == hash else {
            throw StoreError.corrupt(place, reason: "blob \(id) is not what was written")
          }
        }
      }
    }
  }

  /// Refuses what is no file, and a file in a folder that is not there.
  private static func checkPlace(_ path: String, creating: Bool) throws(StoreError) {
    var status = stat()
    if stat(path, &status) == 0 {
      let kind = status.st_mode & S_IFMT
      guard kind == S_IFREG else { throw .notAFile(path, isFolder: kind == S_IFDIR) }
      // A file without a byte may become a store, but nothing is read from it.
      guard creating || status.st_size > 0 else {
        throw .corrupt(path, reason: "the file is empty")
      }
      return
    }
    guard creating else { throw .missing(path) }
    let folder = (path as NSString).deletingLastPathComponent
    guard folder.isEmpty || (stat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR)
    else { throw .noFolder(path, folder: folder) }
  }

  /// Looks at an existing file through a connection that cannot write.
  private static func refuseForeign(_ path: String) throws {
    guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
      size > 0
    else { return }
    do {
      try refuseForeign(path, readOnly: true)
    } catch StoreError.readOnly {
      // A process that was killed inside its first transaction leaves a journal, and only a
      // connection that can write may roll it back: nothing is lost by that, whosever file it is.
      try refuseForeign(path, readOnly: false)
    }
  }

  private static func refuseForeign(_ path: String, readOnly: Bool) throws {
    var configuration = Configuration()
    configuration.readonly = readOnly
    // Another process may just be closing the file, for a moment.
    configuration.busyMode = .timeout(5)
    try translatingStore(path) {
      let database = try DatabaseQueue(path: path, configuration: configuration)
      try database.read { db in
        // A process that is killed while it makes the file leaves it without any table, or with
        // the empty list of migrations alone.
        guard try !StoreSchema.isUnfinished(db) else { return }
        guard try Int.fetchOne(db, sql: "PRAGMA application_id") == StoreSchema.applicationID
        else { throw StoreError.foreign(path) }
        guard try !StoreSchema.migrator.hasBeenSuperseded(db) else {
          throw StoreError.newerSchema(path)
        }
      }
    }
  }
}
