import Foundation
import GRDB
import Testing

@testable import Ecosystem

@Suite("A store in trouble")
struct StoreCrashTests {
  @Test(
    "A full disk is one sentence, keeps what was committed, and passes",
    arguments: [0.5, 0.7, 0.9])
  func fullDisk(share: Double) throws {
    let folder = try StoreFolder()
    let whole = try folder.store("whole.sqlite")
    let files = try (0..<4).map { try folder.table(rows: 500, seed: UInt64($0), name: "\($0).csv") }
    for file in files { _ = try DataImport().run(file, into: whole) }
    var done = 0
    let pages = try Self.pages(share, of: whole)
    do {
      let store = try folder.store(maximumPages: pages)
      #expect(throws: StoreError.full(folder.path("s.sqlite"))) {
        for file in files {
          _ = try DataImport(errorRule: done % 2 == 0 ? .stop : .skip).run(file, into: store)
          done += 1
        }
      }
      try store.verify()
    }
    let store = try folder.store()
    for file in files { _ = try DataImport().run(file, into: store) }
    #expect(try store.contentDigest() == whole.contentDigest())
  }

  @Test(
    "A run that was cut off between steps is finished by the next import",
    arguments: [0.5, 0.7, 0.9])
  func resumes(share: Double) throws {
    let folder = try StoreFolder()
    let rows = (0..<13_000).map { row in
      row % 4_000 == 7 ? "Fe2O3,damaged" : "Fe\(1 + row % 300)O\(1 + row / 300 % 50),\(row).5"
    }
    let file = try folder.write("formula,x\n\(rows.joined(separator: "\n"))\n", to: "t.csv")
    let whole = try folder.store("whole.sqlite")
    var job = DataImport(errorRule: .skip, threads: 2)
    job.step = 1_000
    let undisturbed = try job.run(file, into: whole)
    let pages = try Self.pages(share, of: whole)
    do {
      // The disk fills up in the middle of a step.
      let cut = try folder.store("cut.sqlite", maximumPages: pages)
      #expect(throws: StoreError.full(cut.place)) { try job.run(file, into: cut) }
    }
    let store = try folder.store("cut.sqlite")
    let begun = try #require(try store.runs().first)
    #expect(begun.state == .running && begun.entries % job.step == 0)
    #expect(begun.entries > 0 && begun.entries < undisturbed.run.entries)
    let resumed = try DataImport(errorRule: .stop, threads: 1).run(file, into: store)
    #expect(resumed.kind == .resumed && resumed.run.refused == undisturbed.run.refused)
    #expect(resumed.run.entries == undisturbed.run.entries)
    #expect(try store.contentDigest() == whole.contentDigest())
    try store.verify()
  }

  /// A part of the pages that a store has.
  private static func pages(_ share: Double, of store: RecordStore) throws -> Int {
    let count = try store.database.read { try Int.fetchOne($0, sql: "PRAGMA page_count") }
    return Int(share * Double(try #require(count)))
  }

  @Test("A changed byte of a stored structure is found")
  func damagedBlob() throws {
    let folder = try StoreFolder()
    let file = try folder.write(
      "s\n1.0\n4.2 0 0\n0 4.2 0\n0 0 4.2\nMg O\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n", to: "a.poscar")
    let store = try folder.store()
    _ = try DataImport().run(file, into: store)
    try store.database.write { db in
      try db.execute(sql: "DROP TRIGGER blob_update")
      try db.execute(sql: "UPDATE blob SET bytes = CAST(replace(bytes, '4.2', '4.3') AS BLOB)")
    }
    #expect {
      try store.verify()
    } throws: { error in
      "\(error)".contains("blob 1 is not what was written")
    }
  }
}
