public import Matter

/// A trainer that predicts every training row without it while it trains, at no further cost.
///
/// Law: nothing that was learned from a row, or from rows of its group, enters its held-out
/// prediction, except through the few shares of a stack.
public protocol CrossFittingTrainer: SurrogateTrainer {
  /// Where finished fits are kept.
  var fits: FitFolder? { get set }

  /// - Parameters:
  ///   - groups: A key for each row whose rows are held out together, or `nil`.
  ///   - weights: One a row, or `nil` where all count alike.
  ///   - progress: Receives the share of the work that is done, one call at a time.
  func crossFit(
    candidates: [Candidate], targets: [Double], groups: [String]?, weights: [Double]?,
    seed: UInt64, progress: (@Sendable (Double) -> Void)?
  ) throws -> (surrogate: any StorableSurrogate, heldOut: [HeldOut])
}

extension CrossFittingTrainer {
  public func train(
    candidates: [Candidate], targets: [Double], weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate {
    try crossFit(
      candidates: candidates, targets: targets, groups: nil, weights: weights, seed: seed,
      progress: nil
    ).surrogate
  }
}
