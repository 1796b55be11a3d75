import Formats
import Foundation
import Testing

@Suite("screen")
struct ScreenTests {
  /// A folder with a model of the gaps of semiconductors.
  private func trained() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(CommandTests.gaps, to: "gaps.csv")
    let run = try folder.run(
      "train", "gaps.csv", "--target", "gap (eV)", "--output", "m.safetensors")
    #expect(run.status == 0, "\(run.errors)")
    return folder
  }

  private func table(_ text: String) throws -> Table {
    try Table(Array(text.utf8), file: "out.csv")
  }

  @Test("Tables and bare lists of formulas give the same candidates, best first")
  func forms() throws {
    let folder = try trained()
    let formulas = ["GaN", "InSb", "AlP", "Xx3", "Al2P2", "ZnSe", "PbTe"]
    try folder.write("id,formula\n" + formulas.map { "1,\($0)\n" }.joined(), to: "space.csv")
    try folder.write(formulas.joined(separator: "\n"), to: "list.txt")
    let run = try folder.run("screen", "m.safetensors", "space.csv", "--top", "4")
    #expect(run.status == 0)
    #expect(
      run.errors.contains("1 of 7 rows were left out")
        && run.errors.contains("space.csv:5: \"Xx3\""))
    let ranked = try table(run.output)
    #expect(
      ranked.columns == [
        "rank", "formula", "gap (eV)", "lower", "upper", "raw_deviation", "raw_epistemic",
        "in_domain", "line",
      ])
    #expect(try ranked.strings("rank") == ["1", "2", "3", "4"])
    let means = try ranked.doubles("gap (eV)")
    #expect(means == means.sorted(by: >))
    // AlP and Al2P2 are one.
    #expect(try Set(ranked.strings("formula")).isDisjoint(with: ["Al2P2", "Xx3"]))
    let list = try table(folder.run("screen", "m.safetensors", "list.txt", "--top", "4").output)
    #expect(try list.strings("formula") == ranked.strings("formula"))
    #expect(try list.doubles("line") == ranked.doubles("line").map { $0 - 1 })
    let one = try folder.run(
      "screen", "m.safetensors", "space.csv", "--top", "4", "--threads", "1")
    #expect(one.output == run.output)
  }

  @Test("--minimize, --exclude and --json")
  func options() throws {
    let folder = try trained()
    try folder.write("formula\nIn2Sb2\nGaN\nPbTe\nHgTe\n", to: "space.csv")
    let run = try folder.run(
      "screen", "m.safetensors", "space.csv", "--minimize", "--by", "probability", "--threshold",
      "1", "--exclude", "gaps.csv", "--least-in-domain", "0.5", "--json")
    #expect(run.status == 0, "\(run.errors)")
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let tally = try #require(result["tally"] as? [String: Int])
    #expect(tally == ["rows": 4, "refused": 0, "excluded": 2, "outsideDomain": 0])
    let best = try #require(result["best"] as? [[String: Any]])
    #expect(best.count == 2)
    let scores = best.compactMap { $0["score"] as? Double }
    #expect(scores.allSatisfy { (0...1).contains($0) } && scores == scores.sorted(by: >))
    let file = try folder.run("screen", "m.safetensors", "space.csv", "-o", "best.csv")
    #expect(file.status == 0 && file.output.isEmpty && folder.names.contains("best.csv"))
  }

  @Test("Wrong use exits with 2, a space without a readable row with 1; nothing is written")
  func edges() throws {
    let folder = try trained()
    try folder.write("formula\nXx\nYy\n", to: "bad.csv")
    try folder.write("", to: "empty.csv")
    let wrong: [[String]] = [
      ["--top", "0"], ["--by", "probability"], ["--threshold", "1"], ["--coverage", "1"],
      ["--minimize", "--target-value", "1"], ["--top", "9223372036854775807"],
    ]
    for options in wrong {
      let run = try folder.run(["screen", "m.safetensors", "bad.csv"] + options)
      #expect(run.status == 2, "\(options)")
    }
    let bad = try folder.run("screen", "m.safetensors", "bad.csv", "-o", "out.csv")
    #expect(bad.status == 1 && bad.errors.contains("bad.csv:3: \"Yy\""))
    #expect(try folder.run("screen", "m.safetensors", "empty.csv").status == 1)
    #expect(try folder.run("screen", "m.safetensors", "missing.csv").status == 1)
    #expect(!folder.names.contains("out.csv"))
  }
}
