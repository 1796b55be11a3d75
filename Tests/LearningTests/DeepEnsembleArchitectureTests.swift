import DenseMath
import Matter
import Representations
import TestKit
import Testing
import Torch

@testable import Learning

@Suite("Architectures of networks")
struct DeepEnsembleArchitectureTests {
  /// As published, with 200 numbers for each element (ALGORITHMS: matscholar, mat2vec).
  private func learnedNumbers(
    _ architecture: CompositionEncoder.Architecture
  ) throws -> Int {
    var configuration = DeepEnsembleTrainer.Configuration(architecture)
    configuration.encoder.vectorWidth = 200
    var generator = SplitMix64(seed: 1)
    let member = try DeepEnsembleMember(configuration, variables: 0, using: &generator)
    return member.parameters.filter { $0.value.requiresGradient }.reduce(0) { $0 + $1.value.count }
  }

  @Test("CrabNet has the number of parameters that its implementation reports")
  func crabnetSize() throws {
    #expect(try learnedNumbers(.crabnet) == 11_987_206)
  }

  /// Counted layer by layer from the published sizes; the 12 constants of gates, which a softmax
  /// cancels, are not there.
  @Test("Roost has the published sizes")
  func roostSize() throws {
    let pair = 128 * 256 + 256
    let head = 2 * pair + 256 + 256 * 64 + 64 + 1
    let pool = 2 * (64 * 256 + 256) + 256 + 256 * 64 + 64 + 1
    let widths = [64, 1024, 512, 256, 128, 64]
    let residual = zip(widths, widths.dropFirst()).reduce(0) {
      $0 + 2 * $1.0 * $1.1 + $1.1
    }
    let expected = 200 * 63 + 63 + 9 * head + 3 * pool + residual + 64 * 2 + 2
    #expect(expected == 2_433_221)
    #expect(try learnedNumbers(.roost) == expected)
  }

  private func trainer(_ architecture: CompositionEncoder.Architecture) -> DeepEnsembleTrainer {
    var configuration = DeepEnsembleTrainer.Configuration(architecture)
    configuration.members = 2
    configuration.encoder.width = 32
    configuration.encoder.hidden = 64
    if configuration.headWidths != nil { configuration.headWidths = [64, 32] }
    configuration.training.steps = 500
    configuration.training.learningRate = architecture == .compact ? 6e-3 : 3e-3
    return DeepEnsembleTrainer(configuration)
  }

  @Test(
    "Each learns compositions and variables, and keeps the laws of surrogates",
    arguments: CompositionEncoder.Architecture.allCases)
  func learns(_ architecture: CompositionEncoder.Architecture) throws {
    let training = try DeepEnsembleTests.alloys(200, seed: 1, variables: true)
    let test = try DeepEnsembleTests.alloys(80, seed: 2, variables: true)
    let model = try trainer(architecture).fit(
      candidates: training.candidates, targets: training.targets, seed: 1)
    let found = try model.predict(test.candidates)
    let mean = training.targets.reduce(0, +) / 200
    let dummy = test.targets.reduce(0) { $0 + abs($1 - mean) } / 80
    let error = DeepEnsembleTests.meanAbsoluteError(found, test.targets)
    #expect(error < 0.35 * dummy, "\(error) against \(dummy)")
    let restored = try DeepEnsemble(state: try model.state())
    #expect(try restored.predict(test.candidates) == found)
    #expect(try model.predict([test.candidates[17]]) == [found[17]])
  }

  @Test("Several targets with gaps come through every head")
  func targets() throws {
    let rows = try DeepEnsembleTests.alloys(60, seed: 1)
    let second = rows.targets.enumerated().map { $0.offset % 4 == 0 ? .nan : -$0.element }
    for architecture in CompositionEncoder.Architecture.allCases {
      let model = try trainer(architecture).fit(
        candidates: rows.candidates, targets: [rows.targets, second], seed: 1)
      let middle = (targets: rows.targets.reduce(0, +) / 60, count: 60)
      let opposed = try zip(
        model.predict(rows.candidates), model.answering(1).predict(rows.candidates)
      ).count { ($0.mean > middle.targets) == (-$1.mean > middle.targets) }
      #expect(opposed > 50, "\(architecture.rawValue): \(opposed) of \(middle.count)")
    }
  }

  @Test("Sizes that no network can have are refused, in a file too")
  func refusals() throws {
    var sizes = CompositionEncoder.Configuration.crabnet
    #expect(sizes.isPossible)
    sizes.heads = 5
    #expect(!sizes.isPossible)
    sizes = .init(.compact)
    sizes.hidden = 65
    #expect(!sizes.isPossible)
    sizes.hidden = 65_536
    sizes.width = 65_536
    #expect(!sizes.isPossible)
  }
}
