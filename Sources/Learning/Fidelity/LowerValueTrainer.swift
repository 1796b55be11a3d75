import DenseMath
import Matter

/// Gives a learner the values of cheap methods in one of these ways.
struct LowerValueTrainer: WeightedTrainer {
  let learner: any SurrogateTrainer
  let use: LowerValueUse

  /// How many values there are.
  let count: Int

  func train(
    candidates: [Candidate], targets: [Double], weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate {
    let values = Self.values(candidates, count)
    var line: LinearModel?
    var left = targets
    if use == .line, count > 0 {
      let fitted = try LinearModel.fit(features: values, targets: targets, weights: weights)
      left = zip(targets, try fitted.predict(values)).map { $0 - $1 }
      line = fitted
    }
    let inner = try trained(
      LowerValueSurrogate.seen(candidates, use, count), left, weights, seed: seed)
    guard let inner = inner as? any StorableSurrogate else {
      preconditionFailure("the learner cannot be stored in a model file")
    }
    return LowerValueSurrogate(inner: inner, use: use, count: count, line: line)
  }

  private func trained(
    _ candidates: [Candidate], _ targets: [Double], _ weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate {
    guard let learner = learner as? any WeightedTrainer else {
      guard weights == nil else { throw TrainingError.noWeights }
      return try learner.train(candidates: candidates, targets: targets, seed: seed)
    }
    return try learner.train(
      candidates: candidates, targets: targets, weights: weights, seed: seed)
  }

  /// `[n, count]`: the last variables.
  static func values(_ candidates: [Candidate], _ count: Int) -> Matrix {
    Matrix(
      rows: candidates.count, columns: count,
      elements: candidates.flatMap { $0.variables.suffix(count) })
  }
}
