import Foundation
import Testing

@Suite("Suggestions and sheets from the shell")
struct SuggestTellTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      name: Oven
      objective: {maximize: volume (mL)}
      space:
        variables:
          T: {from: 180, to: 260, step: 5}
          minutes: {from: 10, to: 60}
          flour: [wheat, rye]
        constraints: ["T * minutes <= 12000"]
      acquisition: {kind: log-ei}
      initial: 4
      budget: 12
      batch: 2
      """, to: "oven.yaml")
    return folder
  }

  /// Fills every blank volume of a sheet in.
  private func fill(_ folder: TemporaryFolder, _ sheet: String, skipping: Int? = nil) throws {
    let url = folder.url.appendingPathComponent(sheet)
    var lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
    for place in lines.indices.dropFirst() where place != skipping {
      var cells = lines[place].split(separator: ",", omittingEmptySubsequences: false).map(
        String.init)
      let (t, minutes) = (try #require(Double(cells[1])), try #require(Double(cells[2])))
      cells[4] = "\(1000 - 0.05 * (t - 220) * (t - 220) - 0.4 * (minutes - 35) * (minutes - 35))"
      lines[place] = cells.joined(separator: ",")
    }
    try folder.write(
      (lines.prefix(1) + lines.dropFirst().reversed()).joined(separator: "\n") + "\n", to: sheet)
  }

  @Test("Suggest, fill in, tell, and again; a blank row stays awaited; worth and status follow")
  func loop() throws {
    let folder = try folder()
    let first = try folder.run(
      "campaign", "suggest", "oven.yaml", "--count", "4", "--output", "next.csv")
    #expect(first.status == 0 && first.output.contains("Initial design"), "\(first.errors)")
    try fill(folder, "next.csv", skipping: 2)
    let early = try folder.run("campaign", "suggest", "oven.yaml", "--output", "next.csv")
    #expect(early.status == 1 && early.errors.contains("holds 3 results"), "\(early.errors)")
    let told = try folder.run("campaign", "tell", "oven.yaml", "next.csv")
    #expect(told.output.contains("3 measured, 0 failed; 1 still awaited"), "\(told.errors)")
    let second = try folder.run(
      "campaign", "suggest", "oven.yaml", "--output", "next.csv", "--explain")
    #expect(second.status == 0, "\(second.errors)")
    #expect(second.output.contains("90 % from") && second.output.contains("distance"))
    #expect(second.output.contains("Explore: ") || second.output.contains("Exploit: "))
    #expect(second.output.contains("The result of number 2 is awaited."))
    let page = try String(
      contentsOf: folder.url.appendingPathComponent("runs/oven/suggestions.html"), encoding: .utf8)
    #expect(page.contains("What was chosen, and why"))
    try fill(folder, "next.csv")
    #expect(
      try folder.run("campaign", "tell", "runs/oven", "next.csv").output.contains("3 measured"))
    let worth = try folder.run("campaign", "worth", "oven.yaml", "--worlds", "8")
    #expect(worth.output.contains("PFIC: ") && worth.output.contains("CMLI: "), "\(worth.errors)")
    let status = try folder.run("campaign", "status", "runs/oven")
    #expect(status.output.contains("6 of 12 measurements"))
    let run = try folder.run("campaign", "run", "oven.yaml")
    #expect(run.status == 1 && run.errors.contains("People measure for this campaign"))
  }

  @Test("A warm start from a table: the first suggestions are the model's")
  func warmStart() throws {
    let folder = try folder()
    var table = "flour,minutes,T,volume (mL)\n"
    for t in [190, 210, 230] {
      table += "rye,30,\(t),\(1000 - (t - 220) * (t - 220))\nwheat,40,\(t),\(t)\n"
    }
    try folder.write(table, to: "old.csv")
    let run = try folder.run("campaign", "suggest", "oven.yaml", "--data", "old.csv", "--json")
    #expect(run.status == 0 && run.output.contains("Highest log-ei score"), "\(run.errors)")
    let again = try folder.run("campaign", "suggest", "oven.yaml", "--data", "old.csv", "--json")
    #expect(again.output.contains("\"awaited\""))
    let status = try folder.run("campaign", "status", "runs/oven", "--json")
    #expect(status.output.contains("\"measurements\" : 0"), "\(status.output)")
  }

  @Test("Recipes without an answer, and spaces that hold nothing, are refused with their line")
  func refused() throws {
    let folder = try TemporaryFolder()
    let recipes = [
      ("space: {variables: {a: {from: 0, to: 1}}, constraints: [\"a >= 2\"]}", "No combination"),
      ("space: {variables: {a: {from: 1, to: 0}}}", "is no range"),
      ("space: {variables: {a: {from: 0, to: 1}}}\noracle: robot", "\"robot\" is no oracle"),
      (
        "space: {variables: {a: {from: 0, to: 1}}}\noracle: {virtualLaboratory: {}}\nx: 1",
        "nknown key"
      ),
      ("space: {elements: [Na, K], chargeNeutral: true}", "No composition fits"),
      ("space: {elements: [Na, Cl]}\nrepeats: 3", "people measure once"),
    ]
    for (lines, message) in recipes {
      try folder.write("objective: {maximize: y}\n\(lines)\n", to: "r.yaml")
      let run = try folder.run("campaign", "suggest", "r.yaml")
      #expect(run.status == 1 && run.errors.contains(message), "\(lines): \(run.errors)")
    }
  }
}
