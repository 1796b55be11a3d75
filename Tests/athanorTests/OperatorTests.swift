import Ecosystem
import Foundation
import Testing

@Suite("Commands of who runs a campaign")
struct OperatorTests {
  static let recipe = """
    name: Gaps
    objective: {maximize: gap (eV)}
    oracle: {replay: t.csv}
    acquisition: {kind: log-ei}
    initial: 3
    budget: 7

    """

  /// A folder with a finished campaign in `runs/gaps`.
  private func finished() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(CampaignNewTests.table, to: "t.csv")
    try folder.write(Self.recipe, to: "gaps.yaml")
    let run = try folder.run("campaign", "run", "gaps.yaml")
    #expect(run.status == 0, "\(run.errors)")
    return folder
  }

  private func object(_ run: ProgramRun) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  @Test("status says what waits for whom")
  func status() throws {
    let folder = try TemporaryFolder()
    #expect(
      try folder.run(
        "campaign", "new", "oven.yaml", "--setting", "T=180:260", "--maximize", "volume"
      ).status == 0)
    #expect(try folder.run("campaign", "suggest", "oven.yaml", "--count", "2").status == 0)
    let shown = try folder.run("campaign", "status", "runs/oven")
    #expect(shown.output.contains("Waiting for results: no. 1 (T "), "\(shown.output)")
    #expect(shown.output.contains("Planner: waits for 2 experiments to bring results"))
    let json = try object(folder.run("campaign", "status", "runs/oven", "--json"))
    let waiting = try #require(json["waiting"] as? [String: Any])
    #expect((waiting["counts"] as? [String: Int]) == ["proposed": 2])
    #expect(json["budget"] as? Int == 30 && json["lastEvent"] is String)
  }

  @Test("replay shows the state after any event, and every day")
  func replay() throws {
    let folder = try finished()
    let shown = try folder.run("campaign", "replay", "runs/gaps", "--event", "5")
    #expect(shown.status == 0 && shown.output.contains("after event 5 of"), "\(shown.errors)")
    #expect(shown.output.contains("Waiting for results"))
    #expect(shown.output.contains("Initial design: drawn at random from the space."))
    let json = try object(folder.run("campaign", "replay", "runs/gaps", "--event", "7", "--json"))
    #expect(json["measurements"] as? Int == 3 && (json["decisions"] as? [Any])?.count == 4)
    let days = try folder.run("campaign", "replay", "runs/gaps", "--days")
    #expect(days.output.split(separator: "\n").count >= 2)
    let early = try folder.run("campaign", "replay", "runs/gaps", "--at", "2001-01-01")
    #expect(early.status == 1 && early.errors.contains("did not exist"))
    #expect(try folder.run("campaign", "replay", "runs/gaps", "--at", "noon").status == 2)
    #expect(try folder.run("campaign", "replay", "runs/gaps", "--event", "999").status == 1)
  }

  @Test("export hands everything over with checksums that other programs check")
  func export() throws {
    let folder = try finished()
    let made = try folder.run(
      "campaign", "export", "runs/gaps", "--to", "out", "--recipe", "gaps.yaml")
    #expect(made.status == 0, "\(made.errors)")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.url.appendingPathComponent("out").path)
    #expect(
      names.sorted() == [
        "SHA256SUMS", "campaign.json", "events.jsonl", "ledger.sqlite", "measurements.csv",
        "models", "proposals.csv", "recipe.yaml", "report.html",
      ])
    #expect(try Self.sha256sum(folder.url.appendingPathComponent("out")) == 0)
    #expect(try folder.run("campaign", "export", "--check", "out").status == 0)
    let predicted = try folder.run("predict", "out/models/gap (eV).safetensors", "t.csv")
    #expect(predicted.status == 0, "\(predicted.errors)")
    // Equal ledgers give equal bytes, whenever and with however many threads.
    #expect(
      try folder.run(
        "campaign", "export", "runs/gaps", "--to", "two", "--recipe", "gaps.yaml", "--threads", "1"
      ).status == 0)
    let sums = try ["out", "two"].map {
      try String(contentsOf: folder.url.appendingPathComponent("\($0)/SHA256SUMS"), encoding: .utf8)
    }
    #expect(sums[0] == sums[1])
    let refused = try folder.run("campaign", "export", "runs/gaps", "--to", "out")
    #expect(refused.status == 1 && refused.errors.contains("not empty"))
    let other = try folder.write(
      Self.recipe.replacing("budget: 7", with: "budget: 8"), to: "other.yaml")
    let wrong = try folder.run(
      "campaign", "export", "runs/gaps", "--to", "three", "--recipe", other.lastPathComponent)
    #expect(wrong.status == 1 && wrong.errors.contains("budget"))
    #expect(!folder.names.contains { $0.hasPrefix("three") })
    try Data("x".utf8).write(to: folder.url.appendingPathComponent("out/proposals.csv"))
    let damaged = try folder.run("campaign", "export", "--check", "out", "--json")
    #expect(damaged.status == 1 && damaged.output.contains("proposals.csv"))
    #expect(try Self.sha256sum(folder.url.appendingPathComponent("out")) != 0)
  }

  private static func sha256sum(_ folder: URL) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sha256sum", "-c", "--quiet", "SHA256SUMS"]
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test("A ledger is backed up, checked and repaired")
  func ledger() throws {
    let folder = try finished()
    let backup = try folder.run("campaign", "backup", "runs/gaps", "copy.sqlite", "--json")
    #expect(backup.status == 0, "\(backup.errors)")
    let copied = try object(backup)
    let count = try #require(copied["events"] as? Int)
    let hash =
      try object(folder.run("campaign", "status", "runs/gaps", "--json"))["hash"] as? String
    #expect(copied["hash"] as? String == hash)
    #expect(try folder.run("campaign", "backup", "runs/gaps", "copy.sqlite").status == 1)
    #expect(try folder.run("store", "check", "copy.sqlite").status == 0)
    let url = folder.url.appendingPathComponent("copy.sqlite")
    var bytes = try Data(contentsOf: url)
    let place = try #require(bytes.range(of: Data("\"number\":4,".utf8)))
    bytes[place.lowerBound + 9] = UInt8(ascii: "5")
    try bytes.write(to: url)
    let check = try folder.run("store", "check", "copy.sqlite", "--json")
    #expect(check.status == 1)
    let sound = try #require(object(check)["soundEvents"] as? Int)
    #expect(sound > 6 && sound < count)
    let repair = try folder.run("store", "repair", "copy.sqlite", "--to", "new.sqlite")
    #expect(repair.status == 0, "\(repair.errors)")
    #expect(repair.output.contains("is not what was written"), "\(repair.output)")
    #expect(try Data(contentsOf: url) == bytes)
    #expect(try folder.run("store", "check", "new.sqlite").status == 0)
    // The campaign goes on from there, and ends as it did.
    let runs = folder.url.appendingPathComponent("runs/again")
    try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: folder.url.appendingPathComponent("new.sqlite"),
      to: runs.appendingPathComponent("ledger.sqlite"))
    #expect(try folder.run("campaign", "run", "gaps.yaml", "--output", "runs/again").status == 0)
    #expect(
      try InterruptedCampaignTests.story(runs)
        == InterruptedCampaignTests.story(folder.url.appendingPathComponent("runs/gaps")))
  }

  @Test("A store of records is checked and repaired")
  func records() throws {
    let folder = try TemporaryFolder()
    try folder.write(CampaignNewTests.table, to: "t.csv")
    #expect(try folder.run("data", "import", "t.csv").status == 0)
    let check = try folder.run("store", "check", "athanor.sqlite")
    #expect(check.status == 0 && check.output.contains("whole"), "\(check.errors)")
    let repair = try folder.run("store", "repair", "athanor.sqlite", "--to", "new.sqlite", "--json")
    #expect(repair.status == 0, "\(repair.errors)")
    #expect((try object(repair)["leftOut"] as? [Any])?.isEmpty == true)
    let lists = try ["athanor.sqlite", "new.sqlite"].map {
      try object(folder.run("data", "list", "--verify", "--json", "--store", $0))["digest"]
        as? String
    }
    #expect(lists[0] != nil && lists[0] == lists[1])
    #expect(try folder.run("store", "check", "t.csv").status == 1)
    #expect(try folder.run("store", "check", "nothing").status == 1)
  }
}
