import DenseMath
import Matter

/// Training rows with the fold of each.
struct FoldedRows: Sendable {
  let candidates: [Candidate]
  let targets: [Double]
  let assignment: [Int]

  var folds: Int { (assignment.max() ?? -1) + 1 }

  /// Trains on all other folds and predicts this one.
  func heldOut(
    fold: Int, trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> [HeldOut] {
    let inside = assignment.indices.filter { assignment[$0] == fold }
    let outside = assignment.indices.filter { assignment[$0] != fold }
    let known = outside.map { targets[$0] }
    if let first = known.first, known.allSatisfy({ $0 == first }) {
      throw TrainingError.constantFold(fold, value: first)
    }
    var generator = SplitMix64(seed: seed, stream: UInt64(fold))
    let surrogate = try trainer.train(
      candidates: outside.map { candidates[$0] }, targets: known, seed: generator.next())
    let predictions = try surrogate.predict(inside.map { candidates[$0] })
    let baseline = Statistics.mean(known)
    return zip(inside, predictions).map { row, prediction in
      HeldOut(
        row: row, fold: fold, target: targets[row], prediction: prediction, baseline: baseline)
    }
  }
}
