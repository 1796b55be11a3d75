public import DenseMath
import Foundation
public import Matter
import Torch

/// A random forest on described candidates.
///
/// The prediction of a measured target is the median of its distribution, which absolute errors
/// are smallest around: where a property is zero for many materials (gaps of metals) or has a long
/// tail, the mean of the trees is far from both. Of classes 0 and 1 it is the probability of a 1.
public struct ForestSurrogate: Sendable {
  let inputs: DescribedCandidates
  let forest: RandomForest
  let isBinary: Bool
}

/// Grows a ``ForestSurrogate``: extremely randomized trees by default.
public struct ForestTrainer: WeightedTrainer {
  public struct Configuration: Codable, Hashable, Sendable {
    public var features = CandidateFeatures.magpie
    public var forest = ForestSettings()
    /// Set for targets of 0 and 1.
    public var isBinary = false

    public init() {
      forest.trees = 200
      forest.splitShare = 1.0 / 3
      forest.bootstrap = false
      forest.randomThresholds = true
    }
  }

  public var configuration: Configuration

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
  }

  public func train(
    candidates: [Candidate], targets: [Double], weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate {
    let inputs = DescribedCandidates(configuration.features, like: candidates)
    var settings = configuration.forest
    if configuration.isBinary { settings.target = .classes(2) }
    let forest = try RandomForest.fit(
      features: try inputs.matrix(candidates), targets: targets, weights: weights,
      settings: settings, seed: seed)
    return ForestSurrogate(inputs: inputs, forest: forest, isBinary: configuration.isBinary)
  }
}

extension ForestSurrogate: Surrogate {
  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let rows = try inputs.matrix(candidates)
    if isBinary {
      let chances = try forest.predict(rows)
      return candidates.indices.map { row in
        let chance = chances[row, 1]
        return Prediction(
          mean: chance, aleatoricVariance: chance * (1 - chance), epistemicVariance: 0)
      }
    }
    let answers = try forest.distribution(rows, levels: [0.05, 0.5, 0.95])
    return candidates.indices.map { row in
      // With one row a leaf all spread is between trees, and nothing tells noise from ignorance.
      let between = min(answers.varianceBetweenTrees[row], answers.variance[row])
      let median = answers.quantiles[row, 1]
      return Prediction(
        mean: median, aleatoricVariance: answers.variance[row] - between,
        epistemicVariance: between,
        tails: Prediction.Tails(
          below: median - answers.quantiles[row, 0], above: answers.quantiles[row, 2] - median))
    }
  }

  /// Normal draws, independent for each candidate: trees of a forest are no joint distribution.
  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    try predict(candidates).map {
      $0.mean + $0.epistemicVariance.squareRoot() * generator.normal()
    }
  }
}

extension ForestSurrogate: StorableSurrogate {
  public var fixedFeatures: CandidateFeatures? { inputs.features }

  public static let kind = "forest"

  private struct Settings: Codable {
    var inputs: DescribedCandidates
    var isBinary: Bool
  }

  public func state() throws -> SurrogateState {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return SurrogateState(
      kind: Self.kind,
      configuration: try encoder.encode(Settings(inputs: inputs, isBinary: isBinary)),
      tensors: ["forest": StoredTensor(try forest.bytes())])
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind, let bytes = state.tensors["forest"]?.bytes else {
      throw TreeError.damaged(reason: "it holds no forest")
    }
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    inputs = settings.inputs
    isBinary = settings.isBinary
    forest = try RandomForest(bytes: bytes)
    let outputs = isBinary ? 2 : 1
    guard forest.ensemble.outputs == outputs else {
      throw TreeError.damaged(reason: "its forest does not fit its settings")
    }
  }
}

extension ForestSurrogate: CrystalSurrogate {
  public var readsCrystals: Bool { inputs.features.readsCrystals }
  public var needsCrystals: Bool { false }
}
