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
<<<<<<< HEAD
  ///
  /// - Returns: The surrogate, and its predictions of ``rows(of:)`` in their order.
  func fit(
    without fold: Int, trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> (surrogate: any Surrogate, predictions: [Prediction]) {
    let outside = assignment.indices.filter { assignment[$0] != fold }
=======
  func heldOut(
    fold: Int, trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> [HeldOut] {
    try heldOut(
      fold: fold, inside: assignment.indices.filter { assignment[$0] == fold },
      outside: assignment.indices.filter { assignment[$0] != fold }, trainer: trainer, seed: seed)
  }

  /// Trains on the rows outside and predicts those inside.
  func heldOut(
    fold: Int, inside: [Int], outside: [Int], trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> [HeldOut] {
>>>>>>> main
    let known = outside.map { targets[$0] }
    if let first = known.first, known.allSatisfy({ $0 == first }) {
      throw TrainingError.constantFold(fold, value: first)
    }
    let surrogate = try trainer.train(
<<<<<<< HEAD
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
=======
      candidates: outside.map { candidates[$0] }, targets: known, seed: generator.next())
    return try Self.judged(
      surrogate, fold: fold, inside: inside, known: known, candidates: candidates,
      targets: targets)
  }

  /// What a surrogate that was trained on some targets says about other rows.
  static func judged(
    _ surrogate: any Surrogate, fold: Int, inside: [Int], known: [Double],
    candidates: [Candidate], targets: [Double]
  ) throws -> [HeldOut] {
    let predictions = try surrogate.predict(inside.map { candidates[$0] })
    let baseline = Statistics.mean(known)
    return zip(inside, predictions).map { row, prediction in
>>>>>>> main
      HeldOut(
        row: row, fold: fold, target: targets[row], prediction: prediction, baseline: baseline)
    }
  }
}
