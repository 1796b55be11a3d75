import Foundation
import Testing

@Suite("Commands")
struct CommandTests {
  /// Gaps of semiconductors, eV (C. Kittel, Introduction to Solid State Physics, 8th ed., table 7.1).
  static let gaps = """
    formula,temperature,gap (eV)
    Si,300,1.11
    Ge,300,0.66
    InSb,300,0.17
    InAs,300,0.36
    InP,300,1.27
    GaP,300,2.25
    GaAs,300,1.43
    GaSb,300,0.68
    AlSb,300,1.6
    ZnO,300,3.2
    ZnS,300,3.6
    CdS,300,2.42
    CdSe,300,1.74
    CdTe,300,1.45
    PbS,300,0.37
    PbSe,300,0.27
    PbTe,300,0.29

    """

  @Test("help names every command and exits with 0")
  func help() throws {
    let run = try TemporaryFolder().run("--help")
    #expect(run.status == 0)
    for name in [
      "demo", "inspect", "featurize", "train", "predict", "screen", "evaluate", "campaign",
    ] {
      #expect(run.output.contains("  \(name) "))
    }
  }

  @Test("train, inspect, predict and evaluate work together")
  func daily() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.gaps, to: "gaps.csv")
    let trained = try folder.run(
      "train", "gaps.csv", "--target", "gap (eV)", "--output", "gap.safetensors", "--report",
      "gap.html")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.contains("eV"))
    let page = try String(
      contentsOf: folder.url.appendingPathComponent("gap.html"), encoding: .utf8)
    #expect(page.contains("A model of gap (eV)"))

    let predicted = try folder.run("predict", "gap.safetensors", "GaAs", "U3O8", "--json")
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(predicted.output.utf8)) as? [[String: Any]])
    let inside = try #require(rows[0]["prediction"] as? [String: Double])
    let outside = try #require(rows[1]["prediction"] as? [String: Double])
    // GaAs was a training row, so its prediction lies near 1.43 eV and inside its interval.
    #expect(try #require(inside["lowerBound"]) < 1.43 && #require(inside["upperBound"]) > 1.43)
    #expect(inside["inDomainScore"] == 1)
    #expect(try #require(outside["inDomainScore"]) < 1)

    let same = try folder.run("evaluate", "gap.safetensors", "gaps.csv")
    #expect(same.errors.contains("trained on"))
    let card = try folder.run("inspect", "gap.safetensors", "gaps.csv")
    #expect(card.output.contains("17 rows") && card.output.contains("formula: formula"))
  }

  @Test("Equal seeds give equal model files, whatever the threads")
  func determinism() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.gaps, to: "gaps.csv")
    for threads in ["1", "2"] {
      let run = try folder.run(
        "train", "gaps.csv", "--target", "gap (eV)", "--threads", threads, "--output",
        "\(threads).safetensors")
      #expect(run.status == 0)
    }
    let files = try ["1", "2"].map {
      try Data(contentsOf: folder.url.appendingPathComponent("\($0).safetensors"))
    }
    #expect(files[0] == files[1])
  }

  @Test("featurize writes the element statistics of the table's formulas")
  func featurize() throws {
    let folder = try TemporaryFolder()
    try folder.write("formula\nFe2O3\n", to: "f.csv")
    let run = try folder.run("featurize", "f.csv", "--with", "magpie")
    let lines = run.output.split(separator: "\n").map { $0.split(separator: ",") }
    let column = try #require(lines[0].firstIndex(of: "MagpieData mean Number"))
    // 0.4 × 26 + 0.6 × 8
    #expect(Double(lines[1][column]) == 15.2)
    #expect(lines[0].count == 133)
  }

  @Test("The demo's recipe is the example")
  func demoRecipe() throws {
    let run = try TemporaryFolder().run("demo", "--recipe")
    let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Examples/alloys.yaml")
    #expect(try run.output == String(contentsOf: example, encoding: .utf8))
  }
}
