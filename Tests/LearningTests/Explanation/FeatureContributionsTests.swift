import DenseMath
import Foundation
import Matter
import Testing

@testable import Learning

@Suite("Contributions of features")
struct FeatureContributionsTests {
  private static let features = CandidateFeatures.named(["magpie"])

  private static func train(
    _ trainer: any SurrogateTrainer, binary: Bool = false
  ) throws -> any StorableSurrogate {
    let data = try DeepEnsembleTests.alloys(70, seed: 6, variables: true)
    let middle = Statistics.median(data.targets)
    let targets = binary ? data.targets.map { $0 > middle ? 1.0 : 0 } : data.targets
    let surrogate = try trainer.train(candidates: data.candidates, targets: targets, seed: 3)
    return try #require(surrogate as? any StorableSurrogate)
  }

  private static func forest(binary: Bool = false) -> ForestTrainer {
    var configuration = ForestTrainer.Configuration()
    configuration.features = features
    configuration.forest.trees = 15
    configuration.isBinary = binary
    return ForestTrainer(configuration)
  }

  private static func boosted(binary: Bool = false) -> BoostedTrainer {
    var configuration = BoostedTrainer.Configuration()
    configuration.features = features
    configuration.boosting.rounds = 40
    configuration.boosting.patience = 20
    configuration.isBinary = binary
    return BoostedTrainer(configuration)
  }

  private static func candidates() throws -> [Candidate] {
    try DeepEnsembleTests.alloys(6, seed: 8, variables: true).candidates
  }

  private static func sums(_ table: FeatureTable) -> [Double] {
    table.contributions.map { table.base + $0.reduce(0, +) }
  }

  @Test("A process: the sum is the prediction, and features it never saw vary have none")
  func process() throws {
    let surrogate = try Self.train(GaussianProcessTrainer())
    let candidates = try Self.candidates()
    let table = try #require(try surrogate.featureContributions(candidates))
    let predictions = try surrogate.predict(candidates).map(\.mean)
    for (sum, prediction) in zip(Self.sums(table), predictions) {
      #expect(abs(sum - prediction) < 1e-3, "\(sum) against \(prediction)")
    }
    #expect(table.names.count == 134 && table.methods == [.integratedGradients])
    let named = table.naming(variables: ["T", "seven"])
    #expect(Array(named.names.suffix(2)) == ["T", "seven"])
    #expect(table.contributions.allSatisfy { $0[133] == 0 })
  }

  @Test("The gradient of a process is that of finite differences", arguments: KernelFamily.allCases)
  func gradient(family: KernelFamily) throws {
    var generator = SplitMix64(seed: 2)
    let inputs = Matrix(rows: 9, columns: 3, elements: (0..<27).map { _ in generator.normal() })
    let process = GaussianProcess(
      kernel: Kernel(family: family, lengthscales: [0.7, 1.3, 2], signalVariance: 1.7),
      noiseVariance: 0.1, inputs: inputs, targets: (0..<9).map { _ in generator.normal() })
    let point = [0.3, -0.4, 0.8]
    let found = process.gradient(at: point)
    for axis in 0..<3 {
      let ends = [1e-5, -1e-5].map { step in
        var moved = point
        moved[axis] += step
        return process.predict(Matrix(rows: 1, columns: 3, elements: moved)).mean[0]
      }
      #expect(abs(found[axis] - (ends[0] - ends[1]) / 2e-5) < 1e-7)
    }
  }

  @Test("Trees: the sum is the mean of the forest and the prediction of the boosted trees")
  func trees() throws {
    let candidates = try Self.candidates()
    let boosted = try Self.train(Self.boosted())
    let table = try #require(try boosted.featureContributions(candidates))
    for (sum, prediction) in zip(Self.sums(table), try boosted.predict(candidates)) {
      #expect(abs(sum - prediction.mean) < 1e-6)
    }
    let forest = try #require(try Self.train(Self.forest()) as? ForestSurrogate)
    let other = try #require(try forest.featureContributions(candidates))
    let means = try forest.forest.distribution(try forest.inputs.matrix(candidates)).mean
    for (sum, mean) in zip(Self.sums(other), means) { #expect(abs(sum - mean) < 1e-6) }
    // What the median has beside the mean is the remainder.
    let prediction = try forest.predict(candidates)[0].mean
    let top = other.largest(3, row: 0, prediction: prediction, targetMean: 0)
    #expect(abs(top.remainder - (prediction - means[0])) < 1e-6)
    #expect(top.features.count == 3)
    #expect(abs(top.features[0].contribution) >= abs(top.features[1].contribution))
  }

  @Test("Classes: contributions sum to the probability")
  func classes() throws {
    let candidates = try Self.candidates()
    for surrogate in [
      try Self.train(Self.boosted(binary: true), binary: true),
      try Self.train(Self.forest(binary: true), binary: true),
    ] {
      let table = try #require(try surrogate.featureContributions(candidates))
      for (sum, prediction) in zip(Self.sums(table), try surrogate.predict(candidates)) {
        #expect(abs(sum - prediction.mean) < 1e-6 && (0...1).contains(table.base))
      }
    }
  }

  @Test("A stack: shares of its members, and Shapley values of elements are linear in them")
  func stack() throws {
    let trainer = StackTrainer(
      [.init("boosted", Self.boosted()), .init("gp", GaussianProcessTrainer())], folds: 2)
    let stack = try #require(try Self.train(trainer) as? Stack)
    let candidates = try Self.candidates()
    let table = try #require(try stack.featureContributions(candidates))
    #expect(abs(table.share - 1) < 1e-12 && Set(table.names).count == table.names.count)
    for (sum, prediction) in zip(Self.sums(table), try stack.predict(candidates)) {
      #expect(abs(sum - prediction.mean) < 1e-3)
    }
    func parts(_ surrogate: any StorableSurrogate) throws -> [Double] {
      let model = try ExplainerTests.model(surrogate, variables: ["T", "seven"])
      return try ExplainerTests.explain(model, [candidates[0]]) { $0.features = 0 }
        .explanations[0].elements.parts.map(\.contribution)
    }
    var expected = try parts(stack).map { _ in 0.0 }
    for layer in stack.layers {
      for member in layer.members {
        for (place, value) in try parts(member).enumerated() {
          expected[place] += layer.share / Double(layer.members.count) * value
        }
      }
    }
    let found = try parts(stack)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 }, "\(found) \(expected)")
  }

  @Test("Sums over blocks are sums over rows; a trend has the sign of the slope")
  func summaries() throws {
    func table(_ rows: Range<Int>) -> FeatureTable {
      FeatureTable(
        methods: [.treeShapley], names: ["up", "down", "still"],
        values: rows.map { [Double($0), Double($0), $0 == 3 ? .nan : 1] },
        trainingMeans: [0, 0, 0],
        contributions: rows.map { [2 * Double($0) - 5, -Double($0), $0 == 3 ? 0.5 : 0] }, base: 0)
    }
    let joined = FeatureSummary.joined([FeatureSums(table(0..<3)), FeatureSums(table(3..<8))])
    let whole = FeatureSummary.joined([FeatureSums(table(0..<8))])
    #expect(joined.map(\.name) == ["up", "down", "still"])
    for (a, b) in zip(joined, whole) {
      #expect(abs(a.mean - b.mean) < 1e-12 && abs(a.meanMagnitude - b.meanMagnitude) < 1e-12)
    }
    #expect(joined[0].mean == 2 && joined[0].meanMagnitude == 4.25)
    #expect(abs(try #require(joined[0].trend) - 1) < 1e-12)
    #expect(abs(try #require(joined[1].trend) + 1) < 1e-12)
    #expect(joined[2].trend == nil)
  }

  @Test("A budget explains evenly spread rows")
  func budget() throws {
    let model = try ExplainerTests.model(
      try Self.train(Self.boosted()), variables: ["T", "seven"])
    let cost = try #require(model.surrogate.featureCost)
    let table = try ExplainerTests.explain(model, try Self.candidates()) {
      $0.featureBudget = 2.5 * cost
    }
    #expect(table.describedRows == 2 && table.explanations[3].features != nil)
    #expect(!table.features.isEmpty)
  }
}
