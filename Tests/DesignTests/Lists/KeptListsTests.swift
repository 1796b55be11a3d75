import Design
import Foundation
import Matter
import Testing

@Suite("Lists kept for later runs")
struct KeptListsTests {
  private func folder() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("kept-\(UUID().uuidString)")
  }

  @Test("A list comes back with its note", arguments: [3, 20_000])
  func roundTrip(count: Int) throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let (lists, candidates) = (KeptLists(folder), try CandidateListTests.mixed(count, seed: 5))
    var builder = CandidateList.Builder()
    for candidate in candidates { try builder.append(candidate) }
    let list = try builder.finish()
    #expect(lists.list("a")?.note == nil)
    try lists.keep(list, as: "a", note: "names: T, µ")
    let found = try #require(KeptLists(folder).list("a"))
    #expect(found.note == "names: T, µ" && found.list.candidates.elementsEqual(list.candidates))
    #expect(candidates.allSatisfy(found.list.contains))
    #expect(lists.list("b")?.note == nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.list"])
  }

  @Test("One that is damaged anywhere is removed", arguments: [0, 9, 30, 700, -1, -10, -30])
  func damage(place: Int) throws {
    let folder = folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let lists = KeptLists(folder)
    try lists.keep(
      CandidateList(try CandidateListTests.mixed(30, seed: 6)), as: "a", note: "note")
    let file = folder.appendingPathComponent("a.list")
    var bytes = try Data(contentsOf: file)
    bytes[place < 0 ? bytes.count + place : place] ^= 0x10
    try bytes.write(to: file)
    #expect(lists.list("a")?.note == nil)
    #expect(!FileManager.default.fileExists(atPath: file.path))
    try Data([1, 2, 3]).write(to: file)
    #expect(lists.list("a")?.note == nil)
  }
}
