public import DenseMath
public import Matter

/// A trained model that answers with distributions.
///
/// Laws: predictions come in the order of the candidates, do not depend on what else is in the
/// batch, and are equal for equal training data, settings and seed, on any number of threads.
public protocol Surrogate: Sendable {
  func predict(_ candidates: [Candidate]) throws -> [Prediction]

  /// One draw of the property (without measurement noise) at all candidates together, from the
  /// surrogate's posterior.
  func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double]
}

/// A surrogate that may look at the crystal of a candidate, not at its composition alone.
public protocol CrystalSurrogate: Surrogate {
  /// Whether it looks at crystals.
  var readsCrystals: Bool { get }

  /// Whether it cannot predict a candidate without a crystal.
  var needsCrystals: Bool { get }
}

/// Settings from which a surrogate is trained.
public protocol SurrogateTrainer: Sendable {
  func train(
    candidates: [Candidate], targets: [Double], seed: UInt64
  ) throws -> any Surrogate
}

/// A trainer whose surrogates see one fixed description of a candidate.
public protocol DescribingTrainer: SurrogateTrainer {
  var features: CandidateFeatures { get }
}

/// A trainer to which rows can count differently.
public protocol WeightedTrainer: SurrogateTrainer {
  /// - Parameter weights: One a row, finite and above 0, or `nil` where all count alike; their common
  ///   factor does not matter.
  func train(
    candidates: [Candidate], targets: [Double], weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate
}

extension WeightedTrainer {
  public func train(
    candidates: [Candidate], targets: [Double], seed: UInt64
  ) throws -> any Surrogate {
    try train(candidates: candidates, targets: targets, weights: nil, seed: seed)
  }
}

/// A surrogate that can take more rows in without being trained anew.
public protocol ConditionableSurrogate: Surrogate {
  /// The surrogate after these rows as well, its settings unchanged: what batches of proposals
  /// are chosen with.
  func conditioned(
    on candidates: [Candidate], targets: [Double]
  ) throws -> any ConditionableSurrogate
}
