public import DenseMath
import Foundation
public import Matter
import Torch

/// Gradient-boosted trees on described candidates, with the size of the error they made on rows
/// that were held out.
public struct BoostedSurrogate: Sendable {
  let inputs: DescribedCandidates
  let trees: GradientBoostedTrees
  let isBinary: Bool
  /// Of errors on the rows that stopped the training, in the unit of the target squared.
  let variance: Double
}

/// Trains a ``BoostedSurrogate``: a tenth of the rows, held out, say when to stop.
public struct BoostedTrainer: WeightedTrainer {
  public struct Configuration: Codable, Hashable, Sendable {
    public var features = CandidateFeatures.magpie
    public var boosting = BoostingSettings()
    /// Share of the rows that stop the training.
    public var heldOut = 0.1
    /// Set for targets of 0 and 1.
    public var isBinary = false

    public init() {
      // Between squares and absolute values, either of which fails on some properties; few bins and
      // columns cost little accuracy and save four fifths of the time.
      boosting.objective = .huber(transition: 1)
      boosting.bins = 64
      boosting.columnSample = 0.2
      boosting.rounds = 1500
      boosting.patience = 60
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
    let rows = try inputs.matrix(candidates)
    var generator = SplitMix64(seed: seed)
    let order = generator.shuffled(targets.indices)
    let count = max(1, Int(configuration.heldOut * Double(order.count)))
    let (judging, learning) = (order.prefix(count).sorted(), order.dropFirst(count).sorted())
    func chosen<T>(_ values: [T], _ places: [Int]) -> [T] { places.map { values[$0] } }
    var settings = configuration.boosting
    if configuration.isBinary { settings.objective = .logistic }
    let held = BoostingValidation(
      features: rows.rows(at: judging), targets: chosen(targets, judging),
      weights: weights.map { chosen($0, judging) })
    let trees = try GradientBoostedTrees.fit(
      features: rows.rows(at: learning), targets: chosen(targets, learning),
      weights: weights.map { chosen($0, learning) }, validation: held, settings: settings,
      seed: generator.next())
    let answers = try trees.predict(held.features)
    let squares = held.targets.enumerated().map { row, target in
      (target - answers[row, 0]) * (target - answers[row, 0])
    }
    // Few errors say little of their size: the spread of the targets counts as 20 more.
    let prior = 20.0
    return BoostedSurrogate(
      inputs: inputs, trees: trees, isBinary: configuration.isBinary,
      variance: (squares.reduce(0, +) + prior * Statistics.variance(targets))
        / (Double(squares.count) + prior))
  }
}

extension BoostedSurrogate: Surrogate {
  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let answers = try trees.predict(try inputs.matrix(candidates))
    return candidates.indices.map { row in
      let mean = answers[row, 0]
      return Prediction(
        mean: mean, aleatoricVariance: isBinary ? mean * (1 - mean) : variance,
        epistemicVariance: 0)
    }
  }

  /// The prediction itself: boosted trees know no other function.
  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    try predict(candidates).map(\.mean)
  }
}

extension BoostedSurrogate: StorableSurrogate {
  public var fixedFeatures: CandidateFeatures? { inputs.features }

  public static let kind = "boosted"

  private struct Settings: Codable {
    var inputs: DescribedCandidates
    var isBinary: Bool
    var variance: Double
  }

  public func state() throws -> SurrogateState {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return SurrogateState(
      kind: Self.kind,
      configuration: try encoder.encode(
        Settings(inputs: inputs, isBinary: isBinary, variance: variance)),
      tensors: ["trees": StoredTensor(try trees.bytes())])
  }

  public init(state: SurrogateState) throws {
    guard state.kind == Self.kind, let bytes = state.tensors["trees"]?.bytes else {
      throw TreeError.damaged(reason: "it holds no trees")
    }
    let settings = try JSONDecoder().decode(Settings.self, from: state.configuration)
    guard settings.variance.isFinite, settings.variance >= 0 else {
      throw TreeError.damaged(reason: "its variance is no number")
    }
    inputs = settings.inputs
    isBinary = settings.isBinary
    variance = settings.variance
    trees = try GradientBoostedTrees(bytes: bytes)
  }
}

extension BoostedSurrogate: CrystalSurrogate {
  public var readsCrystals: Bool { inputs.features.readsCrystals }
  public var needsCrystals: Bool { false }
}
