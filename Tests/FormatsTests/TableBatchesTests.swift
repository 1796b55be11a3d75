import DenseMath
import Formats
import TestKit
import Testing

@Suite("Tables in batches")
struct TableBatchesTests {
  /// Pieces of `bytes`, `size` long.
  private func pieces(_ bytes: [UInt8], size: Int) -> () -> [UInt8]? {
    var place = 0
    return {
      guard place < bytes.count else { return nil }
      defer { place += size }
      return Array(bytes[place..<min(bytes.count, place + size)])
    }
  }

  private func columns(
    _ bytes: [UInt8], file: String, piece: Int, rows: Int
  ) throws -> (columns: [String], cells: [[String]], lines: [Int]) {
    var batches = try TableBatches(file: file, nextChunk: pieces(bytes, size: piece))
    var cells: [String: [String]] = [:]
    var lines: [Int] = []
    while let table = try batches.next(rows: rows) {
      for column in table.columns {
        // Columns that occur first in later lines begin with empty cells.
        var known = cells[column] ?? []
        known += Array(repeating: "", count: lines.count - known.count)
        cells[column] = known + (try table.strings(column))
      }
      #expect(table.rowCount <= rows)
      lines += table.lines
    }
    return (batches.columns, batches.columns.map { cells[$0] ?? [] }, lines)
  }

  @Test(
    "Pieces of any length make the table that the whole text makes", arguments: [1, 2, 3, 7, 4096])
  func matchesWhole(piece: Int) throws {
    let csv = "\u{FEFF}formula,\"note (K)\"\r\nFe2O3,\"a \"\"b\"\"\r\nc\"\r\n\r\nå,\r\n1,2\r3,4\r\n"
    let lines = "{\"f\":\"A\",\"y\":1}\n\n{\"f\":\"B\",\"z\":true}\r\n{\"y\":null,\"z\":1e3}"
    let array = "[{\"f\":\"A\",\"y\":1},\n{\"f\":\"B\"}]"
    for (text, file) in [
      (csv, "t.csv"), (lines, "t.jsonl"), (lines, "t.json"), (array, "t.json"),
      (csv.replacing(",", with: "\t"), "t.tsv"),
    ] {
      let table = try Table(Array(text.utf8), file: file)
      for rows in [1, 2, 100] {
        let found = try columns(Array(text.utf8), file: file, piece: piece, rows: rows)
        #expect(found.columns == table.columns)
        #expect(found.cells == (try table.columns.map { try table.strings($0) }), "\(file)")
        #expect(found.lines == table.lines)
      }
    }
  }

  @Test(
    "Refuses what a whole table refuses, with the same words",
    arguments: [
      "", "a,b\n1,2\n1\n", "a,b\n1,2\n\"1,2\n", "a,a\n1,2\n", "a,b\n\u{0},2\n", "a,b\n\"1\"x,2\n",
      "a\n1,5\n",
    ])
  func refuses(_ text: String) {
    let whole = #expect(throws: ReadingError.self) { try Table(Array(text.utf8), file: "t.csv") }
    let batched = #expect(throws: ReadingError.self) {
      try columns(Array(text.utf8), file: "t.csv", piece: 3, rows: 1)
    }
    #expect(whole == batched)
  }

  @Test("A file that cannot be read further says so in its own words")
  func passesErrors() {
    struct Broken: Error {}
    var count = 0
    #expect(throws: Broken.self) {
      var batches = try TableBatches(file: "t.csv") {
        count += 1
        if count > 20 { throw Broken() }
        return Array(String(repeating: "1,2\n", count: 30_000).utf8)
      }
      while try batches.next(rows: 1000) != nil {}
    }
  }

  @Test("Memory holds one batch, not the file")
  func streams() throws {
    var left = 2_000
    let piece = Array(String(repeating: "Fe2O3,1.25\n", count: 500).utf8)
    var longest = 0
    var batches = try TableBatches(file: "t.csv") {
      left -= 1
      return left < 0 ? nil : (left == 1_999 ? Array("formula,y\n".utf8) : piece)
    }
    var rows = 0
    while let table = try batches.next(rows: 1_000) {
      // Before the batch is handed out, no more than it and one piece have been taken.
      longest = max(longest, batches.bytesRead - rows * 11)
      rows += table.rowCount
    }
    #expect(rows == 1_999 * 500)
    #expect(longest < (1 << 20) + 10 * piece.count)
  }

  @Test("UTF-16 from spreadsheets is read", arguments: [true, false])
  func readsUTF16(isBigEndian: Bool) throws {
    let text = "\u{FEFF}f\ty (°C)\r\nFe\t1.5\r\n𝛼\t2\r\n"
    let bytes = text.utf16.flatMap { unit in
      let pair = [UInt8(unit >> 8), UInt8(unit & 255)]
      return isBigEndian ? pair : pair.reversed()
    }
    for piece in [1, 2, 5, 1000] {
      let found = try columns(bytes, file: "t.txt", piece: piece, rows: 10)
      #expect(found.columns == ["f", "y (°C)"])
      #expect(found.cells == [["Fe", "𝛼"], ["1.5", "2"]])
    }
    let error = #expect(throws: ReadingError.self) {
      try Table(csv: Array(bytes.dropLast()), file: "t")
    }
    #expect(error?.message == "Damaged UTF-16; save the file as UTF-8.")
  }

  @Test("No damaged file crashes, and pieces make no difference", arguments: UInt64(0)..<2)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let sources = [
      ("t.csv", "formula,\"y, GPa\"\r\nFe2O3,1.5\r\n\"Na\"\"Cl\",-2e3\r\n\r\n"),
      ("t.jsonl", "{\"f\":\"A\",\"y\":1}\n{\"f\":\"B\",\"y\":true}\n"),
    ]
    let words = ["\"\"", "\r\n", "\r", "{\"a\":", ",,", "null", "\u{FEFF}"].map { Array($0.utf8) }
    for _ in 0..<1000 {
      for (file, text) in sources {
        let damaged = Mutations.mutate(Array(text.utf8), dictionary: words, using: &rng)
        let whole = try? columns(damaged, file: file, piece: 1 << 20, rows: 100)
        let batched = try? columns(damaged, file: file, piece: 1 + rng.index(below: 9), rows: 1)
        #expect(whole?.cells == batched?.cells && whole?.lines == batched?.lines)
      }
    }
  }
}

@Suite("Tables of real life")
struct TableOfRealLifeTests {
  @Test(
    "Units are those that a name states",
    arguments: [
      ("Band gap (eV)", "eV"), ("Tc [K]", "K"), ("density / g cm-3", "g cm-3"),
      ("E_form_eV_per_atom", nil), ("yield strength (MPa)", "MPa"), ("log10(K_VRH)", nil),
      ("Tc(K)", "K"), ("κ (W/(m K))", "W/(m K)"), ("c / a", nil), ("c/a", nil), ("(eV)", nil),
      ("ratio Fe / Ni", nil), ("frequency (1/cm)", "1/cm"), ("hardness [HV]", "HV"),
      ("conductivity / S cm^-1", "S cm^-1"), ("gap ()", nil), ("f(x)", nil), ("gap (eV", nil),
      ("IC (Bulk)", nil), ("grain size ($\\mu$m)", "$\\mu$m"), ("Density (g/cm$^3$)", "g/cm$^3$"),
      ("Melting_point_(K)", "K"), ("strength (10E7 Cycles)", nil), ("content (at. %)", "at. %"),
      ("volume / Å³", "Å³"), (" Ehull [eV/atom] ", "eV/atom"),
    ] as [(String, String?)])
  func units(_ name: String, _ unit: String?) {
    #expect(Table.unit(of: name) == unit)
  }

  @Test("Marks of missing values are missing, and nothing else is")
  func missing() throws {
    let marks = ["", " ", "NA", "N/A", "nan", "NaN", "null", "-", "?", "None", "#N/A", "--"]
    let text = "x,y\n1,2.5\n" + marks.map { "1,\($0)\n" }.joined()
    let table = try Table(csv: Array(text.utf8), file: "t.csv")
    #expect(try table.optionalDoubles("y") == [2.5] + marks.map { _ in nil })
    #expect(table.isNumeric("y"))
    #expect(throws: ReadingError.self) { try table.doubles("y") }
    for other in ["inf", "missing", "0x10", "1,5", "1 2", "~3", "<5"] {
      let table = try Table(csv: Array("x;y\n1;\(other)\n".utf8), file: "t.csv")
      #expect(throws: ReadingError.self) { try table.optionalDoubles("y") }
    }
  }

  @Test("A semicolon file with decimal commas is refused in a clear sentence")
  func decimalComma() throws {
    let table = try Table(csv: Array("formula;gap (eV)\nSi;1,12\n".utf8), file: "t.csv")
    let error = #expect(throws: ReadingError.self) { try table.doubles("gap (eV)") }
    #expect(
      error.map { "\($0)" }
        == "t.csv:2, column \"gap (eV)\": \"1,12\" has a decimal comma; write it with a point.")
  }

  @Test("The nameless index of pandas is a column")
  func namelessIndex() throws {
    let table = try Table(csv: Array(",a\n0,x\n1,y\n".utf8), file: "t.csv")
    #expect(table.columns == ["Unnamed: 0", "a"])
    #expect(try table.doubles("Unnamed: 0") == [0, 1])
  }

  @Test("Empty columns without a name at the end are passed over")
  func namelessEnd() throws {
    let table = try Table(csv: Array("a,b,,\n0,x,,\n1,y,,\n".utf8), file: "t.csv")
    #expect(table.columns == ["a", "b"])
    #expect(try table.strings("b") == ["x", "y"])
    #expect(throws: ReadingError.self) { try Table(csv: Array("a,,\n0,,1\n".utf8), file: "t") }
  }
}
