import DenseMath
import Ecosystem
import Foundation
import Learning
import Matter
import TestKit
import Testing
import Torch

@Suite("Weights and several targets of networks")
struct DeepEnsembleTargetsTests {
  private let trainer = DeepEnsembleTests.trainer(members: 2, steps: 40)

  @Test("Equal weights change nothing; a row of weight 0 might as well not be there")
  func neutralWeights() throws {
    let rows = try DeepEnsembleTests.alloys(40, seed: 1)
    let plain = try trainer.fit(candidates: rows.candidates, targets: rows.targets, seed: 3)
    let equal = try trainer.fit(
      candidates: rows.candidates, targets: rows.targets,
      weights: [Double](repeating: 7, count: 40), seed: 3)
    #expect(try equal.state().tensors == plain.state().tensors)

    let strange = Candidate(try Composition(formula: "UO2"))
    let weighed = try trainer.fit(
      candidates: rows.candidates + [strange], targets: rows.targets + [1e6],
      weights: [Double](repeating: 1, count: 40) + [0], seed: 3)
    #expect(try weighed.state().tensors == plain.state().tensors)
    #expect(weighed.elements == plain.elements)
  }

  @Test(
    "Where rows contradict each other, the heavier ones are believed", arguments: [true, false])
  func contradiction(firstIsHeavy: Bool) throws {
    let rows = try DeepEnsembleTests.alloys(40, seed: 2)
    let weights = firstIsHeavy ? (9.0, 1.0) : (1.0, 9.0)
    let protocolTrainer: any WeightedTrainer = DeepEnsembleTests.trainer(members: 1, steps: 300)
    let model = try protocolTrainer.train(
      candidates: rows.candidates + rows.candidates,
      targets: [Double](repeating: -1, count: 40) + [Double](repeating: 1, count: 40),
      weights: [Double](repeating: weights.0, count: 40)
        + [Double](repeating: weights.1, count: 40), seed: 1)
    let found = try model.predict(rows.candidates).map(\.mean).reduce(0, +) / 40
    #expect(firstIsHeavy ? found < -0.7 : found > 0.7, "\(found)")
  }

  /// A property of many values and one of few that is nearly the same.
  private func relatedTargets() throws -> (rows: [Candidate], many: [Double], few: [Double]) {
    let rows = try DeepEnsembleTests.alloys(300, seed: 5)
    let few = rows.targets.enumerated().map { $0.offset < 12 ? 3 - 2 * $0.element : .nan }
    return (rows.candidates, rows.targets, few)
  }

  @Test("A joint training sees nothing of held-out materials, whichever property")
  func jointTraining() throws {
    let rows = try DeepEnsembleTests.alloys(40, seed: 5)
    func dataset(_ places: [Int], _ value: (Int) -> Double) throws -> Dataset {
      try Dataset(
        source: "t",
        rows: places.map {
          Dataset.Row(
            identifier: "\($0)", candidate: rows.candidates[$0], target: value($0))
        }, targetName: "y", variableNames: rows.candidates[0].variables.map { _ in "x" })
    }
    // Rows 0..<20 have both properties, 20..<40 the other one alone.
    let own = try dataset(Array(0..<20)) { rows.targets[$0] }
    let trainer = DeepEnsembleTests.trainer(members: 1, steps: 30)
    func outcomes(_ held: Range<Int>, _ other: Double) throws -> [TrainingOutcome] {
      let beside = try dataset(Array(0..<40)) { held.contains($0) ? other : rows.targets[$0] }
      return try JointTraining(trainer, of: [own, beside]).run(.init(.init(folds: 4)), seed: 1)
    }
    let first = try outcomes(0..<0, 0)
    #expect(first.map(\.heldOut.count) == [20, 40])
    #expect(first[0].heldOut.map(\.row) == Array(0..<20))
    // Both are held out together: the fold of a material is the same in each.
    #expect(zip(first[0].heldOut, first[1].heldOut).allSatisfy { $0.fold == $1.fold })
    // What the other property of a held-out material is makes no difference to its prediction.
    let held = try #require(first[0].heldOut.first { $0.fold == 2 }).row
    let changed = try outcomes(held..<held + 1, 1000)
    #expect(changed[0].heldOut[held].prediction == first[0].heldOut[held].prediction)
    let seen = try #require(first[0].heldOut.first { $0.fold == 1 }).row
    #expect(changed[0].heldOut[seen].prediction != first[0].heldOut[seen].prediction)
  }

  @Test("A joint training on a split of one test set keeps its rows out of the networks")
  func jointSplit() throws {
    let rows = try DeepEnsembleTests.alloys(30, seed: 5)
    func dataset(_ name: String, _ value: (Int) -> Double) throws -> Dataset {
      try Dataset(
        source: "t",
        rows: rows.candidates.indices.map {
          Dataset.Row(
            identifier: "\($0)", candidate: rows.candidates[$0], target: value($0))
        }, targetName: name, variableNames: rows.candidates[0].variables.map { _ in "x" })
    }
    let part = TrainingPipeline.Part(training: Array(0..<20), test: Array(20..<30))
    func states(_ held: Double) throws -> [[String: StoredTensor]] {
      let sets = [
        try dataset("a") { rows.targets[$0] },
        try dataset("b") { $0 < 20 ? -rows.targets[$0] : held },
      ]
      let outcomes = try JointTraining(
        DeepEnsembleTests.trainer(members: 1, steps: 30), of: sets
      ).run(.init(.init()), parts: [part], seed: 1)
      #expect(outcomes.allSatisfy { $0.heldOut.map(\.row) == Array(20..<30) })
      return try outcomes.map { try #require($0.surrogate as? DeepEnsemble).state().tensors }
    }
    #expect(try states(0.5) == states(7))
  }

  @Test("A property of few values gains from one of many that is learned with it")
  func transfer() throws {
    let (rows, many, few) = try relatedTargets()
    let trainer = DeepEnsembleTests.trainer(members: 2, steps: 500)
    let joint = try trainer.fit(candidates: rows, targets: [many, few], seed: 1)
    let alone = try trainer.fit(
      candidates: Array(rows.prefix(12)), targets: Array(few.prefix(12)), seed: 1)
    #expect(joint.targetCount == 2 && joint.target == 0)
    let test = try DeepEnsembleTests.alloys(100, seed: 6)
    let truth = test.targets.map { 3 - 2 * $0 }
    func error(_ model: DeepEnsemble) throws -> Double {
      DeepEnsembleTests.meanAbsoluteError(try model.predict(test.candidates), truth)
    }
    let (together, apart) = (try error(joint.answering(1)), try error(alone))
    #expect(together < 0.6 * apart, "\(together) against \(apart)")
    let first = DeepEnsembleTests.meanAbsoluteError(
      try joint.predict(test.candidates), test.targets)
    #expect(first < 0.2 * apart, "\(first)")
  }

  @Test("Several targets survive storing, and each is answered in its own units")
  func storing() throws {
    let (rows, many, few) = try relatedTargets()
    let model = try trainer.fit(candidates: rows, targets: [many, few], seed: 2).answering(1)
    let restored = try DeepEnsemble(state: try model.state())
    #expect(restored.target == 1)
    #expect(try restored.predict(rows) == model.predict(rows))
    #expect(try restored.answering(0).predict(rows) == model.answering(0).predict(rows))
    #expect(try model.predict(rows) != model.answering(0).predict(rows))
  }

  @Test("Rows without any value have no part; which values are missing does not move the others")
  func missing() throws {
    let rows = try DeepEnsembleTests.alloys(40, seed: 8)
    let plain = try trainer.fit(candidates: rows.candidates, targets: rows.targets, seed: 3)
    let gaps = try trainer.fit(
      candidates: rows.candidates + [Candidate(try Composition(formula: "UO2"))],
      targets: [rows.targets + [.nan]], seed: 3)
    #expect(try gaps.state().tensors == plain.state().tensors)
  }

  @Test("Classes with missing labels and weights stay probabilities")
  func classes() throws {
    let rows = try DeepEnsembleTests.alloys(60, seed: 9)
    let middle = rows.targets.sorted()[30]
    var trainer = DeepEnsembleTests.trainer(members: 2, steps: 300)
    trainer.configuration.isBinary = true
    let labels = rows.targets.map { $0 > middle ? 1.0 : 0 }
    let opposite = labels.enumerated().map { $0.offset % 3 == 0 ? .nan : 1 - $0.element }
    let model = try trainer.fit(
      candidates: rows.candidates, targets: [labels, opposite],
      weights: (0..<60).map { 1 + Double($0 % 2) }, seed: 1)
    let (first, second) = (
      try model.predict(rows.candidates), try model.answering(1).predict(rows.candidates)
    )
    let right = zip(first, labels).count { ($0.mean > 0.5) == ($1 > 0.5) }
    let opposed = zip(second, labels).count { ($0.mean > 0.5) != ($1 > 0.5) }
    #expect(right > 50 && opposed > 50, "\(right), \(opposed)")
    #expect((first + second).allSatisfy { (0...1).contains($0.mean) })
  }

  @Test("Weights and targets that teach nothing are refused")
  func refusals() throws {
    let rows = try DeepEnsembleTests.alloys(4, seed: 1)
    func refusal(_ targets: [[Double]], _ weights: [Double]? = nil) -> DeepEnsembleError? {
      do {
        _ = try trainer.fit(
          candidates: rows.candidates, targets: targets, weights: weights, seed: 1)
        return nil
      } catch {
        return error as? DeepEnsembleError
      }
    }
    #expect(refusal([[1, 2, 3, 4], [.nan, .nan, .nan, .nan]]) == .noValues(target: 1))
    #expect(refusal([[1, 2, 3, 4]], [0, 0, 0, 0]) == .noValues(target: 0))
    #expect(refusal([[1, 2, 3, 4], [5, .nan, 5, 5]]) == .constantTarget(5))
    #expect(refusal([[1, 2, 3, 4]], [1, -1, 1, 1]) == .invalidWeight(row: 1, -1))
    #expect(
      refusal([[1, 2, 3, 4]], [1, 1, 1, .infinity]) == .invalidWeight(row: 3, .infinity))
    #expect(refusal([[1, 2, .infinity, 4]]) == .notFinite(row: 2, what: "target"))
    #expect(throws: DeepEnsembleError.notFinite(row: 1, what: "target")) {
      try trainer.fit(candidates: rows.candidates, targets: [1, .nan, 3, 4], seed: 1)
    }
  }

  @Test("A file from before there were classes and several targets is still read")
  func formerFile() throws {
    let rows = try DeepEnsembleTests.alloys(20, seed: 4)
    let model = try trainer.fit(candidates: rows.candidates, targets: rows.targets, seed: 2)
    var state = try model.state()
    var settings = try #require(
      try JSONSerialization.jsonObject(with: state.configuration) as? [String: Any])
    var configuration = try #require(settings["configuration"] as? [String: Any])
    configuration["isBinary"] = nil
    settings["configuration"] = configuration
    settings["target"] = try #require((settings["targets"] as? [Any])?.first)
    settings["targets"] = nil
    settings["answers"] = nil
    state.configuration = try JSONSerialization.data(withJSONObject: settings)
    let former = try DeepEnsemble(state: state)
    #expect(try former.predict(rows.candidates) == model.predict(rows.candidates))
  }
}
