import DenseMath
import Formats
import TestKit
import Testing

@Suite("Tables")
struct TableTests {
  private func csv(_ text: String) throws(ReadingError) -> Table {
    try Table(csv: Array(text.utf8), file: "t.csv")
  }

  private func json(_ text: String) throws(ReadingError) -> Table {
    try Table(json: Array(text.utf8), file: "t.json")
  }

  @Test(
    "Reads CSV",
    arguments: [
      ("a,b\n1,2\n", [["1"], ["2"]]), ("a;b\r\n1,5;2\r\n", [["1,5"], ["2"]]),
      ("a\tb\n1\t2", [["1"], ["2"]]), ("\u{FEFF}a,b\n1,2\n", [["1"], ["2"]]),
      ("\"a\",\"b\"\n\"x, \"\"y\"\"\",\"l1\r\nl2\"\n", [["x, \"y\""], ["l1\r\nl2"]]),
      ("a,b\n\n1,2\n\n\n3,4\n", [["1", "3"], ["2", "4"]]), ("a,b\r1,\r", [["1"], [""]]),
      ("a,b\n,\n", [[""], [""]]), ("a,b\n \"x\n", []),
    ])
  func readsCSV(_ text: String, _ expected: [[String]]) throws {
    guard !expected.isEmpty else {
      #expect(throws: ReadingError.self) { try csv(text) }
      return
    }
    let table = try csv(text)
    #expect(table.columns == ["a", "b"])
    #expect([try table.strings("a"), try table.strings("b")] == expected)
  }

  @Test("Rows know their lines, also after quoted line ends and blank lines")
  func countsLines() throws {
    #expect(try csv("a,b\n\"x\ny\",1\n\n2,3\n").lines == [2, 5])
  }

  @Test(
    "Refuses CSV with line and remedy",
    arguments: [
      ("", "t.csv: The file is empty; it needs a header line and rows."),
      (
        "a,b\n1,2\n1\n",
        "t.csv:3: The row has 1 fields, the header 2; quote fields that hold the delimiter."
      ),
      ("a,b\n\"1,2\n", "t.csv:2: A quote is never closed."),
      (
        "a,b\n\"1\"x,2\n",
        "t.csv:2: Text follows a closing quote; double the quotes inside a field."
      ),
      ("a,a\n1,2\n", "t.csv:1, column \"a\": The name occurs twice; rename one."),
      ("a,\n1,2\n", "t.csv:1: Column 2 has no name; give it one."),
      ("a,b\n\u{0},2\n", "t.csv:2: A NUL byte; the file is damaged or not text."),
    ])
  func refusesCSV(_ text: String, _ expected: String) {
    let error = #expect(throws: ReadingError.self) { try csv(text) }
    #expect(error.map { "\($0)" } == expected)
  }

  @Test("Refuses Latin-1 with its line")
  func refusesLatin1() {
    let bytes = Array("a,b\n1,2\n".utf8) + [0xE5, UInt8(ascii: ","), 49, 10]
    let error = #expect(throws: ReadingError.self) { try Table(csv: bytes, file: "t.csv") }
    #expect(error?.line == 3)
    #expect(error?.message.contains("UTF-8") == true)
  }

  @Test(
    "Refuses cells that are not numbers, with the remedy",
    arguments: [
      ("1,5", "t.csv:3, column \"y\": \"1,5\" has a decimal comma; write it with a point."),
      ("NaN", "t.csv:3, column \"y\": \"NaN\" is not a number; remove the row or measure it."),
      ("-inf", "t.csv:3, column \"y\": \"-inf\" is not finite; remove the row."),
      ("", "t.csv:3, column \"y\": The cell is empty; give a number or remove the row."),
      (
        "12 GPa", "t.csv:3, column \"y\": \"12 GPa\" is not a number; correct it or remove the row."
      ),
      ("0x10", "t.csv:3, column \"y\": \"0x10\" is not a number; correct it or remove the row."),
      ("1e999", "t.csv:3, column \"y\": \"1e999\" is not a number; correct it or remove the row."),
    ])
  func refusesCells(_ cell: String, _ expected: String) throws {
    let table = try csv("x;y\n1;2\n3;\(cell)\n")
    let error = #expect(throws: ReadingError.self) { try table.doubles("y") }
    #expect(error.map { "\($0)" } == expected)
    #expect(try table.doubles("x") == [1, 3])
  }

  @Test("Names a missing column, and the nearest there is")
  func missingColumn() throws {
    let table = try csv("formula,yield strength\nFe,1\n")
    let error = #expect(throws: ReadingError.self) { try table.strings("yield strenght") }
    #expect(
      error.map { "\($0)" }
        == "t.csv: There is no column \"yield strenght\". Did you mean \"yield strength\"? "
        + "The columns are formula, yield strength.")
  }

  @Test("Missing numbers are allowed where they are asked for")
  func optionalNumbers() throws {
    let table = try csv("x,y\n1, \n2,-1.5e3\n")
    #expect(try table.optionalDoubles("y") == [nil, -1500])
    #expect(table.isNumeric("y") && table.isNumeric("x"))
  }

  @Test(
    "Reads JSON in each form",
    arguments: [
      #"{"f":{"10":"B","2":"A"},"y":{"2":1.50,"10":null},"m":{"2":true,"10":false}}"#,
      #"[{"f":"A","y":1.50,"m":true},{"f":"B","y":null,"m":false}]"#,
      "{\"f\":\"A\",\"y\":1.50,\"m\":true}\n\n{\"f\":\"B\",\"m\":false}\n",
      #"{"f":["A","B"],"y":[1.50,null],"m":[true,false]}"#,
    ])
  func readsJSON(_ text: String) throws {
    let table = try json(text)
    #expect(table.columns == ["f", "y", "m"])
    #expect(try table.strings("f") == ["A", "B"])
    #expect(try table.strings("y") == ["1.50", ""])
    #expect(try table.doubles("m") == [1, 0])
  }

  @Test(
    "Refuses JSON that is no table",
    arguments: [
      "", "[]", "{}", "3", "[1,2]", "{\"a\":{\"x\":1}}", "{\"a\":[1],\"a\":[2]}", "[{\"a\":[1]}]",
      "{\"a\":[1,]}", "{\"a\":[01]}", "{\"a\":[1]", "{\"a\":[\"\\ud800\"]}",
      "{\"a\":1}\nnonsense\n",
      "{\"a\":[NaN]}", "{\"a\":{\"-1\":1}}", String(repeating: "[", count: 100_000),
      String(repeating: "{\"a\":", count: 100_000),
    ])
  func refusesJSON(_ text: String) {
    #expect(throws: ReadingError.self) { try json(text) }
  }

  @Test("Reads a published data set", .enabled(if: SharedFolder.has("data/composition/matbench")))
  func readsMatbench() throws {
    let path = "data/composition/matbench/matbench_steels.json"
    let table = try Table(SharedFolder.bytes(path), file: path)
    #expect(table.rowCount == 312)
    let strengths = try table.doubles("yield strength")
    // As Python's json module reads the first row.
    #expect(strengths[0] == 2411.5)
    #expect(try table.strings("mbid").first == "mb-steels-001")
  }

  @Test("Answers the reference cases", .enabled(if: SharedFolder.has("golden/csv_json")))
  func matchesGolden() throws {
    var judged = 0
    for (testCase, expected) in try SharedFolder.goldenCases("csv_json") {
      guard testCase["kind"] as? String == "csv", let text = testCase["text"] as? String,
        let verdict = expected["verdict"] as? String, verdict == "ok" || verdict == "error"
      else { continue }
      let table = try? Table(csv: Array(text.utf8), file: "case", delimiter: UInt8(ascii: ","))
      // A table needs distinct column names; the cases allow repeated ones.
      if expected["note"] as? String != nil, text.hasPrefix("a,a\n") { continue }
      #expect((table != nil) == (verdict == "ok"), "\(text)")
      guard let table, let rows = expected["rows"] as? [[String]] else { continue }
      let filled = rows.filter { !$0.isEmpty }
      #expect(table.columns == filled[0])
      for (place, name) in table.columns.enumerated() {
        #expect(try table.strings(name) == filled.dropFirst().map { $0[place] }, "\(text)")
      }
      judged += 1
    }
    #expect(judged >= 10)
  }

  @Test("Writing and reading CSV are inverse")
  func writesCSV() throws {
    let cells = ["plain", "a,b", "\"q\"", " edge ", "line\nend", "", "ä\r\n"]
    var text = CSVText(header: ["x", "y z"])
    for cell in cells { text.append([cell, CSVText.number(0.1)]) }
    let table = try Table(csv: text.bytes, file: "t.csv")
    #expect(try table.strings("x") == cells)
    #expect(try table.doubles("y z") == cells.map { _ in 0.1 })
    #expect(CSVText.number(3.0) == "3" && CSVText.number(Double.nan).isEmpty)
  }

  @Test("NPY headers are as NumPy writes them")
  func writesNPY() {
    let bytes = NPYArray.encode([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(bytes.prefix(10) == [0x93, 78, 85, 77, 80, 89, 1, 0, 118, 0])
    #expect(
      String(decoding: bytes[10..<67], as: UTF8.self)
        == "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3),")
    #expect(bytes.count == 128 + 24 && bytes[127] == 10)
  }

  @Test("No damaged file crashes a reader", arguments: UInt64(0)..<4)
  func survivesMutations(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    let table = Array("\u{FEFF}formula,\"y, GPa\"\r\nFe2O3,1.5\r\n\"Na\"\"Cl\",-2e3\r\n\r\n".utf8)
    let objects = Array(#"{"f":{"0":"A","1":"\u00e5"},"y":{"0":1.5e-3,"1":null}}"#.utf8)
    let lines = Array("{\"f\":\"A\",\"y\":1}\n{\"f\":\"B\",\"y\":true}\n".utf8)
    let words = ["\"\"", "\r\n", "[[[[", "{\"a\":", "\\ud83d", "1e999", ";;;", "null"].map {
      Array($0.utf8)
    }
    var refused = 0
    for _ in 0..<5000 {
      let damaged = Mutations.mutate(table, dictionary: words, using: &rng)
      if (try? Table(csv: damaged, file: "t").doubles("y, GPa")) == nil { refused += 1 }
      for source in [objects, lines] {
        let damaged = Mutations.mutate(source, dictionary: words, using: &rng)
        if (try? Table(json: damaged, file: "t").optionalDoubles("y")) == nil { refused += 1 }
      }
    }
    #expect(refused > 5000)
  }
}
