import DenseMath
import Foundation
public import Matter

/// From rows to a surrogate whose quality and intervals are known.
///
/// Every row is predicted by a surrogate that has not seen it; figures and calibration come from
/// these predictions, and the surrogate that is kept is trained on all rows. Folds and the last fit
/// run side by side.
public struct TrainingPipeline: Sendable {
  public struct Configuration: Codable, Hashable, Sendable {
    /// Fewer are used when there are fewer rows or groups.
    public var folds = 5

    /// Nominal coverages whose observed shares are reported.
    public var coverages = [0.5, 0.68, 0.8, 0.9, 0.95]

    public init(folds: Int = 5) {
      self.folds = folds
    }
  }

  public var configuration: Configuration

  /// How many fits run side by side; results do not depend on it.
  public var threads: Int

  /// Where finished fits are kept, so that a training that was interrupted need not repeat them.
  public var fits: FitFolder?

  /// - Parameter threads: One a processor if `nil`.
  public init(_ configuration: Configuration = Configuration(), threads: Int? = nil) {
    self.configuration = configuration
    self.threads = max(threads ?? ProcessInfo.processInfo.activeProcessorCount, 1)
  }

  /// The fewest rows that can be trained on and judged.
  public static let leastRows = 5

  /// How many of the fits are done. Called from any thread, one call at a time.
  public typealias Progress = @Sendable (_ done: Int, _ total: Int) -> Void

  /// - Parameters:
  ///   - targets: One finite number a candidate.
  ///   - groups: A key for each row whose rows are held out together, or `nil`.
  ///   - weights: How much each row counts in training, or `nil` for alike; figures and intervals
  ///     count every row once.
  /// - Throws: ``TrainingError`` for fewer than ``leastRows`` rows, numbers that are not finite or a
  ///   constant target; what the trainer refuses.
  public func run(
    candidates: [Candidate], targets: [Double], groups: [String]? = nil,
    weights: [Double]? = nil, trainer: any SurrogateTrainer, seed: UInt64, progress: Progress? = nil
  ) throws -> TrainingOutcome {
    try TrainingError.check(candidates, targets, leastRows: TrainingPipeline.leastRows)
    try TrainingError.check(weights: weights)
    if var trainer = trainer as? any CrossFittingTrainer {
      let whole = 1000
      trainer.fits = fits
      let fit = try trainer.crossFit(
        candidates: candidates, targets: targets, groups: groups, weights: weights, seed: seed
      ) { share in progress?(Int(share * Double(whole)), whole) }
      return try outcome(fit.surrogate, fit.heldOut)
    }
    let assignment = try CrossValidation(folds: configuration.folds).assignment(
      rows: targets.count, groups: groups, seed: seed)
    let data = FoldedRows(
      candidates: candidates, targets: targets, weights: weights, assignment: assignment, fits: fits
    )
    return try judged(
      data, (0..<data.folds).map(data.part), trainer: trainer, seed: seed, progress: progress)
  }

  /// Trains on all rows, and once for each part on its own, side by side.
  func judged(
    _ data: FoldedRows, _ parts: [Part], trainer: any SurrogateTrainer, seed: UInt64,
    progress: Progress?
  ) throws -> TrainingOutcome {
    let counter = ProgressCounter(total: parts.count + 1, report: progress)
    let jobs: [Int?] = [nil] + parts.indices.map { $0 }
    let results = try parallelMap(jobs, threads: threads) { fold -> FitResult in
      defer { counter.step() }
      guard let fold else { return .surrogate(try data.whole(trainer, seed: seed)) }
      return .heldOut(try data.heldOut(fold, parts[fold], trainer: trainer, seed: seed))
    }
    return try outcome(of: results)
  }

  /// Puts the results of the fits together; one of them is the surrogate to keep.
  func outcome(of results: [FitResult]) throws -> TrainingOutcome {
    var heldOut: [HeldOut] = []
    var surrogate: (any Surrogate)?
    for result in results {
      switch result {
      case .surrogate(let trained): surrogate = trained
      case .heldOut(let rows): heldOut += rows
      }
    }
    heldOut.sort { $0.row < $1.row }
    guard let surrogate else { preconditionFailure("one job trains the surrogate to keep") }
    return try outcome(surrogate, heldOut)
  }

  func outcome(
    _ surrogate: any Surrogate, _ heldOut: [HeldOut]
  ) throws -> TrainingOutcome {
    TrainingOutcome(
      surrogate: surrogate, heldOut: heldOut,
      calibration: try Calibration(heldOut),
      quality: try TrainingQuality(heldOut, coverages: configuration.coverages))
  }
}

enum FitResult: Sendable {
  case surrogate(any Surrogate)
  case heldOut([HeldOut])
}

/// `@unchecked Sendable`: the count is touched under the lock alone.
final class ProgressCounter: @unchecked Sendable {
  private let lock = NSLock()
  private var done = 0
  private let total: Int
  private let report: TrainingPipeline.Progress?

  init(total: Int, report: TrainingPipeline.Progress?) {
    self.total = total
    self.report = report
  }

  func step() {
    lock.withLock {
      done += 1
      report?(done, total)
    }
  }
}
