import DenseMath
import Ecosystem
import Foundation
import Matter
import Synchronization
import TestKit
import Testing
import Torch

@testable import Learning

@Suite("Checkpoints")
struct CheckpointTests {
  private func withFolder<T>(_ body: (CheckpointFolder) throws -> T) throws -> T {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("checkpoints-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(try CheckpointFolder(path))
  }

  private func files(_ folder: CheckpointFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// Says yes once, after `steps` questions.
  private func stop(after steps: Int) -> @Sendable () -> Bool {
    let asked = Mutex(0)
    return {
      asked.withLock { count in
        count += 1
        return count == steps
      }
    }
  }

  // MARK: One run

  private struct Killed: Error {}

  /// Fits a small network to the squares of its inputs.
  ///
  /// - Parameter death: The step in which the run ends as if it was killed.
  private func run(
    _ file: CheckpointFile? = nil, death: Int? = nil
  ) throws -> (tensors: [String: StoredTensor], next: UInt64) {
    var generator = SplitMix64(seed: 3)
    let network = try MLP(widths: [3, 8, 1], using: &generator)
    let inputs = (0..<50 * 3).map { _ in Float(generator.normal()) }
    var configuration = TrainingLoop.Configuration()
    configuration.steps = 60
    configuration.batchSize = 8
    configuration.averagedShare = 0.5
    var step = 0
    try TrainingLoop(configuration).run(
      network, rows: 50, using: &generator, checkpoint: file
    ) { rows in
      step += 1
      if step == death { throw Killed() }
      let x = try Tensor(rows.flatMap { inputs[$0 * 3..<$0 * 3 + 3] }, shape: [rows.count, 3])
      return try Loss.meanSquaredError(
        try network(x), try x.squared().sum(dimension: 1).reshaped([rows.count, 1]))
    }
    return (try network.storedTensors(), generator.next())
  }

  @Test("A run that is killed at any step ends where the undisturbed one does", arguments: 1...60)
  func killed(step: Int) throws {
    let whole = try run()
    try withFolder { folder throws in
      var folder = folder
      folder.steps = 7
      let file = folder.file(ContentHash(of: "run"))
      #expect(throws: Killed.self) { try run(file, death: step) }
      let saved = try file.read()
      #expect((saved?.step ?? 0) == (step - 1) / 7 * 7)
      let resumed = try run(file)
      #expect(resumed.tensors == whole.tensors)
      #expect(resumed.next == whole.next)
    }
  }

  @Test("Stopping again and again, after every step, changes no bit")
  func stoppedOften() throws {
    let whole = try run()
    try withFolder { folder throws in
      var folder = folder
      folder.shouldStop = { true }
      let file = folder.file(ContentHash(of: "run"))
      for step in 1..<60 {
        #expect(throws: CheckpointError.stopped(step: step, of: 60)) { try run(file) }
      }
      #expect(try run(file).tensors == whole.tensors)
    }
  }

  // MARK: Ensembles

  @Test("An ensemble goes on bit for bit, on any number of threads")
  func ensembles() throws {
    let stops = Reliability.count(5, full: 200)
    for seed in 0..<UInt64(stops) { try ensemble(seed: seed) }
    Reliability.report("networks stopped at a random step", ["stops": Double(stops)])
  }

  private func ensemble(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = try DeepEnsembleTests.alloys(40, seed: seed, variables: true)
    var trainer = DeepEnsembleTests.trainer(members: 3, steps: 30)
    let weights = seed % 2 == 0 ? nil : (0..<40).map { 1 + Double($0 % 3) }
    func fit() throws -> [String: StoredTensor] {
      try trainer.fit(
        candidates: rows.candidates, targets: rows.targets, weights: weights, seed: seed
      ).state().tensors
    }
    let whole = try fit()
    try withFolder { folder throws in
      var folder = folder
      folder.shouldStop = stop(after: 1 + random.index(below: 80))
      trainer.checkpoints = folder
      trainer.threads = 1 + Int(seed % 2)
      #expect(throws: CheckpointError.self) { try fit() }
      trainer.threads = 2 - Int(seed % 2)
      #expect(try fit() == whole)
      #expect(try files(folder).count == 3)
      #expect(try fit() == whole, "from the finished members")
    }
  }

  @Test("Other data, settings and seeds find nothing to go on from")
  func otherRuns() throws {
    let rows = try DeepEnsembleTests.alloys(30, seed: 1)
    try withFolder { folder throws in
      var trainer = DeepEnsembleTests.trainer(members: 1, steps: 5)
      trainer.checkpoints = folder
      func fit(targets: [Double], weights: [Double]? = nil, seed: UInt64 = 1) throws {
        _ = try trainer.fit(
          candidates: rows.candidates, targets: targets, weights: weights, seed: seed)
      }
      try fit(targets: rows.targets)
      try fit(targets: rows.targets)
      #expect(try files(folder).count == 1)
      try fit(targets: rows.targets.map { $0 * $0 })
      try fit(targets: rows.targets, weights: (1...30).map(Double.init))
      try fit(targets: rows.targets, seed: 2)
      trainer.configuration.training.learningRate = 1e-3
      try fit(targets: rows.targets)
      #expect(try files(folder).count == 5)
    }
  }

  @Test("A damaged checkpoint is refused by name, wherever the damage is")
  func damage() throws {
    try withFolder { folder throws in
      var folder = folder
      folder.steps = 7
      let file = folder.file(ContentHash(of: "run"))
      #expect(throws: Killed.self) { try run(file, death: 20) }
      let bytes = try AtomicFile.read(file.path)
      var random = SplitMix64(seed: 1)
      for _ in 0..<300 {
        var damaged = bytes
        let place = random.index(below: bytes.count)
        if random.uniform() < 0.2 {
          damaged.removeSubrange(place...)
        } else {
          damaged[place] ^= UInt8(1 + random.index(below: 255))
        }
        try AtomicFile.write(damaged, to: file.path)
        #expect(throws: CheckpointError.unusable(file: file.path, reason: "it is damaged")) {
          try file.read()
        }
      }
    }
  }

  @Test("A folder that cannot be made is refused")
  func noFolder() throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("file-\(UUID().uuidString)").path
    try AtomicFile.write("text", to: file)
    defer { try? FileManager.default.removeItem(atPath: file) }
    #expect(throws: FileError.self) { try CheckpointFolder("\(file)/below") }
    #expect(throws: FileError.self) { try CheckpointFolder(file) }
  }
}
