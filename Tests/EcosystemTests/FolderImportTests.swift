import Foundation
import GRDB
import Matter
import Testing

@testable import Ecosystem

@Suite("Import of folders")
struct FolderImportTests {
  private func files(_ folder: StoreFolder, rows: Int = 120) throws -> [String] {
    try (0..<4).map {
      try folder.table(rows: rows + 10 * $0, seed: UInt64($0), name: "t\($0).csv")
    }
  }

  @Test(
    "A folder is one run, and its sources are its files",
    arguments: [
      DataImport.ErrorRule.stop, .skip,
    ])
  func oneRun(rule: DataImport.ErrorRule) throws {
    let folder = try StoreFolder()
    let files = try files(folder)
    let store = try folder.store()
    let job = DataImport(errorRule: rule, threads: 2)
    let outcome = try job.run(folder: folder.url.path, files: files, into: store)
    #expect(outcome.kind == .imported && outcome.files == 4 && outcome.presentFiles == 0)
    #expect(outcome.run.entries == 120 + 130 + 140 + 150)
    #expect(try store.runs().map(\.file) == [folder.url.path])
    #expect(Set(try store.records().flatMap(\.sources).map(\.origin)) == Set(files))
    let alone = try folder.store("alone.sqlite")
    for file in files { _ = try job.run(file, into: alone) }
    #expect(try alone.records() == store.records())

    let again = try job.run(folder: folder.url.path, files: files, into: store)
    #expect(again.kind == .present && again.run.id == outcome.run.id)
    #expect(try job.run(files[2], into: store).kind == .present)
    let more = try folder.table(rows: 5, seed: 77, name: "more.csv")
    let third = try job.run(folder: folder.url.path, files: files + [more], into: store)
    #expect(third.kind == .imported && third.files == 1 && third.presentFiles == 4)
    #expect(third.run.entries == 5)
    try store.verify()
  }

  @Test("With stop, one bad row undoes the folder; with skip, it is named with its file")
  func badRow() throws {
    let folder = try StoreFolder()
    let files = try files(folder) + [folder.write("formula,x\nSi,1\nXy,2\n", to: "z.csv")]
    let store = try folder.store()
    #expect {
      try DataImport().run(folder: folder.url.path, files: files, into: store)
    } throws: { error in
      "\(error)".contains("z.csv:3, column \"formula\"")
    }
    #expect(try store.recordCount() == 0 && store.runs().isEmpty)
    let outcome = try DataImport(errorRule: .skip).run(
      folder: folder.url.path, files: files, into: store)
    #expect(outcome.run.refused == 1)
    let refusal = try #require(outcome.refusals.first)
    #expect("\(refusal.error(in: outcome.run.file))".hasPrefix("\(folder.path("z.csv")):3,"))
  }

  @Test(
    "An interrupted run of a folder is finished by the next import",
    arguments: [
      0.3, 0.5, 0.7, 0.9,
    ])
  func resumes(share: Double) throws {
    let folder = try StoreFolder()
    let files = try files(folder, rows: 1500)
    let whole = try folder.store("whole.sqlite")
    var job = DataImport(errorRule: .skip)
    job.step = 100
    let undisturbed = try job.run(folder: folder.url.path, files: files, into: whole)
    let count = try whole.database.read { try Int.fetchOne($0, sql: "PRAGMA page_count") }
    let pages = Int(share * Double(try #require(count)))
    do {
      let cut = try folder.store("cut.sqlite", maximumPages: pages)
      #expect(throws: StoreError.full(cut.place)) {
        try job.run(folder: folder.url.path, files: files, into: cut)
      }
    }
    let store = try folder.store("cut.sqlite")
    let resumed = try job.run(folder: folder.url.path, files: files, into: store)
    #expect(resumed.kind == .resumed && resumed.run.entries == undisturbed.run.entries)
    #expect(try store.runs().count == 1)
    #expect(try store.contentDigest() == whole.contentDigest())
    try store.verify()
  }

  @Test("One structure of a JSON file that is none does not cost the others")
  func badStructures() throws {
    let folder = try StoreFolder()
    func atoms(_ a: String, _ element: String) -> String {
      """
      {"atoms": {"lattice_mat": [[\(a), 0, 0], [0, 4, 0], [0, 0, 4]], "coords": [[0, 0, 0]],
      "elements": ["\(element)"], "cartesian": false}, "jid": "J\(a)", "optb88vdw_bandgap": 1.5}
      """
    }
    let list = [atoms("4", "Si"), atoms("0", "Si"), atoms("4.5", "Xx"), atoms("5", "Ge")]
    let file = try folder.write("[\(list.joined(separator: ",\n"))]", to: "a.json")
    let store = try folder.store()
    #expect(throws: (any Error).self) { try DataImport().run(file, into: store) }
    #expect(try store.recordCount() == 0)
    let outcome = try DataImport(errorRule: .skip).run(file, into: store)
    #expect(outcome.run.refused == 2 && outcome.run.entries == 4)
    #expect(try store.records().map(\.composition.formula) == ["Si", "Ge"])
    #expect(outcome.refusals.map(\.line) == [3, 6] && outcome.refusals[1].message.contains("Xx"))
    #expect(outcome.refusals.allSatisfy { $0.column > 0 })
  }

  @Test("A folder, a device and a place without a folder are named as what they are")
  func places() throws {
    let folder = try StoreFolder()
    func message(_ path: String) -> String {
      do {
        _ = try RecordStore(path: path)
        return ""
      } catch { return "\(error)" }
    }
    #expect(message(folder.url.path).contains("a folder, not a store"))
    #expect(message("/dev/null").contains("a device or a pipe"))
    #expect(message(folder.path("none/s.sqlite")).contains("there is no folder"))
    #expect(
      message("/proc/athanor.sqlite").contains("annot be written")
        || message("/proc/athanor.sqlite").contains("does not let"))
  }
}
