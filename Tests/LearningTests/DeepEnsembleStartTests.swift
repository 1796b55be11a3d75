import Ecosystem
import Foundation
import Representations
import Testing
import Torch

@testable import Learning

@Suite("Networks that go on from other ones")
struct DeepEnsembleStartTests {
  private func encoders(_ ensemble: DeepEnsemble) throws -> [[String: StoredTensor]] {
    try ensemble.members.map { try $0.encoder.storedTensors() }
  }

  @Test("take the encoders over in turn; at a rate of 0 these stay as they are")
  func frozen() throws {
    let rows = try DeepEnsembleTests.alloys(40, seed: 1)
    let first = try DeepEnsembleTests.trainer(members: 2, steps: 10).fit(
      candidates: rows.candidates, targets: rows.targets, seed: 1)
    var trainer = DeepEnsembleTests.trainer(members: 3, steps: 10)
    trainer.start = try DeepEnsembleTrainer.Start(first)
    trainer.start?.rate = 0
    let other = rows.targets.map { $0.squareRoot() }
    let second = try trainer.fit(candidates: rows.candidates, targets: other, seed: 1)
    let old = try encoders(first)
    #expect(try encoders(second) == [old[0], old[1], old[0]])
    trainer.start?.rate = 0.3
    let third = try trainer.fit(candidates: rows.candidates, targets: other, seed: 1)
    #expect(try zip(encoders(third), encoders(second)).allSatisfy { $0 != $1 })
  }

  @Test("learn a related property from few rows better than from random weights")
  func helps() throws {
    let many = try DeepEnsembleTests.alloys(300, seed: 1)
    let few = try DeepEnsembleTests.alloys(24, seed: 2)
    let test = try DeepEnsembleTests.alloys(200, seed: 3)
    func related(_ targets: [Double]) -> [Double] { targets.map { 3 - log($0) } }
    let first = try DeepEnsembleTests.trainer(members: 2, steps: 400).fit(
      candidates: many.candidates, targets: many.targets, seed: 1)
    var trainer = DeepEnsembleTests.trainer(members: 2, steps: 150)
    func error() throws -> Double {
      let model = try trainer.fit(
        candidates: few.candidates, targets: related(few.targets), seed: 1)
      return DeepEnsembleTests.meanAbsoluteError(
        try model.predict(test.candidates), related(test.targets))
    }
    let scratch = try error()
    trainer.start = try DeepEnsembleTrainer.Start(first)
    #expect(try error() < 0.6 * scratch, "\(scratch)")
  }

  @Test("refuse models without networks and networks of other sizes")
  func refusals() throws {
    let rows = try DeepEnsembleTests.alloys(20, seed: 1)
    let trees = try ForestTrainer(ForestTrainer.Configuration()).train(
      candidates: rows.candidates, targets: rows.targets, seed: 1)
    #expect(throws: DeepEnsembleError.noStart("it holds no networks")) {
      try DeepEnsembleTrainer.Start(trees)
    }
    let first = try DeepEnsembleTests.trainer(members: 1, steps: 5).fit(
      candidates: rows.candidates, targets: rows.targets, seed: 1)
    var trainer = DeepEnsembleTests.trainer(members: 1, steps: 5)
    trainer.configuration.encoder.width = 32
    trainer.start = try DeepEnsembleTrainer.Start(first)
    #expect(throws: DeepEnsembleError.self) {
      try trainer.fit(candidates: rows.candidates, targets: rows.targets, seed: 1)
    }
  }

  @Test("go on bit for bit when interrupted, but not from the state of another start")
  func checkpoints() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("starts-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = try DeepEnsembleTests.alloys(30, seed: 1)
    var trainer = DeepEnsembleTests.trainer(members: 1, steps: 12)
    func fit() throws -> [String: StoredTensor] {
      try trainer.fit(candidates: rows.candidates, targets: rows.targets, seed: 1).state().tensors
    }
    let first = try trainer.fit(candidates: rows.candidates, targets: rows.targets, seed: 2)
    trainer.start = try DeepEnsembleTrainer.Start(first)
    let whole = try fit()
    var folder = try CheckpointFolder(path)
    folder.shouldStop = { true }
    trainer.checkpoints = folder
    for step in 1..<12 {
      #expect(throws: CheckpointError.stopped(step: step, of: 12)) { try fit() }
    }
    #expect(try fit() == whole)
    trainer.start?.rate = 0.5
    #expect(throws: CheckpointError.stopped(step: 1, of: 12)) { try fit() }
    trainer.start = nil
    #expect(throws: CheckpointError.stopped(step: 1, of: 12)) { try fit() }
  }
}
