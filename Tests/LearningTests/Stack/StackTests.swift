import DenseMath
import Foundation
import Matter
import TestKit
import Testing
import Torch

@testable import Learning

@Suite("Stack")
struct StackTests {
  /// Forest and boosted trees: quick, and without libtorch.
  private static func trainer(threads: Int) -> StackTrainer {
    var forest = ForestTrainer.Configuration()
    forest.features = .named(["fractions"])
    forest.forest.trees = 20
    var boosted = BoostedTrainer.Configuration()
    boosted.features = .named(["fractions"])
    boosted.boosting.rounds = 60
    boosted.boosting.patience = 20
    var stack = StackTrainer(
      [.init("trees", ForestTrainer(forest)), .init("boosted", BoostedTrainer(boosted))], folds: 5)
    stack.threads = threads
    return stack
  }

  private static func data(_ count: Int = 160) throws -> ([Candidate], [Double]) {
    try DeepEnsembleTests.alloys(count, seed: 3, noise: 2)
  }

  @Test("Shares go to what predicts best, and sum to 1")
  func shares() {
    var generator = SplitMix64(seed: 1)
    let targets = (0..<400).map { _ in generator.normal() }
    let good = targets.map { $0 + 0.1 * generator.normal() }
    let bad = targets.map { $0 + 3 * generator.normal() }
    let opposite = zip(targets, good).map { 2 * $0 - $1 }
    #expect(StackWeights.fitted([bad, good], targets: targets) == [0, 1])
    // Two whose errors cancel share evenly.
    let shares = StackWeights.fitted([good, bad, opposite], targets: targets)
    #expect(shares[1] == 0 && abs(shares[0] - 0.5) < 0.03)
    #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
  }

  @Test("Shares of probabilities lower the log loss")
  func classShares() {
    var generator = SplitMix64(seed: 2)
    let targets = (0..<300).map { _ in generator.uniform() < 0.3 ? 1.0 : 0 }
    let sure = targets.map { $0 > 0.5 ? 0.9 : 0.1 }
    let guess = targets.map { _ in 0.3 }
    #expect(StackWeights.fitted([guess, sure], targets: targets, loss: .logLoss) == [0, 1])
  }

  @Test("Predicts held-out rows, on any number of threads alike")
  func crossFits() throws {
    let (candidates, targets) = try Self.data()
    func fit(_ threads: Int) throws -> (surrogate: any StorableSurrogate, heldOut: [HeldOut]) {
      try Self.trainer(threads: threads).crossFit(
        candidates: candidates, targets: targets, groups: nil, weights: nil, seed: 5, progress: nil)
    }
    let (one, two) = (try fit(1), try fit(2))
    let predictions = try one.surrogate.predict(candidates)
    #expect(predictions == (try two.surrogate.predict(candidates)))
    #expect(one.heldOut.map(\.prediction) == two.heldOut.map(\.prediction))
    #expect(one.heldOut.map(\.row) == Array(targets.indices))
    let held = try RegressionMetrics(
      targets: targets, predictions: one.heldOut.map(\.prediction.mean))
    let seen = try RegressionMetrics(targets: targets, predictions: predictions.map(\.mean))
    let idle = try RegressionMetrics(targets: targets, predictions: one.heldOut.map(\.baseline))
    #expect(held.meanAbsoluteError < 0.5 * idle.meanAbsoluteError)
    // What a stack says of rows that it knows is better than what it says of rows it does not.
    #expect(seen.meanAbsoluteError < 0.8 * held.meanAbsoluteError)
  }

  @Test("Nothing learned from a row enters its held-out prediction")
  func isHonest() throws {
    let (candidates, targets) = try Self.data(60)
    var changed = targets
    changed[7] += 1e4
    func heldOut(_ targets: [Double]) throws -> HeldOut {
      // One learner alone, so that no shares depend on the target.
      var stack = Self.trainer(threads: 2)
      stack.learners = [stack.learners[0]]
      return try stack.crossFit(
        candidates: candidates, targets: targets, groups: nil, weights: nil, seed: 5, progress: nil
      ).heldOut[7]
    }
    #expect(try heldOut(targets).prediction == heldOut(changed).prediction)
  }

  @Test("Rows of a group are held out together")
  func groups() throws {
    let (candidates, targets) = try Self.data(60)
    let groups = (0..<60).map { "g\($0 / 6)" }
    let heldOut = try Self.trainer(threads: 2).crossFit(
      candidates: candidates, targets: targets, groups: groups, weights: nil, seed: 1, progress: nil
    ).heldOut
    for start in stride(from: 0, to: 60, by: 6) {
      #expect(Set(heldOut[start..<start + 6].map(\.fold)).count == 1)
    }
  }

  @Test("A model file gives the same predictions bit for bit")
  func isStored() throws {
    let (candidates, targets) = try Self.data(80)
    let surrogate = try Self.trainer(threads: 2).crossFit(
      candidates: candidates, targets: targets, groups: nil, weights: nil, seed: 5, progress: nil
    ).surrogate
    let read = try Stack(state: surrogate.state())
    #expect(try read.predict(candidates) == surrogate.predict(candidates))
    let written = try surrogate.state()
    #expect(try read.state().configuration == written.configuration)
    #expect(try read.state().tensors == written.tensors)
  }

  @Test("A state that does not fit together is refused")
  func refusesStates() throws {
    let (candidates, targets) = try Self.data(40)
    let surrogate = try Self.trainer(threads: 2).crossFit(
      candidates: candidates, targets: targets, groups: nil, weights: nil, seed: 5, progress: nil
    ).surrogate
    var state = try surrogate.state()
    state.tensors["stray"] = .init([1.0], shape: [1])
    #expect(throws: StackError.self) { try Stack(state: state) }
    state = try surrogate.state()
    state.tensors = state.tensors.filter { !$0.key.hasPrefix("layers.0.0") }
    #expect(throws: TreeError.self) { try Stack(state: state) }
    state = try surrogate.state()
    let text = String(decoding: state.configuration, as: UTF8.self)
    state.configuration = Data(text.replacing("\"share\":", with: "\"share\":1").utf8)
    #expect(throws: StackError.self) { try Stack(state: state) }
  }

  @Test("Two classes get probabilities")
  func classes() throws {
    let (candidates, targets) = try Self.data()
    let middle = Statistics.median(targets)
    let labels = targets.map { $0 > middle ? 1.0 : 0 }
    var forest = ForestTrainer.Configuration()
    forest.isBinary = true
    forest.forest.trees = 40
    var boosted = BoostedTrainer.Configuration()
    boosted.isBinary = true
    boosted.boosting.rounds = 60
    let stack = StackTrainer(
      [.init("trees", ForestTrainer(forest)), .init("boosted", BoostedTrainer(boosted))], folds: 4,
      loss: .logLoss)
    let heldOut = try stack.crossFit(
      candidates: candidates, targets: labels, groups: nil, weights: nil, seed: 1, progress: nil
    ).heldOut
    let metrics = try ClassificationMetrics(
      labels: labels.map { $0 > 0.5 }, probabilities: heldOut.map(\.prediction.mean))
    #expect(metrics.balancedAccuracy > 0.75 && (metrics.areaUnderROC ?? 0) > 0.8)
  }
}

@Suite("Forests of candidates")
struct ForestSurrogateTests {
  @Test("The median of the trees withstands targets that are mostly zero")
  func usesMedian() throws {
    // Nine of ten targets are zero, whatever the composition; the mean of the trees is not.
    let (candidates, _) = try DeepEnsembleTests.alloys(200, seed: 4)
    let targets = candidates.indices.map { $0 % 10 == 3 ? 5.0 : 0 }
    let surrogate = try ForestTrainer().train(candidates: candidates, targets: targets, seed: 1)
    let others = try DeepEnsembleTests.alloys(100, seed: 5).candidates
    let predictions = try surrogate.predict(others)
    #expect(predictions.count { $0.mean == 0 } > 90)
    #expect(predictions.allSatisfy { $0.aleatoricVariance >= 0 && $0.epistemicVariance >= 0 })
    #expect(predictions.contains { $0.standardDeviation > 0.5 })
  }

  @Test("Networks learn classes as well")
  func networkClasses() throws {
    let (candidates, targets) = try DeepEnsembleTests.alloys(150, seed: 6)
    let middle = Statistics.median(targets)
    let labels = targets.map { $0 > middle ? 1.0 : 0 }
    var trainer = DeepEnsembleTests.trainer(members: 2)
    trainer.configuration.isBinary = true
    let predictions = try trainer.train(candidates: candidates, targets: labels, seed: 1)
      .predict(candidates)
    let right = zip(predictions, labels).count { ($0.mean > 0.5) == ($1 > 0.5) }
    #expect(right > 135)
    #expect(predictions.allSatisfy { (0...1).contains($0.mean) })
    #expect(throws: DeepEnsembleError.notBinary(row: 0, targets[0])) {
      try trainer.train(candidates: candidates, targets: targets, seed: 1)
    }
  }
}
