import Ecosystem
import Foundation
import Testing

@Suite("Pages of records")
struct RecordPageTests {
  private func withStore(_ body: (RecordStore) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "athanor-pages-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let rows = (1...25).map { "m\($0),Fe\($0)O,\($0)\n" }.joined()
    let file = folder.appending(path: "t.csv")
    try Data(("id,formula,x\n" + rows).utf8).write(to: file)
    let store = try RecordStore(path: folder.path + "/s.sqlite")
    _ = try DataImport().run(file.path, into: store)
    try body(store)
  }

  @Test("Pages one after the other are the whole, in its order", arguments: [1, 7, 24, 25, 26])
  func whole(limit: Int) throws {
    try withStore { store in
      let filter = try store.filter(parsing: "x >= 3")
      let expected = try store.records(matching: filter, structures: false).map(\.key)
      var (found, after): ([String], Int?) = ([], 0)
      while let start = after {
        let page = try store.page(matching: filter, after: start, limit: limit)
        #expect(page.records.count <= limit && !page.records.isEmpty)
        found += page.records.map(\.key)
        after = page.next
      }
      #expect(found == expected && found.count == 23)
    }
  }

  @Test("One record is found by its key, and a search can be ended")
  func one() throws {
    try withStore { store in
      let first = try #require(try store.records(limit: 1).first)
      #expect(try store.record(first.key) == first)
      #expect(try store.record(String(repeating: "0", count: 64)) == nil)
      #expect(try store.record("no key") == nil)
      struct Enough: Error {}
      #expect(throws: Enough.self) { try store.page(limit: 5) { throw Enough() } }
    }
  }
}
