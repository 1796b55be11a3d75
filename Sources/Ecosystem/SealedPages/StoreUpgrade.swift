import Foundation
import GRDB

/// Opens the database of a store and brings an older one up to the present version.
///
/// In order of priority: nothing is lost, so a copy is made before anything changes; each version
/// follows from the one before in one transaction, so a process that is killed leaves one of them; and
/// the next opening goes on from there.
struct StoreUpgrade {
  private let path: String
  private let configuration: Configuration

  init(_ path: String, _ configuration: Configuration) {
    self.path = path
    self.configuration = configuration
  }

  func open() throws -> DatabaseQueue {
    let database = try connection()
    let migrator = StoreSchema.migrator
    let versions = try database.read(migrator.appliedMigrations)
    if versions.last == StoreSealing.version {
      guard try StoreSealing.isSealed(path) else {
        throw StoreError.corrupt(path, reason: "its pages have lost their checksums")
      }
      return database
    }
    // An older store with seals is one whose upgrade was killed after its copy was made.
    let isBegun = try StoreSealing.isSealed(path)
    if let last = versions.last, !isBegun { try copy(ofVersion: last) }
    try migrator.migrate(database, upTo: Self.unsealed)
    if !isBegun { try StoreSealing.seal(database) }
    try migrator.migrate(database)
    return database
  }

  /// The version before seals.
  private static let unsealed = "passages"

  /// A new store is made with room for seals.
  private func connection() throws -> DatabaseQueue {
    var configuration = configuration
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    if (size ?? 0) == 0 {
      configuration.journalMode = .default
      configuration.prepareDatabase { db in try StoreSealing.reserve(db) }
      let database = try DatabaseQueue(path: path, configuration: configuration)
      try database.inDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
      return database
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Copies the store as it is, unless an upgrade that was killed has made the same copy.
  private func copy(ofVersion version: String) throws {
    let name = "\(path).version-\(version)"
    var number = 1
    var copy = name
    while FileManager.default.fileExists(atPath: copy) {
      number += 1
      copy = "\(name)-\(number)"
    }
    try StoreCopy.make(copy) { try StoreCopy.copy(path, to: $0) }
    let hash = try ContentHash(ofFile: copy)
    for earlier in 1..<number {
      let other = earlier == 1 ? name : "\(name)-\(earlier)"
      if try ContentHash(ofFile: other) == hash {
        unlink(copy)
        return
      }
    }
  }
}
