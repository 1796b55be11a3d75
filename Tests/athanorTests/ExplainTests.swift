import Foundation
import Testing

@Suite("athanor explain")
struct ExplainTests {
  /// A folder with the gaps of semiconductors and a model of them.
  private static func folder(_ arguments: String...) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(CommandTests.gaps, to: "gaps.csv")
    let trained = try folder.run(
      ["train", "gaps.csv", "--target", "gap (eV)", "--output", "gap.safetensors"] + arguments)
    #expect(trained.status == 0, "\(trained.errors)")
    return folder
  }

  private static func object(_ run: ProgramRun) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any], "\(run.errors)")
  }

  @Test("Contributions of elements and features sum to the prediction, whatever the threads")
  func sums() throws {
    let folder = try Self.folder()
    let run = try folder.run("explain", "gap.safetensors", "GaAs", "gaps.csv", "--json")
    let materials = try #require(try Self.object(run)["materials"] as? [[String: Any]])
    #expect(materials.count == 18)
    for material in materials {
      let prediction = try #require(
        (material["prediction"] as? [String: Double])?["mean"])
      let elements = try #require(material["elements"] as? [String: Any])
      let parts = try #require(elements["parts"] as? [[String: Any]])
      let contributions = try parts.map { try #require($0["contribution"] as? Double) }
      let base = try #require(elements["base"] as? Double)
      #expect(abs(base + contributions.reduce(0, +) - prediction) < 1e-6)
      let features = try #require(material["features"] as? [String: Any])
      let named = try #require(features["features"] as? [[String: Any]])
      #expect(named.count == 10 && named.allSatisfy { $0["trainingMean"] != nil })
      let sum = try ["base", "others", "remainder"].reduce(0.0) {
        $0 + (try #require(features[$1] as? Double))
      }
      let all = try named.reduce(sum) { $0 + (try #require($1["contribution"] as? Double)) }
      #expect(abs(all - prediction) < 1e-9)
    }
    let serial = try folder.run(
      "explain", "gap.safetensors", "GaAs", "gaps.csv", "--json", "--threads", "1")
    #expect(serial.output == run.output)
  }

  @Test("Says in words what a formula's prediction rests on, and where the model extrapolates")
  func text() throws {
    let folder = try Self.folder()
    let run = try folder.run(
      "explain", "gap.safetensors", "ZnO", "U3O8", "--features", "3", "--effects")
    #expect(run.status == 0)
    #expect(
      run.output.contains("gap (eV), explained by gp") && run.output.contains("Zn 50\u{202f}%"))
    #expect(run.output.contains("the mean of the training rows"))
    #expect(run.output.contains("all others") && run.output.contains("1 % more: "))
    #expect(run.errors.contains("U3O8 holds U, which no training row holds"))
  }

  @Test("Writes a table and a page, each whole")
  func files() throws {
    let folder = try Self.folder()
    let run = try folder.run(
      "explain", "gap.safetensors", "gaps.csv", "-o", "e.csv", "--report", "e.html", "--against",
      "Si")
    #expect(run.status == 0, "\(run.errors)")
    let lines = try String(
      contentsOf: folder.url.appendingPathComponent("e.csv"), encoding: .utf8
    ).split(separator: "\n")
    #expect(
      lines[0].hasPrefix("row,formula,prediction,lower,upper,in_domain,base,method,kind,name"))
    #expect(lines.count { $0.contains(",feature,") } == 170)
    #expect(lines.contains { $0.hasPrefix("7,GaAs,") && $0.contains(",shapley,element,Si,0.0,") })
    let page = try String(
      contentsOf: folder.url.appendingPathComponent("e.html"), encoding: .utf8)
    #expect(page.contains("What carries the predictions of gap (eV)"))
    #expect(page.contains("Families of elements") && page.contains("the prediction for Si"))
  }

  @Test("Networks: integrated gradients, and who listens to whom")
  func networks() throws {
    let folder = try Self.folder("--with", "ensemble", "--folds", "2")
    let run = try folder.run("explain", "gap.safetensors", "GaAs", "--attention", "--json")
    let materials = try #require(try Self.object(run)["materials"] as? [[String: Any]])
    let elements = try #require(materials[0]["elements"] as? [String: Any])
    #expect(elements["method"] as? String == "integrated-gradients")
    let flow = try #require(materials[0]["attention"] as? [String: Any])
    #expect(flow["elements"] as? [String] == ["Ga", "As"])
    let shares = try #require(flow["rollout"] as? [Double])
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
    let other = try folder.run("explain", "gap.safetensors", "GaAs", "--method", "shapley")
    #expect(other.status == 0 && other.output.contains("GaAs"))
  }

  @Test(
    "Refuses in a sentence",
    arguments: [
      (["GaAs", "--attention"], "has no attention"),
      (["GaAs", "--method", "gradients"], "has no gradients"),
      (["Xq2"], "neither a file nor a formula"), (["nowhere.csv"], "nowhere.csv"),
      (["GaAs", "--against", "Xq"], "neither a file nor a formula"),
      (["GaAs", "--report", "page.txt"], "--report must end in .html"),
      (["GaAs", "--coalitions", "1"], "--coalitions must lie between"),
      (["GaAs", "--features=-1"], "--features must not be negative"), (["empty.csv"], "empty.csv"),
    ])
  func refuses(arguments: [String], sentence: String) throws {
    let folder = try Self.folder()
    try folder.write("formula,gap (eV)\n", to: "empty.csv")
    let run = try folder.run(["explain", "gap.safetensors"] + arguments)
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains(sentence), "\(run.errors)")
    #expect(folder.names.allSatisfy { ["empty.csv", "gap.safetensors", "gaps.csv"].contains($0) })
  }
}
