import DenseMath
import Testing

@testable import Formats

@Suite("Table profile")
struct TableProfileTests {
  private static func table(_ csv: String) throws -> Table {
    try Table(Array(csv.utf8), file: "a.csv")
  }

  @Test("Tells formulas, numbers, texts and missing cells apart")
  func kinds() throws {
    let csv = "formula,gap,note,none\nFe2O3,2.2,dark,\nTiO2,,white,\nTiO2,3.2,white,\n"
    let profile = TableProfile(try Self.table(csv), formulaNames: ["formula"])
    #expect(profile.rows == 3 && profile.formulaColumn == "formula")
    #expect(profile.columns.map(\.kind) == [.formula, .number, .text, .empty])
    #expect(profile.columns.map(\.missing) == [0, 1, 0, 3])
    #expect(profile.columns[0].elements == ["Fe": 1, "O": 3, "Ti": 2])
    #expect(profile.columns[1].median == 2.7 && profile.columns[1].maximum == 3.2)
    #expect(profile.columns[2].distinct == 2)
    #expect(profile.columns.allSatisfy { $0.estimated == nil })
  }

  @Test("Marks of missing values are missing among numbers and texts among texts")
  func marks() throws {
    let csv = "a,b,c\nNA,NA,NA\n1,x,-\nNA,NA,n/a\n"
    let columns = TableProfile(try Self.table(csv)).columns
    #expect(columns.map(\.kind) == [.number, .text, .empty])
    #expect(columns.map(\.missing) == [2, 0, 3])
    #expect(columns.map(\.distinct) == [1, 2, 0])
  }

  @Test("A column is what its last cell makes it", arguments: ["Fe2O3", "x"])
  func lateText(_ last: String) throws {
    let csv = "a\n" + (0..<20).map { "\($0)\n" }.joined() + "\(last)\n"
    let column = try #require(TableProfile(try Self.table(csv)).columns.first)
    #expect(column.kind == .text && column.distinct == 21 && column.minimum == nil)
  }

  /// 10⁵ rows, unless a test of the whole machine asks for more.
  static let rows = 100_000

  /// Rows of an identifier, a formula, a number and a class, made as they are read.
  static func longTable(rows: Int) -> () throws -> [UInt8]? {
    var row = -1
    return {
      guard row < rows else { return nil }
      var text = row < 0 ? "id,formula,gap,class\n" : ""
      row = max(row, 0)
      for _ in 0..<min(5_000, rows - row) {
        text += "m\(row),Fe\(row % 50 + 1)O\(row % 7 + 1),\(Double(row % 1_000) / 8),c\(row % 3)\n"
        row += 1
      }
      if row == rows { row += 1 }
      return Array(text.utf8)
    }
  }

  @Test("A long table in batches has the profile of the whole", arguments: [1_000, 8_192])
  func batches(_ batch: Int) throws {
    var batches = try TableBatches(file: "a.csv", nextChunk: Self.longTable(rows: Self.rows))
    var profiler = TableProfiler()
    while let table = try batches.next(rows: batch) { profiler.add(table) }
    let profile = profiler.profile(file: "a.csv")
    #expect(profile.rows == Self.rows && profile.formulaColumn == "formula")
    #expect(profile.columns.map(\.distinct) == [Self.rows, 350, 1_000, 3])
    #expect(profile.columns.map(\.kind) == [.text, .formula, .number, .text])
    let gap = profile.columns[2]
    #expect(gap.minimum == 0 && gap.maximum == 124.875 && gap.median == 62.4375)
    #expect(profile.columns[1].elements == ["Fe": Self.rows, "O": Self.rows])
  }

  @Test("Beyond what is kept, counts and medians are estimated and said to be", arguments: 1...3)
  func estimates(_ seed: Int) {
    var counter = DistinctCounter(limit: 4_000)
    var sample = NumberSample(limit: 4_000)
    for value in 0..<100_000 {
      // Every text twice.
      var text = "\(seed)-\(value / 2)"
      text.withUTF8 { counter.insert($0) }
      sample.add(Double(value))
    }
    // Five standard errors: 1.2/√4000 of the count, 0.5/√4000 of the rank.
    #expect(!counter.isExact && abs(Double(counter.count) / 50_000 - 1) < 0.095)
    #expect(!sample.isWhole && abs((sample.median ?? 0) / 100_000 - 0.5) < 0.04)
    #expect(sample.minimum == 0 && sample.maximum == 99_999)
  }

  @Test("Columns that JSON lines name late are missing before")
  func lateColumns() throws {
    let text = "{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3, \"b\": \"TiO2\"}\n"
    var chunk: [UInt8]? = Array(text.utf8)
    var batches = try TableBatches(file: "a.jsonl") {
      defer { chunk = nil }
      return chunk
    }
    var profiler = TableProfiler()
    while let table = try batches.next(rows: 2) { profiler.add(table) }
    let profile = profiler.profile(file: "a.jsonl")
    #expect(profile.columns.map(\.name) == ["a", "b"] && profile.columns[1].missing == 2)
    #expect(profile.formulaColumn == "b")
  }

  @Test("A first line of values is recognized")
  func headless() throws {
    let error = #expect(throws: ReadingError.self) { try Self.table("1,1\n2,3\n") }
    #expect(
      error?.message
        == "The first line holds values where the names of the columns should stand; put a line of "
        + "names above it.")
    let table = try Self.table("Fe2O3,2.1\nTiO2,3.2\n")
    let missing = #expect(throws: ReadingError.self) { try table.strings("gap") }
    #expect(missing?.message.hasSuffix("put a line of names above it.") == true)
    #expect(Table.areValues(table.columns) && !Table.areValues(["sample", "300", "310"]))
    #expect(!Table.areValues(["Fe", "Cr", "C"]))
  }
}
