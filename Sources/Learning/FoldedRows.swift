import DenseMath
import Matter

/// Training rows with the fold of each.
struct FoldedRows: Sendable {
  let candidates: [Candidate]
  let targets: [Double]
  /// One a row, or `nil` where all count alike.
  var weights: [Double]?
  let assignment: [Int]
  /// Where finished fits are kept.
  var fits: FitFolder?

  var folds: Int { (assignment.max() ?? -1) + 1 }

  /// The rows of a fold, ascending.
  func rows(of fold: Int) -> [Int] {
    assignment.indices.filter { assignment[$0] == fold }
  }

  /// A fold as test rows, all others as training rows.
  func part(_ fold: Int) -> TrainingPipeline.Part {
    TrainingPipeline.Part(
      training: assignment.indices.filter { assignment[$0] != fold }, test: rows(of: fold))
  }

  /// Trains on all other folds and predicts this one.
  ///
  /// - Parameter rows: Those that count at all, ascending.
  /// - Returns: The surrogate, and its predictions of the fold's rows among them in their order.
  func fit(
    without fold: Int, among rows: [Int], trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> (surrogate: any Surrogate, rows: [Int], predictions: [Prediction]) {
    let surrogate = try trained(
      on: rows.filter { assignment[$0] != fold }, without: fold, trainer, seed: seed)
    let inside = rows.filter { assignment[$0] == fold }
    return (surrogate, inside, try surrogate.predict(inside.map { candidates[$0] }))
  }

  /// Trains on the part's training rows and predicts its test rows.
  func heldOut(
    _ fold: Int, _ part: TrainingPipeline.Part, trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> [HeldOut] {
    var generator = SplitMix64(seed: seed, stream: UInt64(fold))
    let surrogate = try trained(
      on: part.training, without: fold, trainer, seed: generator.next())
    return try Self.judged(
      surrogate, fold: fold, inside: part.test, known: part.training.map { targets[$0] },
      candidates: candidates, targets: targets)
  }

  private func trained(
    on outside: [Int], without fold: Int, _ trainer: any SurrogateTrainer, seed: UInt64
  ) throws -> any Surrogate {
    let known = outside.map { targets[$0] }
    if let first = known.first, known.allSatisfy({ $0 == first }) {
      throw TrainingError.constantFold(fold, value: first)
    }
    return try fits.result(of: "fold-\(fold)") {
      try rows(outside).train(trainer, seed: seed)
    }
  }

  /// These rows alone.
  private func rows(_ places: [Int]) -> FoldedRows {
    FoldedRows(
      candidates: places.map { candidates[$0] }, targets: places.map { targets[$0] },
      weights: weights.map { weights in places.map { weights[$0] } },
      assignment: [])
  }

  /// - Throws: ``TrainingError/noWeights`` where rows have weights and the trainer is no
  ///   ``WeightedTrainer``.
  private func train(_ trainer: any SurrogateTrainer, seed: UInt64) throws -> any Surrogate {
    if let trainer = trainer as? any WeightedTrainer {
      return try trainer.train(
        candidates: candidates, targets: targets, weights: weights, seed: seed)
    }
    guard weights == nil else { throw TrainingError.noWeights }
    return try trainer.train(candidates: candidates, targets: targets, seed: seed)
  }

  /// A surrogate of all rows.
  func whole(_ trainer: any SurrogateTrainer, seed: UInt64) throws -> any Surrogate {
    try fits.result(of: "whole") {
      try train(trainer, seed: seed)
    }
  }

  /// What a surrogate that was trained on some targets says about other rows.
  static func judged(
    _ surrogate: any Surrogate, fold: Int, inside: [Int], known: [Double],
    candidates: [Candidate], targets: [Double]
  ) throws -> [HeldOut] {
    let predictions = try surrogate.predict(inside.map { candidates[$0] })
    let baseline = Statistics.mean(known)
    return zip(inside, predictions).map { row, prediction in
      HeldOut(
        row: row, fold: fold, target: targets[row], prediction: prediction, baseline: baseline,
        group: Calibration.group(of: candidates[row]))
    }
  }
}
