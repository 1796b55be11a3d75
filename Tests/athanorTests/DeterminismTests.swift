import Ecosystem
import Foundation
import TestKit
import Testing

@Suite("Equal seeds", .serialized)
struct DeterminismTests {
  /// Networks take seconds for each model: they have their turn at full count.
  private static let learners = ["gp", "trees"] + (Reliability.isFull ? ["ensemble"] : [])

  @Test("give equal model files, on one thread and on two", arguments: learners)
  func models(learner: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(CommandTests.gaps, to: "gaps.csv")
    var files: Set<Data> = []
    let runs = Reliability.count(2, full: 10)
    for run in 0..<runs {
      let trained = try folder.run(
        "train", "gaps.csv", "--target", "gap (eV)", "--with", learner, "--folds", "2",
        "--threads", "\(1 + run % 2)", "--seed", "3", "-o", "m.safetensors")
      #expect(trained.status == 0, "\(trained.errors)")
      files.insert(try Data(contentsOf: folder.url.appendingPathComponent("m.safetensors")))
    }
    Reliability.report(
      "equal seeds, \(learner)", ["runs": Double(runs), "model files": Double(files.count)])
    #expect(files.count == 1)
  }

  @Test("give equal campaigns, led by networks, on one thread and on two")
  func campaigns() throws {
    let folder = try TemporaryFolder()
    let recipe = InterruptedCampaignTests.recipe
      .replacing("kind: gp, features: fractions", with: "kind: ensemble, members: 2, steps: 40")
      .replacing("budget: 24", with: "budget: 9")
    try folder.write(recipe, to: "r.yaml")
    var stories: Set<[String]> = []
    let runs = Reliability.count(2, full: 10)
    for run in 0..<runs {
      let done = try folder.run(
        "campaign", "run", "r.yaml", "--output", "run\(run)", "--threads", "\(1 + run % 2)")
      #expect(done.status == 0, "\(done.errors)")
      stories.insert(
        try InterruptedCampaignTests.story(folder.url.appendingPathComponent("run\(run)")))
    }
    Reliability.report(
      "equal seeds, campaigns", ["runs": Double(runs), "ledgers": Double(stories.count)])
    #expect(stories.count == 1)
  }
}
