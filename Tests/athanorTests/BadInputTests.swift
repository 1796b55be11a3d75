import Foundation
import Testing

@Suite("Bad input gets one clear sentence")
struct BadInputTests {
  struct Case: CustomStringConvertible, Sendable {
    let name: String
    let table: String
    /// What the sentence must say: the place and the remedy.
    let says: [String]
    var description: String { name }
  }

  static let header = "formula,gap\n"
  static let rows = "Fe2O3,2.2\nTiO2,3.2\nSiC,2.4\nGaN,3.4\nZnO,3.3\nCdS,2.4\n"

  @Test(
    "train refuses",
    arguments: [
      Case(
        name: "an unknown symbol", table: header + "Fe2O3,2.2\nXx2O,1\n",
        says: ["t.csv:3", "Xx", "not an element"]),
      Case(
        name: "a missing column", table: "formula,energy\nFe2O3,1\n",
        says: ["t.csv", "gap", "formula, energy"]),
      Case(
        name: "a word for a number", table: header + "Fe2O3,high\n",
        says: ["t.csv:2", "gap", "high", "not a number"]),
      Case(name: "NaN", table: header + "Fe2O3,NaN\n", says: ["t.csv:2", "gap", "remove the row"]),
      Case(name: "a decimal comma", table: header + "Fe2O3,\"2,2\"\n", says: ["t.csv:2", "point"]),
      Case(name: "an empty file", table: "", says: ["t.csv", "empty"]),
      Case(name: "a header alone", table: header, says: ["t.csv"]),
      Case(
        name: "a constant target", table: header + "Fe2O3,1\nTiO2,1\nSiC,1\nGaN,1\nZnO,1\nCdS,1\n",
        says: ["every row", "another column"]),
      Case(name: "too few rows", table: header + "Fe2O3,1\nTiO2,2\n", says: ["2 usable rows"]),
    ])
  func trainRefuses(_ bad: Case) throws {
    let folder = try TemporaryFolder()
    try folder.write(bad.table, to: "t.csv")
    let run = try folder.run("train", "t.csv", "--target", "gap")
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    for part in bad.says { #expect(run.errors.contains(part), "\(run.errors)") }
    #expect(run.errors.split(separator: "\n").count == 1, "one line: \(run.errors)")
    #expect(folder.names == ["t.csv"], "nothing half-written")
  }

  @Test("A missing file is named")
  func missingFile() throws {
    let run = try TemporaryFolder().run("train", "none.csv", "--target", "gap")
    #expect(run.status == 1)
    #expect(run.errors.contains("none.csv"))
  }

  @Test("A recipe with an unknown key names line and the key that was meant")
  func unknownKey() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      objective: {maximize: density}
      space: {elements: [Cu, Ni]}
      oracle: {virtualLaboratory: {atoms: 20, cells: 1}}
      budgett: 5

      """, to: "r.yaml")
    let run = try folder.run("campaign", "run", "r.yaml")
    #expect(run.status == 1)
    for part in ["r.yaml:4", "budgett", "budget"] { #expect(run.errors.contains(part)) }
    #expect(folder.names == ["r.yaml"])
  }

  @Test("A model that was cut off or changed is refused before use", arguments: [0.1, 0.5, 0.99])
  func damagedModel(share: Double) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.header + Self.rows, to: "t.csv")
    #expect(try folder.run("train", "t.csv", "--target", "gap").status == 0)
    let model = folder.url.appendingPathComponent("gap.safetensors")
    let whole = try Data(contentsOf: model)
    try whole.prefix(Int(Double(whole.count) * share)).write(to: model)
    let cut = try folder.run("predict", "gap.safetensors", "ZnS")
    #expect(cut.status == 1 && cut.output.isEmpty)
    #expect(cut.errors.contains("gap.safetensors"))
    var changed = whole
    changed[Int(Double(whole.count - 1) * share)] ^= 0x10
    try changed.write(to: model)
    let flipped = try folder.run("predict", "gap.safetensors", "ZnS")
    #expect(flipped.status == 1 && flipped.output.isEmpty)
  }

  @Test("A place that cannot be written is named, and nothing is left there")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.header + Self.rows, to: "t.csv")
    let run = try folder.run("train", "t.csv", "--target", "gap", "--output", "t.csv/m.safetensors")
    #expect(run.status == 1)
    #expect(run.errors.contains("t.csv/m.safetensors"))
    #expect(folder.names == ["t.csv"])
  }

  @Test(
    "Wrong use exits with 2", arguments: [["train"], ["nonsense"], ["demo", "--repeats", "0"]])
  func wrongUse(arguments: [String]) throws {
    let run = try TemporaryFolder().run(arguments)
    #expect(run.status == 2)
    #expect(run.errors.contains("Usage"))
  }
}
