import Foundation
import GRDB
import Testing

@testable import Ecosystem

@Suite("Store check and repair")
struct RecordStoreCheckTests {
  @Test("A whole store has no faults, and looking leaves nothing behind")
  func whole() throws {
    let folder = try StoreFolder()
    try folder.filled()
    try folder.write(
      "s\n1.0\n4.2 0 0\n0 4.2 0\n0 0 4.2\nMg O\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n", to: "a.poscar")
    do {
      let store = try folder.store()
      _ = try DataImport().run(folder.path("a.poscar"), into: store)
      try store.withdraw(run: 2, reason: "wrong file")
      try store.database.close()
    }
    let names = folder.names
    let findings = try RecordStore.check(folder.path("s.sqlite"))
    #expect(findings.faults == [])
    #expect(findings.versions == ["1", "2", "passages", "sealed"])
    #expect(findings.rows["run"] == 2 && findings.rows["blob"] == 1)
    #expect(folder.names == names)
  }

  @Test(
    "Finds what was changed behind its back, with the place",
    arguments: [
      (
        "DROP TRIGGER material_update; UPDATE material SET formula = 'Xe' WHERE id = 3",
        "material 3"
      ),
      ("DROP TRIGGER measurement_delete; DELETE FROM measurement WHERE source = 5", "run 1"),
      ("DROP TRIGGER source_update; UPDATE source SET material = 9999 WHERE id = 7", "source 7"),
      ("DROP TRIGGER measurement_update", "measurement_update"),
      ("DROP INDEX source_material", "source_material"),
    ])
  func tampered(_ edit: String, _ place: String) throws {
    let folder = try StoreFolder()
    try folder.filled()
    do {
      let database = try folder.store().database
      try database.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA foreign_keys = OFF")
        try db.execute(sql: edit)
      }
      try database.close()
    }
    let faults = try RecordStore.check(folder.path("s.sqlite")).faults
    #expect(faults.contains { $0.place == place }, "\(faults)")
  }

  @Test("Refuses newer and foreign files, and leaves their bytes alone")
  func refuses() throws {
    let folder = try StoreFolder()
    try folder.filled()
    do {
      let database = try folder.store().database
      try database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('next')") }
      try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
      try database.close()
    }
    let path = folder.path("s.sqlite")
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: StoreError.newerSchema(path)) { try RecordStore.check(path) }
    #expect(throws: StoreError.newerSchema(path)) {
      try RecordStore.repair(path, to: folder.path("new.sqlite"))
    }
    #expect(folder.names == ["s.sqlite", "t.csv"])
    #expect(throws: StoreError.newerSchema(path)) { try RecordStore(path: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    let text = try folder.write("name,value\n", to: "x.csv")
    #expect(throws: StoreError.foreign(text)) { try RecordStore.check(text) }
  }

  @Test("Repair keeps what is sound, names the rest, and leaves the damaged file alone")
  func repairs() throws {
    let folder = try StoreFolder()
    try folder.filled(rows: 2_000)
    let intact = try folder.store().records()
    let url = folder.url.appendingPathComponent("s.sqlite")
    var bytes = try Data(contentsOf: url)
    // A leaf of the table of measurements: the page that holds the most of a row's value there is.
    let page = try Self.leaf(of: "measurement", in: url.path)
    bytes[(page - 1) * SealedPagesTests.pageSize + 2_000] ^= 0x55
    try bytes.write(to: url)
    let findings = try RecordStore.check(url.path)
    #expect(findings.faults.contains { $0.kind == .structure })
    let repair = try RecordStore.repair(url.path, to: folder.path("new.sqlite"))
    #expect(try Data(contentsOf: url) == bytes)
    #expect(repair.brokenRuns == [1])
    #expect(
      repair.losses.contains { $0.place.hasPrefix("measurement, source") }, "\(repair.losses)")
    #expect(try RecordStore.check(folder.path("new.sqlite")).faults.map(\.place) == ["run 1"])

    let store = try folder.store("new.sqlite")
    let kept = try store.records()
    let known = Dictionary(uniqueKeysWithValues: intact.map { ($0.key, $0) })
    #expect(kept.count == intact.count)
    let lost = kept.reduce(0) {
      $0 + (known[$1.key]?.measurements.count ?? 0) - $1.measurements.count
    }
    #expect(lost > 0 && lost < 1_000)
    #expect(
      kept.allSatisfy { record in
        record.measurements.allSatisfy { known[record.key]?.measurements.contains($0) ?? false }
      })
    // The file of the broken run brings the rest back.
    try store.withdraw(run: 1, reason: "damaged")
    _ = try DataImport().run(folder.path("t.csv"), into: store)
    let again = try store.records()
    #expect(again.map(\.key) == intact.map(\.key))
    #expect(
      again.map { $0.measurements.map(\.measurement) }
        == intact.map { $0.measurements.map(\.measurement) })
  }

  /// A page of a table that holds rows, by a table that lists what each page is for.
  private static func leaf(of table: String, in path: String) throws -> Int {
    let database = try DatabaseQueue(path: path)
    defer { try? database.close() }
    let root = try #require(
      try database.read {
        try Int.fetchOne(
          $0, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table])
      })
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let start = (root - 1) * SealedPagesTests.pageSize
    // An interior page: the first cell's pointer leads to its leftmost child.
    #expect(bytes[start] == 2 || bytes[start] == 5)
    let cell = start + Int(bytes[start + 12]) << 8 + Int(bytes[start + 13])
    return bytes[cell..<cell + 4].reduce(0) { $0 << 8 | Int($1) }
  }
}
