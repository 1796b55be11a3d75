import Matter
import TestKit
import Testing

@testable import Formats

@Suite("Long lists in JSON")
struct JSONItemsTests {
  /// Pieces of `bytes`, `size` long.
  private static func pieces(_ bytes: [UInt8], size: Int) -> () -> [UInt8]? {
    var place = 0
    return {
      guard place < bytes.count else { return nil }
      defer { place += size }
      return Array(bytes[place..<min(bytes.count, place + size)])
    }
  }

  private static func items(_ text: String, piece: Int = 3) throws -> [String] {
    let items = JSONItems(file: "t.json", nextChunk: pieces(Array(text.utf8), size: piece))
    guard try items.opened() != nil else { return ["none"] }
    var found: [String] = []
    while let item = try items.next() {
      found.append("\(item.line):\(item.column) " + String(decoding: item.bytes, as: UTF8.self))
    }
    return found
  }

  static let cell =
    #"{"lattice": {"matrix": [[4,0,0],[0,4,0],[0,0,4]]}, "sites": [{"species": "#
    + #"[{"element": "Fe", "occu": 1}], "abc": [0,0,0]}]}"#

  @Test("Takes the values of a list apart", arguments: [1, 2, 3, 5, 64, 4096])
  func list(piece: Int) throws {
    let text = "\u{FEFF} [1,\n {\"a]\": \"\\\"}\"} , \"x,[\",\n\n[[], {}],null]\n"
    #expect(
      try Self.items(text, piece: piece) == [
        "1:3 1", "2:2 {\"a]\": \"\\\"}\"}", "2:18 \"x,[\"", "4:1 [[], {}]", "4:10 null",
      ])
    #expect(try Self.items("[]", piece: piece) == [])
  }

  @Test("Takes the rows of a table apart", arguments: [1, 2, 3, 5, 64, 4096])
  func table(piece: Int) throws {
    let text = "{\"index\": [7, \"b\"],\n\"columns\":[\"a\"], \"data\": [[1],[2] ], \"name\": null}"
    #expect(try Self.items(text, piece: piece) == ["2:27 [1]", "2:31 [2]"])
    let items = JSONItems(file: "t", nextChunk: Self.pieces(Array(text.utf8), size: piece))
    guard case .table(let columns)? = try items.opened() else {
      Issue.record("no table")
      return
    }
    #expect(columns.names == ["a"] && columns.label(1) == "7" && columns.label(2) == "b")
    _ = try items.next()
    let whole = try items.rest()()
    #expect(whole.map { Array(text.utf8).starts(with: $0) } == true)
  }

  @Test(
    "Hands back what has no rows to be taken one by one",
    arguments: [
      "", "7", "{}", "{\"a\": [1]}", "{\"data\": [[1]], \"columns\": [\"a\"]}", "{\"columns\"",
      "{\"columns\": [\"a\"], \"data\": [[1]]}", "{\"columns\": [[]], \"index\": [], \"data\": []}",
      "{\"columns\": [\"a\", \"a\"], \"index\": [], \"data\": []}",
    ])
  func others(text: String) throws {
    let items = JSONItems(file: "t", nextChunk: Self.pieces(Array(text.utf8), size: 2))
    #expect(try items.opened() == nil)
    let rest = items.rest()
    var bytes: [UInt8] = []
    while let chunk = try rest() { bytes += chunk }
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }

  @Test(
    "Says where a list is damaged, as the whole text does",
    arguments: [
      "[1,2", "[1,\n2 3]", "[1]\n x", "[{\"a\": 1},\n {\"a\": 1, \"a\": 2}]", "[[1,\n tru]]",
      "[\"a\nb\"]", "[1,]", "[1,\n {\"a\" 1}]", "[\"a", "[{\"a\":[}]",
    ])
  func damage(text: String) {
    let whole = #expect(throws: ReadingError.self) {
      try JSONDocument(Array(text.utf8), file: "t.json")
    }
    let streamed = #expect(throws: ReadingError.self) {
      let items = JSONItems(file: "t.json", nextChunk: Self.pieces(Array(text.utf8), size: 3))
      _ = try items.opened()
      while let item = try items.next() { _ = try item.document(file: "t.json") }
    }
    #expect(whole?.line == streamed?.line, "\(text): \(whole!), \(streamed!)")
    if !["[1,2", "[1,]", "[\"a", "[1,\n2 3]"].contains(text) {
      #expect(whole == streamed, "\(text)")
    }
  }

  @Test("Refuses what hides behind the rows, and nesting without end")
  func hostile() {
    for text in [
      "{\"index\":[],\"columns\":[\"a\"],\"data\":[[1]],\"data\":[[2]]}",
      "{\"index\":[],\"columns\":[\"a\"],\"data\":[[1]],\"index\":[2]}",
      "{\"index\":[],\"columns\":[\"a\"],\"data\":[[1]]",
      "{\"index\":[],\"columns\":[\"a\"],\"data\":[[1]]} 1",
      "[" + String(repeating: "[", count: 100_000),
    ] {
      #expect(throws: ReadingError.self) { try Self.items(text, piece: 1000) }
    }
  }

  @Test("Tables by items are those of the whole text", arguments: [1, 3, 4096])
  func tables(piece: Int) throws {
    for text in [
      "[{\"f\":\"A\",\"y\":1},\n{\"f\":\"B\",\"z\":true},{\"f\":null}]",
      "{\"index\":[0,1],\"columns\":[\"f\",\"y\"],\"data\":[[\"A\",1],\n[\"B\",null]]}",
    ] {
      let table = try Table(Array(text.utf8), file: "t.json")
      var batches = try TableBatches(
        file: "t.json", wholeLength: 8, nextChunk: Self.pieces(Array(text.utf8), size: piece))
      let found = try #require(try batches.next(rows: 100))
      #expect(found.columns == table.columns && found.lines == table.lines)
      for column in table.columns {
        #expect(try found.strings(column) == table.strings(column))
      }
      #expect(try batches.next(rows: 1) == nil)
      #expect(batches.bytesRead == text.utf8.count)
    }
    for text in ["[{\"f\":\"A\"}, [1]]", "[          ]", "[{\"f\":\"A\"}, {\"f\": [1]}]"] {
      #expect(throws: ReadingError.self) {
        var batches = try TableBatches(
          file: "t.json", wholeLength: 8, nextChunk: Self.pieces(Array(text.utf8), size: piece))
        while try batches.next(rows: 1) != nil {}
      }
    }
  }

  @Test("Structures by items are those of the whole text")
  func structures() throws {
    let texts = [
      "[{\"id\": \"x\", \"gap\": 1, \"structure\": \(Self.cell)},\n\(Self.cell), null, {\"sites\": []}]",
      "{\"index\": [\"m\", 4], \"columns\": [\"structure\", \"gap\"], \"data\": [[\(Self.cell), 2], [3, 1]]}",
    ]
    for text in texts { try Self.compare(Array(text.utf8)) }
  }

  /// Holds what is read by items against what is read at once; a text that is refused is refused in
  /// both ways.
  private static func compare(_ bytes: [UInt8]) throws {
    let whole = Result { try StructureJSON.results(bytes, file: "t.json") }
    let items = JSONItems(file: "t.json", nextChunk: pieces(bytes, size: 50))
    guard let form = try items.opened() else {
      _ = try whole.get()
      return
    }
    // A table without a column of structures is taken by items only where it is one of rows.
    if case .table(let columns) = form, !columns.names.contains("structure") { return }
    let streamed = Result {
      var found: [Result<StructureEntry, ReadingError>] = []
      while let item = try items.next() {
        found += try StructureJSON.results(of: item, form, file: "t.json")
      }
      return found
    }
    switch (whole, streamed) {
    case (.success(let a), .success(let b)):
      let (first, second) = (a.map(text), b.map(text))
      try BrokenLaw.unless(first == second, "\(first) is not \(second).")
    case (.success(let a), .failure(let error)):
      throw BrokenLaw("Whole: \(a.count) structures, by items: \(error)")
    case (.failure(let error), _): throw error
    }
  }

  private static func text(_ result: Result<StructureEntry, ReadingError>) -> String {
    switch result {
    case .success(let entry):
      "\(entry.name ?? "") \(entry.properties) \(entry.crystal?.positions.description ?? "")"
    case .failure(let error): "\(error)"
    }
  }

  @Test("No damage makes the two ways differ", arguments: FuzzedReader.wanted([reader]))
  func survives(reader: FuzzedReader) throws {
    let faults = try FuzzRun(reader).faults
    #expect(faults.isEmpty, "\(faults)")
  }

  static let reader = FuzzedReader(
    "JSON lists",
    texts: [
      "[{\"id\": \"x\", \"gap\": 1, \"structure\": \(cell)},\n\(cell)]",
      "{\"index\": [\"m\", 4], \"columns\": [\"structure\", \"gap\"], \"data\": [[\(cell), 2]], \"n\": 1}",
    ], words: ["[", "]", "{", "}", "\"", ",", "\"data\"", "\\", "\"columns\"", "\n"]
  ) { try compare($0) }
}
