import DenseMath
import Formats
import TestKit
import Testing

@Suite("Damaged tables and documents")
struct TableFuzzTests {
  @Test(
    "No damage makes a reader fail in another way than by an error",
    arguments: FuzzedReader.wanted(TableFuzz.readers))
  func survives(reader: FuzzedReader) throws {
    let faults = try FuzzRun(reader).faults
    #expect(faults.isEmpty, "\(faults)")
  }

  @Test("Time grows no faster than n log n", arguments: FuzzedReader.wanted(TableFuzz.readers))
  func growsSlowly(reader: FuzzedReader) {
    let findings = GrowthProbe(reader).findings
    #expect(findings.isEmpty, "\(findings)")
  }
}

/// Every reader of tables, JSON and recipes with what damages it.
enum TableFuzz {
  static let readers = [csv, jsonTable, json, decimal, recipe]

  static let csv = FuzzedReader(
    "CSV",
    texts: [
      "\u{FEFF}formula,\"y, GPa\"\r\nFe2O3,1.5\r\n\"Na\"\"Cl\",-2e3\r\n\r\n",
      "a;b;c\n1,5;x;\n2,5;\"y\nz\";na\n", "name\ty (K)\nFe\t300\n\tnan\n",
    ],
    words: [
      "\"\"", "\"", "\r\n", "\r", ",,", ";;;", "\t", "null", "\u{FEFF}", "1e999", "\u{0}", "é",
      "1,234.5", "\"a\"b", "\n\n",
    ], grammar: csvText
  ) { bytes in
    // Two lengths of pieces, since a field may be cut anywhere.
    let pieces = rows(bytes, piece: 3)
    let table: Table
    do {
      table = try Table(csv: bytes, file: "t.csv")
    } catch {
      try BrokenLaw.unless(pieces == nil, "The batches are read, the whole is refused.")
      throw error
    }
    let whole = try table.columns.map { try table.strings($0) }
    try BrokenLaw.unless(
      whole.allSatisfy { $0.count == table.rowCount }, "The columns differ in length.")
    try BrokenLaw.unless(
      pieces == whole || table.rowCount == 0, "The batches are not the whole table.")
    for column in table.columns { _ = try? table.optionalDoubles(column) }
  }

  /// The columns of a table read batch by batch; `nil` where it is refused.
  private static func rows(_ bytes: [UInt8], piece: Int) -> [[String]]? {
    var place = 0
    func next() -> [UInt8]? {
      guard place < bytes.count else { return nil }
      // Long inputs in longer pieces, or there would be a million of them.
      let size = max(piece, bytes.count / 100)
      defer { place += size }
      return Array(bytes[place..<min(bytes.count, place + size)])
    }
    guard var batches = try? TableBatches(file: "t.csv", nextChunk: next) else { return nil }
    var columns: [[String]] = []
    do {
      while let batch = try batches.next(rows: 1000) {
        let part = try batch.columns.map { try batch.strings($0) }
        columns = columns.isEmpty ? part : zip(columns, part).map { $0 + $1 }
      }
    } catch { return nil }
    return columns
  }

  @Sendable private static func csvText(_ rng: inout SplitMix64) -> [UInt8] {
    let mark = ["," as String, ";", "\t"][rng.index(below: 3)]
    let cells = [
      "1", "-2.5e3", "", "Fe2O3", "\"a,b\"", "\"a;\"\"b\"", "\"\n\"", " x ", "na", "é", "1,5",
      "TRUE",
    ]
    let width = 1 + rng.index(below: 4)
    var text = (0..<width).map { "c\($0)" }.joined(separator: mark) + "\n"
    for _ in 0..<rng.index(below: 6) {
      let count = rng.index(below: 12) == 0 ? width + 1 : width
      text += (0..<count).map { _ in cells[rng.index(below: cells.count)] }.joined(separator: mark)
      text += ["\n", "\r\n", "\r"][rng.index(below: 3)]
    }
    return Array(text.utf8)
  }

  static let jsonTable = FuzzedReader(
    "JSON table",
    texts: [
      #"{"f":{"0":"A","1":"\u00e5"},"y":{"0":1.5e-3,"1":null}}"#,
      "{\"f\":\"A\",\"y\":1}\n{\"f\":\"B\",\"y\":true}\n", #"[{"f":"A","y":1},{"f":"B"}]"#,
      #"{"index":[0,1],"columns":["f","y"],"data":[["A",1],["B",null]]}"#,
      #"{"f":["A","B"],"y":[1,2]}"#,
    ],
    words: [
      "\\ud83d", "[[[[", "{\"a\":", "\"\"", "1e999", "\\", "null", "}\n{", ",", "]", "}", "\u{E5}",
      "\"columns\":", "\"data\":[", "-", "\n",
    ]
  ) { bytes in
    let table = try Table(json: bytes, file: "t.json")
    for column in table.columns {
      try BrokenLaw.unless(
        try table.strings(column).count == table.rowCount, "The columns differ in length.")
      _ = try? table.optionalDoubles(column)
    }
  }

  static let json = FuzzedReader(
    "JSON",
    texts: [
      #"{"a": [1, -2.5e-3, "x\n\u00e5\ud834\udd1e"], "b": {"c": true, "d": null}}"#,
      "[\n [], {}, \"\", 0, -0.0, 1E+2,\n {\"é\": [[1], [2]]}\n]\n",
    ],
    words: [
      "\\ud83d", "[[[[", "{\"a\":", "\"\"", "1e999", "\\", "\u{E5}", "true", "nul", "-", ".", "e+",
      "99999999999999999999", "]", "}", ",", ":", "\u{FEFF}", "\\u0000", "\t",
    ], grammar: jsonText
  ) { bytes in
    let document = try JSONDocument(bytes, file: "t")
    let value = try JSONValue(json: bytes, file: "t")
    try BrokenLaw.unless(
      document.root.members?.count == value.members?.count, "Two readers count other members.")
  }

  @Sendable private static func jsonText(_ rng: inout SplitMix64) -> [UInt8] {
    func value(_ depth: Int, _ rng: inout SplitMix64) -> String {
      switch rng.index(below: depth == 0 ? 5 : 7) {
      case 0: return ["0", "-1.5", "1e10", "2E-3", "-0", "123456789012345678"][rng.index(below: 6)]
      case 1: return ["\"\"", "\"a\"", "\"\\u00e9\\n\"", "\"\\ud834\\udd1e\""][rng.index(below: 4)]
      case 2: return "true"
      case 3: return "false"
      case 4: return "null"
      case 5:
        let items = (0..<rng.index(below: 4)).map { _ in value(depth - 1, &rng) }
        return "[" + items.joined(separator: ", ") + "]"
      default:
        let items = (0..<rng.index(below: 4)).map { "\"k\($0)\": " + value(depth - 1, &rng) }
        return "{" + items.joined(separator: ",\n") + "}"
      }
    }
    return Array(value(4, &rng).utf8)
  }

  static let decimal = FuzzedReader(
    "decimal number",
    texts: ["-1.25e-3", "12345678901234567890.5", "0.1", "+.5", "1d5", "4.9e-324"],
    words: ["1", "0", "00000000", "99999999999999999999", "e308", ".", "-", "e-400", "D", " "],
    grammar: { rng in
      var text = ["", "-", "+"][rng.index(below: 3)]
      for _ in 0..<1 + rng.index(below: 25) { text += "\(rng.index(below: 10))" }
      if rng.index(below: 2) == 0 { text += "." }
      for _ in 0..<rng.index(below: 20) { text += "\(rng.index(below: 10))" }
      if rng.index(below: 2) == 0 { text += "e\(rng.index(below: 700) - 350)" }
      return Array(text.utf8)
    }
  ) { bytes in
    guard let value = DecimalParser.value(bytes[...]) else { throw NotANumber() }
    try BrokenLaw.unless(!value.isNaN, "The number is not a number.")
    if let reference = Double(String(decoding: bytes, as: UTF8.self)) {
      try BrokenLaw.unless(
        value == reference || !reference.isFinite, "\(value) is read where \(reference) stands.")
    }
  }

  private struct NotANumber: Error {}

  static let recipe = FuzzedReader(
    "recipe",
    texts: [
      RecipeDocumentTests.steels, "a: [1, 2.5, 'x']\nb: {c: |\n  text\n  more\n}\n",
      "a: &x 1\nb: \"\\u00e9\"\nc: >-\n  folded\n  text\n",
    ],
    words: [
      "&a ", "*a", "- ", "? ", ": ", "[", "{", "|\n", "\"", "!!str ", "---\n", "\t", "#", "<<: ",
      "~", "'", "...\n", "%YAML 1.2\n", "  ", "}", "]",
    ]
  ) { bytes in
    let root = try RecipeDocument(yaml: bytes, file: "r.yaml").root
    _ = try root.string("target")
    _ = try root.mappings("constraints").map { (item) throws(ReadingError) in
      try item.double("at-most")
    }
    try root.refuseUnknownKeys()
  }
}
