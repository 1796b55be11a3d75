import DenseMath
import Formats
import Matter
import TestKit
import Testing

@Suite("Files of element vectors")
struct ElementVectorFileTests {
  private func read(_ text: String, _ file: String) throws(ReadingError) -> ElementVectorFile {
    try ElementVectorFile(Array(text.utf8), file: file)
  }

  @Test("CSV with names, JSON with lists, JSON with numbers")
  func forms() throws {
    let iron = try #require(Element(symbol: "Fe"))
    let oxygen = try #require(Element(symbol: "O"))
    let table = try read("element,a,b\nFe,1,2.5\nO,,4\nD,0,0\n", "v.csv")
    #expect(table.columns == ["a", "b"] && table.vectors[iron] == [1, 2.5])
    #expect(table.vectors[oxygen]?[0].isNaN == true && table.vectors[oxygen]?[1] == 4)
    #expect(table.ignored == ["D"])
    let lists = try read("{\"Fe\": [1, null], \"Null\": [0, 0], \"O\": [3, 4]}", "v.json")
    #expect(lists.columns == ["0", "1"] && lists.vectors[oxygen] == [3, 4])
    #expect(lists.vectors[iron]?[1].isNaN == true && lists.ignored == ["Null"])
    #expect(try read("{\"Fe\": 7}", "v.json").vectors[iron] == [7])
  }

  @Test("Written vectors read back to the bit, with their remarks; lines count from the first")
  func roundTrip() throws {
    let iron = try #require(Element(symbol: "Fe"))
    let oxygen = try #require(Element(symbol: "O"))
    let vectors = [iron: [0.1 + 0.2, -1e-300], oxygen: [.pi, 7]]
    let text = ElementVectorFile.csv(
      vectors, columns: ["v1", "v2"], remarks: ["from a test", "two\nlines"])
    #expect(text.hasPrefix("# from a test\n# two lines\nelement,v1,v2\nO,3.141592653589793,7\n"))
    let back = try read(text, "v.csv")
    #expect(back.vectors == vectors && back.remarks == ["from a test", "two lines"])
    #expect(try read("element,a\nFe,1\n", "v.csv").remarks.isEmpty)
    for (bad, place) in [("# a\nelement,a\nFe,x\n", "v.csv:3"), ("# only\n", "v.csv")] {
      let error = #expect(throws: ReadingError.self) { try read(bad, "v.csv") }
      #expect(error?.description.hasPrefix(place) == true, "\(error?.description ?? "none")")
    }
  }

  @Test(
    "Refuses with the line",
    arguments: [
      ("element,a\nFe,1\nFe,2\n", "v.csv:3"), ("element,a\nFe,x\n", "v.csv:2"),
      ("element\nFe\n", "v.csv: There is no column of numbers"),
      ("element,a\nXx,1\n", "v.csv: No name"), ("{\"Fe\": [1, 2],\n\"O\": [3]}", "v.csv:2"),
      ("{\"Fe\": [1, [2]]}", "v.csv:1"), ("{\"Fe\": []}", "v.csv:1"), ("{}", "v.csv: No name"),
    ])
  func refusals(_ text: String, _ expected: String) throws {
    let error = #expect(throws: ReadingError.self) { try read(text, "v.csv") }
    #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "none")")
  }

  @Test(
    "Reads published files", .enabled(if: SharedFolder.has("data/elements/embeddings")),
    arguments: [
      ("mat2vec.csv", 200, 100), ("matscholar-embedding.json", 200, 80), ("megnet16.json", 16, 80),
      ("oliynyk.csv", 44, 80), ("skipatom_20201009_induced.csv", 200, 80), ("magpie.csv", 22, 90),
      ("mod_petti.json", 1, 100),
    ])
  func published(_ name: String, _ width: Int, _ atLeast: Int) throws {
    let file = try ElementVectorFile(
      SharedFolder.bytes("data/elements/embeddings/\(name)"), file: name)
    #expect(file.columns.count == width && file.vectors.count >= atLeast)
  }

  @Test("Damaged files are refused or read, never more")
  func fuzz() {
    var rng = SplitMix64(seed: 9)
    let seeds = [
      "element,a,b\nFe,1,2.5\nO,,4\nD,0,0\n", "# a\n#b\nelement,v1\nFe,1\n",
      "{\"Fe\": [1, null], \"Null\": [0, 0], \"O\": [3, 4]}",
    ].map { Array($0.utf8) }
    var read = 0
    for _ in 0..<2000 {
      var bytes = seeds[rng.index(below: seeds.count)]
      for _ in 0...rng.index(below: 3) {
        bytes[rng.index(below: bytes.count)] = UInt8(truncatingIfNeeded: rng.index(below: 256))
      }
      guard let file = try? ElementVectorFile(bytes, file: "v") else { continue }
      read += 1
      #expect(file.vectors.values.allSatisfy { $0.count == file.columns.count })
    }
    #expect(read > 0)
  }
}

@Suite("NPY tables written row by row")
struct NPYRowTests {
  @Test("The head has one length, and reads back", arguments: [0, 1, 3, 1_000_000])
  func head(rows: Int) throws {
    let head = NPYArray.rowHeader(rows: rows, columns: 2)
    #expect(head.count == NPYArray.rowHeaderLength && head.last == 10)
    guard rows < 10 else { return }
    let values = (0..<rows * 2).map { Double($0) / 3 }
    let content = try NPYContent(head + NPYArray.rowData(values), file: "r.npy")
    #expect(content.shape == [rows, 2] && content.values == .reals(values))
  }
}
