import DenseMath
import Foundation
import GRDB
import Testing

@testable import Ecosystem

@Suite("Sealed pages")
struct SealedPagesTests {
  /// Pages of 4 KiB, as SQLite makes them.
  static let pageSize = 4096

  @Test("The sums are those of SQLite's write-ahead log")
  func sums() {
    // By hand: s1 = 0 + 1 + 0, s2 = 0 + 2 + 1; then s1 = 1 + 3 + 3, s2 = 3 + 4 + 7.
    let words = ([1, 2, 3, 4, 0, 0] as [UInt32]).map(\.littleEndian)
    let sums = words.withUnsafeBytes { PageSeal.sums($0) }
    #expect(sums.0 == 7 && sums.1 == 14)
  }

  @Test("A changed byte breaks the seal, wherever it is", arguments: UInt64(0)..<4)
  func changes(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    var page = (0..<512).map { _ in UInt8(generator.index(below: 256)) }
    page.withUnsafeMutableBytes { PageSeal.seal($0) }
    #expect(page.withUnsafeBytes { PageSeal.isSound($0) })
    for place in page.indices {
      let change = UInt8(1 + generator.index(below: 255))
      page[place] ^= change
      #expect(!page.withUnsafeBytes { PageSeal.isSound($0) }, "byte \(place)")
      page[place] ^= change
    }
  }

  @Test("Every page of a store on disk bears its seal")
  func wholeFile() throws {
    let folder = try StoreFolder()
    try folder.filled()
    let bytes = try Data(contentsOf: folder.url.appendingPathComponent("s.sqlite"))
    #expect(bytes.count > 10 * Self.pageSize)
    for start in stride(from: 0, to: bytes.count, by: Self.pageSize) {
      let page = [UInt8](bytes[start..<start + Self.pageSize])
      #expect(page.withUnsafeBytes { PageSeal.isSound($0) }, "page \(start / Self.pageSize + 1)")
    }
  }

  @Test("A store of an older version is copied, and says the same with sealed pages")
  func upgrades() throws {
    let folder = try StoreFolder()
    try folder.filled()
    let intact = try folder.store().contentDigest()
    try folder.makeOlder()
    #expect(try !StoreSealing.isSealed(folder.path("s.sqlite")))
    do {
      let store = try folder.store()
      #expect(try store.contentDigest() == intact)
      try store.verify()
    }
    #expect(try StoreSealing.isSealed(folder.path("s.sqlite")))
    let copy = folder.path("s.sqlite.version-passages")
    let copied = try DatabaseQueue(path: copy).read { db in
      try (
        String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations ORDER BY rowid"),
        Int.fetchOne(db, sql: "SELECT count(*) FROM measurement")
      )
    }
    #expect(copied.0 == ["1", "2", "passages"])
    #expect(try copied.1 == folder.store().runs().first?.measurements)
    // Opened again, nothing is left to do.
    _ = try folder.store()
    #expect(folder.names.filter { $0.contains(".version-") }.count == 1)
  }

  @Test("A sealed store whose header denies it is refused")
  func lostSeals() throws {
    let folder = try StoreFolder()
    try folder.filled()
    let url = folder.url.appendingPathComponent("s.sqlite")
    var bytes = try Data(contentsOf: url)
    bytes[20] = 0
    try bytes.write(to: url)
    #expect(throws: StoreError.self) { try folder.store() }
  }
}

extension StoreFolder {
  /// A store with one import, closed: nothing is left in its log.
  func filled(rows: Int = 60, seed: UInt64 = 1) throws {
    let store = try store()
    _ = try DataImport().run(table(rows: rows, seed: seed, name: "t.csv"), into: store)
    try store.database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    try store.database.close()
  }

  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: url.path))?.sorted() ?? []
  }

  /// Turns the store into one of the version before seals, as a program of that time left it.
  func makeOlder() throws {
    let older = path("older.sqlite")
    do {
      let database = try DatabaseQueue(path: older)
      try StoreSchema.migrator.migrate(database, upTo: "passages")
      try database.inDatabase { db in
        try db.execute(sql: "ATTACH ? AS new", arguments: [path("s.sqlite")])
        for table in StoreSchema.tableNames {
          try db.execute(sql: "INSERT INTO main.\(table) SELECT * FROM new.\(table)")
        }
        try db.execute(sql: "DETACH new")
      }
      try database.close()
    }
    for ending in ["", "-wal", "-shm"] { unlink(path("s.sqlite" + ending)) }
    try FileManager.default.moveItem(atPath: older, toPath: path("s.sqlite"))
  }
}
