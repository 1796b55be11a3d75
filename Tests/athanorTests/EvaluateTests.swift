import Foundation
import Testing

@Suite("Evaluate")
struct EvaluateTests {
  @Test("Compares a learner on four splits, from a table or from a model")
  func splits() throws {
    let folder = try TemporaryFolder()
    try folder.write(CommandTests.gaps, to: "gaps.csv")
    let table = try folder.run("evaluate", "gaps.csv", "--target", "gap")
    #expect(table.status == 0, "\(table.errors)")
    for name in ["random", "formula", "cluster", "element", "baseline", "in 90 % intervals"] {
      #expect(table.output.contains(name), "\(table.output)")
    }
    let trained = try folder.run(
      "train", "gaps.csv", "--target", "gap (eV)", "--output", "gap.safetensors")
    #expect(trained.status == 0, "\(trained.errors)")
    let again = try folder.run("evaluate", "gap.safetensors", "gaps.csv", "--splits")
    #expect(again.output == table.output)
    let json = try folder.run(
      "evaluate", "gaps.csv", "--target", "gap", "--threads", "1", "--json")
    let content = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let entries = try #require(content["entries"] as? [[String: Any]])
    #expect(entries.map { $0["kind"] as? String } == ["random", "formula", "cluster", "element"])
  }

  @Test("Judges a model by groups and by what it knows; predict names the nearest rows")
  func model() throws {
    let folder = try TemporaryFolder()
    try folder.write(CommandTests.gaps, to: "gaps.csv")
    _ = try folder.run("train", "gaps.csv", "--target", "gap (eV)", "--output", "m.safetensors")
    let run = try folder.run("evaluate", "m.safetensors", "gaps.csv", "--json")
    let content = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    for key in ["groups", "domain", "abstention", "recalibrated", "coverage90", "meanWidth90"] {
      #expect(content[key] != nil, "\(key)")
    }
    let text = try folder.run("evaluate", "m.safetensors", "gaps.csv")
    #expect(text.output.contains("chalcogenide") && text.output.contains("set aside"))
    let near = try folder.run("predict", "m.safetensors", "GaAs", "U3O8", "--neighbors", "3")
    let lines = near.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasSuffix(",deviation,note,distance_rank,nearest"))
    #expect(lines[1].contains("GaAs (row 7)"))
    #expect(lines[2].contains("U is in no training row"))
    let bounded = try folder.run("predict", "m.safetensors", "U3O8", "--lower-bound", "0")
    let cells = bounded.output.split(separator: "\n")[1].split(separator: ",")
    #expect(cells[2] == "0" && (Double(cells[3]) ?? 0) > 3)
  }

  @Test(
    "Wrong use is said in a sentence",
    arguments: [
      ["gaps.csv"], ["m.safetensors"], ["gaps.csv", "gaps.csv", "--target", "gap"],
      ["m.safetensors", "gaps.csv", "--with", "gp"],
      ["gaps.csv", "--target", "gap", "--folds", "1"],
    ])
  func wrongUse(arguments: [String]) throws {
    let folder = try TemporaryFolder()
    try folder.write(CommandTests.gaps, to: "gaps.csv")
    let run = try folder.run(["evaluate"] + arguments)
    #expect(run.status == 2)
    #expect(run.errors.hasPrefix("Error: "), "\(run.errors)")
  }
}
