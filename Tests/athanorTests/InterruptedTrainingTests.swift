import DenseMath
import Foundation
import TestKit
import Testing

@Suite("A killed training", .serialized)
struct InterruptedTrainingTests {
  @Test("goes on with --resume and ends with the same bytes, whenever it was killed")
  func sameModel() throws {
    let folder = try TemporaryFolder()
    try folder.write(CommandTests.gaps, to: "gaps.csv")
    let arguments = [
      "train", "gaps.csv", "--target", "gap (eV)", "--with", "trees", "--threads", "1", "-o",
      "m.safetensors",
    ]
    let start = Date()
    #expect(try folder.run(arguments).status == 0)
    let duration = Date().timeIntervalSince(start)
    let model = folder.url.appendingPathComponent("m.safetensors")
    let bytes = try Data(contentsOf: model)
    var random = SplitMix64(seed: 5)
    var (kills, gone) = (0, 0)
    let trials = Reliability.count(3, full: 200)
    for _ in 0..<trials {
      try? FileManager.default.removeItem(at: model)
      let process = try ProgramRun.start(arguments, in: folder.url)
      Thread.sleep(forTimeInterval: duration * random.uniform())
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
      let resumed = try folder.run(arguments + ["--resume"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      if resumed.errors.contains("going on") { gone += 1 }
      #expect(try Data(contentsOf: model) == bytes)
      #expect(!folder.names.contains("m.safetensors.part"))
    }
    Reliability.report(
      "killed trainings",
      ["trainings": Double(trials), "kills": Double(kills), "gone on with": Double(gone)])
  }
}
