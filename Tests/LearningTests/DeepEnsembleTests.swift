import DenseMath
import Foundation
import Matter
import Synchronization
import TestKit
import Testing
import Torch

@testable import Learning

@Suite("Deep ensemble")
struct DeepEnsembleTests {
  static let metals = ["Al", "Ti", "Cr", "Fe", "Co", "Ni", "Cu", "Mo"]

  /// Random alloys of up to four metals and a smooth property of their mean electronegativity.
  static func alloys(
    _ count: Int, seed: UInt64, noise: Double = 0, variables: Bool = false
  ) throws -> (candidates: [Candidate], targets: [Double]) {
    var generator = SplitMix64(seed: seed)
    var candidates: [Candidate] = []
    var targets: [Double] = []
    for _ in 0..<count {
      var amounts: [Element: Double] = [:]
      for symbol in generator.shuffled(metals).prefix(1 + generator.index(below: 4)) {
        amounts[try #require(Element(symbol: symbol))] = 0.05 + generator.uniform()
      }
      let composition = try Composition(amounts)
      let mean = zip(composition.elements, composition.fractions).reduce(0) {
        $0 + $1.1 * ($1.0.electronegativity ?? 0)
      }
      let temperature = 300 + 900 * generator.uniform()
      candidates.append(Candidate(composition, variables: variables ? [temperature, 7] : []))
      targets.append(
        100 + 500 * (mean - 1.7) * (mean - 1.7) + 40 * mean + noise * generator.normal()
          + (variables ? temperature / 50 : 0))
    }
    return (candidates, targets)
  }

  static func trainer(members: Int = 3, steps: Int = 300) -> DeepEnsembleTrainer {
    var trainer = DeepEnsembleTrainer()
    trainer.configuration.members = members
    trainer.configuration.training.steps = steps
    return trainer
  }

  static func meanAbsoluteError(_ predictions: [Prediction], _ targets: [Double]) -> Double {
    zip(predictions, targets).reduce(0) { $0 + abs($1.0.mean - $1.1) } / Double(targets.count)
  }

  @Test("Learns a smooth property of unseen compositions far better than the mean does")
  func learns() throws {
    let training = try Self.alloys(200, seed: 1)
    let test = try Self.alloys(200, seed: 2)
    let model = try Self.trainer(steps: 600).fit(
      candidates: training.candidates, targets: training.targets, seed: 1)
    let mean = training.targets.reduce(0, +) / 200
    let dummy = test.targets.reduce(0) { $0 + abs($1 - mean) } / 200
    let error = Self.meanAbsoluteError(try model.predict(test.candidates), test.targets)
    #expect(error < 0.2 * dummy, "\(error) against \(dummy)")
  }

  @Test("Finds the noise of the measurements, and doubts elements it never saw")
  func uncertainties() throws {
    let training = try Self.alloys(400, seed: 3, noise: 5)
    let model = try Self.trainer(members: 4, steps: 300).fit(
      candidates: training.candidates, targets: training.targets, seed: 1)
    let test = try Self.alloys(100, seed: 4)
    let inside = try model.predict(test.candidates)
    let noise = inside.map(\.aleatoricVariance).reduce(0, +) / 100
    #expect((2.0...10.0).contains(noise.squareRoot()), "\(noise.squareRoot()) for a noise of 5")
    let strange = try model.predict(
      ["CsCl", "UO2", "LiF", "H2S"].map { Candidate(try Composition(formula: $0)) })
    let outside = strange.map(\.epistemicVariance).reduce(0, +) / 4
    let within = inside.map(\.epistemicVariance).reduce(0, +) / 100
    #expect(outside > 4 * within)
    #expect(model.elements.map(\.symbol) == Self.metals)
  }

  @Test("Sees process variables; a constant one is left out")
  func variables() throws {
    let training = try Self.alloys(150, seed: 5, variables: true)
    let model = try Self.trainer(steps: 500).fit(
      candidates: training.candidates, targets: training.targets, seed: 1)
    let steel = try Composition(formula: "Fe0.5Cr0.5")
    let found = try model.predict([
      Candidate(steel, variables: [400, 7]), Candidate(steel, variables: [1100, 7]),
      Candidate(steel, variables: [1100, 8]),
    ])
    // 700 K apart: 14 in the property.
    #expect(abs(found[1].mean - found[0].mean - 14) < 4)
    #expect(found[1] == found[2])
  }

  @Test("Equal on one thread and on two; other seeds give others")
  func threads() throws {
    let training = try Self.alloys(40, seed: 6)
    var trainer = Self.trainer(steps: 40)
    trainer.threads = 1
    let alone = try trainer.fit(
      candidates: training.candidates, targets: training.targets, seed: 9)
    trainer.threads = 2
    let together = try trainer.fit(
      candidates: training.candidates, targets: training.targets, seed: 9)
    let other = try trainer.fit(
      candidates: training.candidates, targets: training.targets, seed: 10)
    let expected = try alone.predict(training.candidates)
    #expect(try together.predict(training.candidates) == expected)
    #expect(try alone.state().tensors == together.state().tensors)
    #expect(try other.predict(training.candidates) != expected)
  }

  @Test("Predictions do not depend on what else is asked, and survive storing bit for bit")
  func laws() throws {
    let training = try Self.alloys(40, seed: 7, variables: true)
    let model = try Self.trainer(steps: 40).fit(
      candidates: training.candidates, targets: training.targets, seed: 2)
    let many = try Self.alloys(EnsembleInputs.mostRows + 30, seed: 8, variables: true).candidates
    let all = try model.predict(many)
    for place in [0, 17, EnsembleInputs.mostRows, many.count - 1] {
      #expect(try model.predict([many[place]]) == [all[place]])
    }
    #expect(try model.predict([]) == [])
    let restored = try DeepEnsemble(state: try model.state())
    #expect(try restored.predict(many) == all)
    #expect(all.allSatisfy { $0.mean.isFinite && $0.aleatoricVariance > 0 })
  }

  @Test("Samples have the mean and the spread of the members' answers")
  func samples() throws {
    let training = try Self.alloys(40, seed: 9)
    let model = try Self.trainer(members: 5, steps: 60).fit(
      candidates: training.candidates, targets: training.targets, seed: 2)
    let two = Array(training.candidates.prefix(2))
    let predictions = try model.predict(two)
    var generator = SplitMix64(seed: 1)
    let draws = try (0..<2000).map { _ in try model.sample(two, using: &generator) }
    for place in 0..<2 {
      let values = draws.map { $0[place] }
      let mean = values.reduce(0, +) / 2000
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1999
      let deviation = predictions[place].epistemicVariance.squareRoot()
      #expect(abs(mean - predictions[place].mean) < 4 * deviation / 2000.0.squareRoot())
      #expect(abs(variance / predictions[place].epistemicVariance - 1) < 0.15)
    }
  }

  @Test("Rows that teach nothing are refused")
  func refusals() throws {
    let training = try Self.alloys(4, seed: 1, variables: true)
    let trainer = Self.trainer(steps: 2)
    #expect(throws: DeepEnsembleError.constantTarget(3)) {
      try trainer.fit(candidates: training.candidates, targets: [3, 3, 3, 3], seed: 0)
    }
    #expect(throws: DeepEnsembleError.constantTarget(3)) {
      try trainer.fit(candidates: [training.candidates[0]], targets: [3], seed: 0)
    }
    #expect(throws: DeepEnsembleError.notFinite(row: 2, what: "target")) {
      try trainer.fit(candidates: training.candidates, targets: [3, 1, .nan, 3], seed: 0)
    }
    var mixed = training.candidates
    mixed[1] = Candidate(mixed[1].composition)
    #expect(
      throws: DeepEnsembleError.unequalVariables(candidate: 1, count: 0, expected: 2)
    ) { try trainer.fit(candidates: mixed, targets: [1, 2, 3, 4], seed: 0) }
    mixed[1] = Candidate(mixed[1].composition, variables: [.infinity, 0])
    #expect(throws: DeepEnsembleError.notFinite(row: 1, what: "variable 1")) {
      try trainer.fit(candidates: mixed, targets: [1, 2, 3, 4], seed: 0)
    }
  }

  @Test("Two rows and huge targets give finite answers")
  func extremes() throws {
    let training = try Self.alloys(2, seed: 1)
    let model = try Self.trainer(steps: 50).fit(
      candidates: training.candidates, targets: [-1e12, 1e12], seed: 0)
    for prediction in try model.predict(training.candidates) {
      #expect(prediction.mean.isFinite && prediction.standardDeviation.isFinite)
    }
  }

  @Test("A stored ensemble that is damaged is refused")
  func damagedState() throws {
    let training = try Self.alloys(10, seed: 1)
    let model = try Self.trainer(members: 2, steps: 2).fit(
      candidates: training.candidates, targets: training.targets, seed: 0)
    let state = try model.state()
    var missing = state
    missing.tensors["members.1.output.bias"] = nil
    #expect(throws: TorchError.self) { try DeepEnsemble(state: missing) }
    var infinite = state
    infinite.tensors["members.0.output.bias"] = StoredTensor([Float.infinity, 0], shape: [2])
    #expect(throws: TorchError.self) { try DeepEnsemble(state: infinite) }
    var flat = state
    flat.tensors["members.0.spread"] = StoredTensor([Float](repeating: 0, count: 64), shape: [64])
    #expect(throws: DeepEnsembleError.self) { try DeepEnsemble(state: flat) }
    var kind = state
    kind.kind = "gp"
    #expect(throws: DeepEnsembleError.self) { try DeepEnsemble(state: kind) }
    var settings = state
    settings.configuration = Data("{}".utf8)
    #expect(throws: DeepEnsembleError.self) { try DeepEnsemble(state: settings) }
  }

  @Test("Progress rises to 1")
  func progress() throws {
    let training = try Self.alloys(20, seed: 1)
    let seen = Mutex<[Double]>([])
    var trainer = Self.trainer(steps: 50)
    trainer.progress = { share in seen.withLock { $0.append(share) } }
    _ = try trainer.fit(candidates: training.candidates, targets: training.targets, seed: 0)
    let shares = seen.withLock { $0 }
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(abs((shares.last ?? 0) - 1) < 1e-12)
  }
}
