import DenseMath
import Testing

@Suite("Room in memory")
struct MemoryRoomTests {
  @Test("What is far too much is refused with a sentence, what is little is not")
  func demand() throws {
    let error = #expect(throws: MemoryShortage.self) {
      try MemoryRoom.demand(1 << 50, for: "a table of 9 rows")
    }
    let sentence = error.map { "\($0)" } ?? ""
    #expect(sentence.contains("for a table of 9 rows: it takes about 1073741824 MB, and "))
    try MemoryRoom.demand(1 << 10, for: "a line")
  }
}
