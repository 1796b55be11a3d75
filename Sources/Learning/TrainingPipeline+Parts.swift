import DenseMath
public import Matter

extension TrainingPipeline {
  /// Rows to train on and rows to judge by, by their places; a row may be in neither.
  public struct Part: Hashable, Sendable {
    public let training: [Int]
    public let test: [Int]

    public init(training: [Int], test: [Int]) {
      self.training = training
      self.test = test
    }
  }

  /// Trains and judges by a split that was made before, in the place of folds that are drawn.
  ///
  /// With several parts each test row is predicted by a surrogate of its part, and the surrogate that
  /// is kept is trained on all rows. With one part it is trained on the training rows alone, so that
  /// the test rows stay unseen; for coverage figures, which are measured on rows that did not calibrate
  /// them, the test rows are dealt to two halves.
  ///
  /// - Parameters:
  ///   - targets: One finite number a candidate.
  ///   - parts: At least one; no row is tested twice.
  /// - Throws: ``TrainingError`` for numbers that are not finite, too few rows on either side or
  ///   constant targets; what the trainer refuses.
  public func run(
    candidates: [Candidate], targets: [Double], parts: [Part], weights: [Double]? = nil,
    trainer: any SurrogateTrainer, seed: UInt64, progress: Progress? = nil
  ) throws -> TrainingOutcome {
    precondition(!parts.isEmpty, "a split has a part")
    try TrainingError.check(candidates, targets, leastRows: TrainingPipeline.leastRows)
    try TrainingError.check(weights: weights)
    for part in parts {
      try TrainingError.check(
        part.training.map { candidates[$0] }, part.training.map { targets[$0] },
        leastRows: TrainingPipeline.leastRows)
    }
    let tested = parts.reduce(0) { $0 + $1.test.count }
    guard tested >= TrainingPipeline.leastRows else {
      throw TrainingError.tooFewTestRows(tested, least: TrainingPipeline.leastRows)
    }
    if parts.count == 1 {
      return try run(
        candidates, targets, weights, only: parts[0], trainer: trainer, seed: seed,
        progress: progress)
    }
    return try judged(
      FoldedRows(
        candidates: candidates, targets: targets, weights: weights, assignment: [], fits: fits),
      parts, trainer: trainer, seed: seed, progress: progress)
  }

  private func run(
    _ candidates: [Candidate], _ targets: [Double], _ weights: [Double]?, only part: Part,
    trainer: any SurrogateTrainer, seed: UInt64, progress: Progress?
  ) throws -> TrainingOutcome {
    let known = part.training.map { targets[$0] }
    let training = FoldedRows(
      candidates: part.training.map { candidates[$0] }, targets: known,
      weights: weights.map { weights in part.training.map { weights[$0] } }, assignment: [],
      fits: fits)
    let surrogate = try training.whole(trainer, seed: seed)
    progress?(1, 2)
    let halves = try (0..<2).map { half in
      let inside = part.test.indices.filter { $0 % 2 == half }.map { part.test[$0] }
      return FitResult.heldOut(
        try FoldedRows.judged(
          surrogate, fold: half, inside: inside, known: known, candidates: candidates,
          targets: targets))
    }
    progress?(2, 2)
    return try outcome(of: [.surrogate(surrogate)] + halves)
  }
}
