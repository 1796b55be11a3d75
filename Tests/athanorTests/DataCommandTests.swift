import Ecosystem
import Foundation
import Testing

@Suite("athanor data", .serialized)
struct DataCommandTests {
  static let gaps = """
    id,formula,gap (eV),method
    a1,Fe2O3,2.1,PBE
    a2,Fe4O6,2.2,experiment
    a3,TiO2,3.0,PBE
    a4,Si,1.1,experiment

    """

  @Test("import, list, show, query, export and remove work together")
  func daily() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.gaps, to: "gaps.csv")
    let imported = try folder.run("data", "import", "gaps.csv", "--fidelity-column", "method")
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(imported.output.contains("4 records, 3 of materials that are new, 4 measurements"))
    let again = try folder.run("data", "import", "gaps.csv", "--fidelity-column", "method")
    #expect(again.status == 0 && again.output.contains("in the store already (run 1)"))

    let list = try folder.run("data", "list", "--verify")
    #expect(list.output.contains("3 records") && list.output.contains("experiment"))
    let shown = try folder.run("data", "show", "Fe2O3")
    #expect(shown.output.contains("2.1 eV (PBE)") && shown.output.contains("a2, line 3"))
    let found = try folder.run("data", "query", "elements HAS \"O\" AND gap.pbe > 2.5")
    #expect(found.output.contains("TiO2") && !found.output.contains("Fe2O3"))
    let wrong = try folder.run("data", "query", "elements HAS")
    #expect(wrong.status == 1 && wrong.errors.contains("offset 12"))

    let export = try folder.run("data", "export", "--output", "out.csv")
    #expect(export.status == 0, "\(export.errors)")
    let copied = try folder.run(
      "data", "import", "out.csv", "--fidelity-column", "fidelity", "--store", "copy.sqlite")
    #expect(copied.status == 0, "\(copied.errors)")
    let values = try ["athanor.sqlite", "copy.sqlite"].map { name in
      try RecordStore(path: folder.url.appendingPathComponent(name).path).records()
        .map { $0.measurements.map(\.measurement) }
    }
    #expect(values[0] == values[1])

    let asked = try folder.run("data", "remove", "--run", "1")
    #expect(asked.status == 1 && asked.errors.contains("--yes"))
    #expect(try folder.run("data", "remove", "--run", "1", "--yes").status == 0)
    #expect(try folder.run("data", "query").output.isEmpty)
    #expect(try folder.run("data", "show", "Fe2O3").output.contains("withdrawn"))
  }

  @Test("Refused rows are named with file and line, and set the exit code")
  func refusals() throws {
    let folder = try TemporaryFolder()
    try folder.write("formula,gap\nSi,1.1\nGe,NaN\nXy,2\n", to: "bad.csv")
    let stopped = try folder.run("data", "import", "bad.csv")
    #expect(stopped.status == 1 && stopped.errors.contains("bad.csv:4, column \"formula\""))
    #expect(try folder.run("data", "list").output.contains("0 records"))
    let skipped = try folder.run("data", "import", "bad.csv", "--on-error", "skip")
    #expect(skipped.status == 1 && skipped.errors.contains("athanor: bad.csv:4"))
    #expect(skipped.output.contains("2 records,") && skipped.output.contains("1 refused"))
    #expect(skipped.output.contains("1 flagged and not used: 1 not finite"))
    let run = try folder.run("data", "list", "--run", "1").output
    #expect(run.contains("bad.csv:4") && run.contains("line 3, Ge: gap: NaN, not used: not finite"))
    let unit = try folder.run("data", "import", "bad.csv", "--unit", "gap=bananas")
    #expect(unit.status == 2 && unit.errors.contains("\"bananas\" at offset 0 is not a unit"))
    let folderStore = try folder.run("data", "import", "bad.csv", "--store", ".")
    #expect(folderStore.status == 1 && folderStore.errors.contains("a folder, not a store"))
    let missing = try folder.run("data", "list", "--store", "none.sqlite")
    #expect(missing.status == 1 && missing.errors.contains("no such store"))
  }

  @Test("JSON has stable keys")
  func json() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.gaps, to: "gaps.csv")
    let imported = try folder.run("data", "import", "gaps.csv", "--json")
    let outcomes = try #require(
      JSONSerialization.jsonObject(with: Data(imported.output.utf8)) as? [[String: Any]])
    #expect(outcomes.count == 1 && outcomes[0]["kind"] as? String == "imported")
    let queried = try folder.run("data", "query", "nelements=1", "--json")
    let records = try #require(
      JSONSerialization.jsonObject(with: Data(queried.output.utf8)) as? [[String: Any]])
    #expect(records.map { $0["formula"] as? String } == ["Si"])
  }

  @Test(
    "An import that is killed again and again ends as an undisturbed one",
    arguments: ["stop", "skip"])
  func kills(rule: String) throws {
    let folder = try TemporaryFolder()
    var text = "formula,x\n"
    // Two steps; few materials, so that a run is short.
    for row in 0..<70_000 { text += "Fe\(1 + row % 100)O\(1 + row % 7),\(row).25\n" }
    if rule == "skip" { text += "Xx,1\n" }
    try folder.write(text, to: "t.csv")
    let start = Date()
    let arguments = ["data", "import", "t.csv", "--on-error", rule, "--store"]
    let status: Int32 = rule == "skip" ? 1 : 0
    #expect(try folder.run(arguments + ["whole.sqlite"]).status == status)
    let duration = Date().timeIntervalSince(start)
    let whole = try digest(folder, "whole.sqlite")
    var kills = 0
    for attempt in 0..<40 where kills < 10 {
      let name = "killed\(attempt).sqlite"
      let process = try ProgramRun.start(arguments + [name], in: folder.url)
      // A fixed sequence of times; which row they hit differs from machine to machine.
      Thread.sleep(forTimeInterval: duration * (0.03 + 0.9 * Double(attempt * 7 % 10) / 10))
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
      if FileManager.default.fileExists(atPath: folder.url.appendingPathComponent(name).path) {
        try RecordStore(path: folder.url.appendingPathComponent(name).path).verify()
      }
      let last = try folder.run(arguments + [name])
      #expect(last.status == status, "\(last.errors)")
      #expect(try digest(folder, name) == whole)
      try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
    }
    #expect(kills >= 10, "only \(kills) kills hit a running import")
  }

  private func digest(_ folder: TemporaryFolder, _ name: String) throws -> String {
    try RecordStore(path: folder.url.appendingPathComponent(name).path).contentDigest()
  }
}
