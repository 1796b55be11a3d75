import DenseMath
import Matter

/// Training rows with the fold of each.
struct FoldedRows: Sendable {
  let candidates: [Candidate]
  let targets: [Double]
  let assignment: [Int]

  var folds: Int { (assignment.max() ?? -1) + 1 }

  /// The rows of a fold, ascending.
  func rows(of fold: Int) -> [Int] {
    assignment.indices.filter { assignment[$0] == fold }
  }

  /// Trains on all other folds and predicts this one.
  ///
  /// - Returns: The surrogate, and its predictions of ``rows(of:)`` in their order.
  func fit(
    without fold: Int, trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> (surrogate: any Surrogate, predictions: [Prediction]) {
    let outside = assignment.indices.filter { assignment[$0] != fold }
    let known = outside.map { targets[$0] }
    if let first = known.first, known.allSatisfy({ $0 == first }) {
      throw TrainingError.constantFold(fold, value: first)
    }
    let surrogate = try trainer.train(
      candidates: outside.map { candidates[$0] }, targets: known, seed: seed)
    return (surrogate, try surrogate.predict(rows(of: fold).map { candidates[$0] }))
  }

  /// Held-out predictions of one fold.
  func heldOut(
    fold: Int, trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> [HeldOut] {
    var generator = SplitMix64(seed: seed, stream: UInt64(fold))
    let predictions = try fit(without: fold, trainer: trainer, seed: generator.next()).predictions
    let baseline = Statistics.mean(
      assignment.indices.filter { assignment[$0] != fold }.map { targets[$0] })
    return zip(rows(of: fold), predictions).map { row, prediction in
      HeldOut(
        row: row, fold: fold, target: targets[row], prediction: prediction, baseline: baseline)
    }
  }
}
