public import Matter

/// A trainer that learns one method's values together with those of the methods below it.
public protocol FidelityTrainer: SurrogateTrainer {
  associatedtype Fitted: Surrogate

  /// Learned from beside the rows of a training.
  var lower: LowerFidelities { get }

  /// - Parameter levels: The cheapest first; answers are for the last.
  func fit(_ levels: [LowerFidelities.Level], seed: UInt64) throws -> Fitted
}

extension FidelityTrainer {
  /// With the rows of the other methods that these may be learned together with.
  public func train(
    candidates: [Candidate], targets: [Double], seed: UInt64
  ) throws -> any Surrogate {
    let own = LowerFidelities.Level(lower.method, candidates: candidates, targets: targets)
    return try fit(lower.levels(beside: candidates) + [own], seed: seed)
  }
}
