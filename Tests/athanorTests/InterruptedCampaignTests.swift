import Ecosystem
import Foundation
import TestKit
import Testing

@Suite("A killed campaign", .serialized)
struct InterruptedCampaignTests {
  static let recipe = """
    name: Killed
    seed: 3
    space: {elements: [Al, Ni, Cu, Ti], step: 0.1, maximumElements: 3}
    objective: {maximize: bulkModulusGPa / density}
    limits: [{property: formationEnergyPerAtom, atMost: 0.1}]
    surrogate: {kind: gp, features: fractions}
    acquisition: {kind: convex, alpha: 0.5}
    initial: 6
    budget: 24
    oracle: {virtualLaboratory: {atoms: 20, cells: 1}}

    """

  /// Kind and payload of each event: all but the time and what hangs on it.
  static func story(_ folder: URL) throws -> [String] {
    try SQLiteEventLog(path: folder.appendingPathComponent("ledger.sqlite").path).events()
      .map { "\($0.kind) \($0.payload)" }
  }

  @Test("goes on where it was, measures nothing twice and ends with the same ledger")
  func sameLedger() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.recipe, to: "r.yaml")
    let start = Date()
    #expect(try folder.run("campaign", "run", "r.yaml", "--output", "whole").status == 0)
    let duration = Date().timeIntervalSince(start)
    var kills = 0
    let wanted = Reliability.count(20, full: 200)
    for attempt in 0..<3 * wanted where kills < wanted {
      let name = "killed\(attempt)"
      kills += try run(in: folder, name: name, after: duration, attempt)
      #expect(
        try Self.story(folder.url.appendingPathComponent(name))
          == Self.story(folder.url.appendingPathComponent("whole")))
    }
    Reliability.report("killed campaigns", ["kills": Double(kills)])
    #expect(kills >= wanted, "only \(kills) kills hit a running campaign")
  }

  @Test("that is led by networks goes on too, whatever the threads")
  func ensemble() throws {
    let folder = try TemporaryFolder()
    let recipe = Self.recipe
      .replacing("kind: gp, features: fractions", with: "kind: ensemble, members: 2, steps: 40")
      .replacing("budget: 24", with: "budget: 9")
    try folder.write(recipe, to: "r.yaml")
    let whole = try folder.run("campaign", "run", "r.yaml", "--output", "whole", "--threads", "1")
    #expect(whole.status == 0, "\(whole.errors)")
    let process = try ProgramRun.start(
      ["campaign", "run", "r.yaml", "--output", "killed"], in: folder.url)
    Thread.sleep(forTimeInterval: 0.6)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(try folder.run("campaign", "run", "r.yaml", "--output", "killed").status == 0)
    #expect(
      try Self.story(folder.url.appendingPathComponent("killed"))
        == Self.story(folder.url.appendingPathComponent("whole")))
  }

  /// Kills a run again and again, at times spread over its length, until one is left to finish.
  ///
  /// - Returns: How many kills hit.
  private func run(
    in folder: TemporaryFolder, name: String, after duration: Double, _ attempt: Int
  ) throws -> Int {
    let arguments = ["campaign", "run", "r.yaml", "--output", name]
    var kills = 0
    for share in [0.05, 0.2, 0.35] {
      let process = try ProgramRun.start(arguments, in: folder.url)
      // A fixed sequence of times; which event they hit differs from machine to machine.
      Thread.sleep(forTimeInterval: duration * (share + 0.013 * Double(attempt % 10)))
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
    }
    let last = try ProgramRun(arguments, in: folder.url)
    #expect(last.status == 0, "\(last.errors)")
    return kills
  }
}
