import DenseMath
import Ecosystem
import Formats
import Testing

@Suite("Columns of process variables")
struct VariableColumnsTests {
  private func table(_ text: String) throws -> Table { try Table(Array(text.utf8), file: "v.csv") }

  @Test("A table in batches has the variables of the whole one", arguments: [1, 3, 50, 1000])
  func batches(rows: Int) throws {
    var generator = SplitMix64(seed: UInt64(rows))
    var text = "T,solvent,late\n"
    for row in 0..<90 {
      let solvent = ["water", "ethanol", "7"][generator.index(below: 3)]
      text += "\(generator.normal()),\(solvent),\(row == 80 ? "none yet" : "\(row % 4)")\n"
    }
    let (table, names) = (try table(text), ["late", "T", "solvent"])
    let whole = try VariableColumns(names, of: table, takesTexts: true)
    let batches = stride(from: 0, to: 90, by: rows).map {
      table.rows(Array($0..<min($0 + rows, 90)))
    }
    var columns = VariableColumns(names, takesTexts: true)
    for batch in batches { try columns.look(at: batch) }
    #expect(columns.holdTexts)
    for batch in batches { try columns.takeLevels(of: batch) }
    #expect(columns.names == whole.names)
    #expect(
      columns.names == [
        "late=0", "late=1", "late=2", "late=3", "late=none yet", "T", "solvent=7",
        "solvent=ethanol", "solvent=water",
      ])
    let values = try whole.values(of: table)
    for place in columns.names.indices {
      #expect(try batches.flatMap { try columns.values(of: $0)[place] } == values[place])
    }
    #expect(values[1][0] == 0 && values[1][1] == 1 && values[4].reduce(0, +) == 1)
  }

  @Test("Numbers stay numbers where some batches hold none")
  func gaps() throws {
    var columns = VariableColumns(["T"], takesTexts: true)
    try columns.look(at: table("T,x\n,1\n"))
    try columns.look(at: table("T,x\n4,1\n"))
    #expect(!columns.holdTexts && columns.names == ["T"])
    #expect(throws: ReadingError.self) { try columns.values(of: table("T,x\n,1\n")) }
  }

  @Test("Texts are refused where they are not taken, empty cells among texts always")
  func refusals() throws {
    let table = try table("T,s\n1,a\n2,\n")
    #expect(throws: ReadingError.self) {
      try VariableColumns(["s"], of: table, takesTexts: false).values(of: table)
    }
    #expect(throws: ReadingError.self) { try VariableColumns(["s"], of: table, takesTexts: true) }
    #expect(throws: ReadingError.self) { try VariableColumns(["u"], of: table, takesTexts: true) }
  }
}
