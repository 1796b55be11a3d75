import DenseMath
import Foundation
public import Matter

/// Trains a ``Stack``: every learner once for every fold without it, side by side.
///
/// The same fits are the ensemble (bagging by cross-validation: Breiman, Mach. Learn. 24, 123
/// (1996)), give every row a prediction that has not seen it, and thereby the shares (stacked
/// regression: Breiman, Mach. Learn. 24, 49 (1996)), the figures and the intervals (the
/// cross-conformal CV+ of Barber et al., Ann. Stat. 49, 486 (2021)). Nothing is trained again on
/// all rows.
///
/// The result depends on the rows, the settings and the seed, not on the number of threads.
public struct StackTrainer: SurrogateTrainer, Sendable {
  /// A kind of learner with its settings.
  public struct Learner: Sendable {
    public let name: String
    public let trainer: any SurrogateTrainer
    /// What a fit costs beside that of other learners: orders the work and moves the progress bar.
    public let cost: Double

    public init(_ name: String, _ trainer: any SurrogateTrainer, cost: Double = 1) {
      self.name = name
      self.trainer = trainer
      self.cost = cost
    }
  }

  public var learners: [Learner]

  /// Folds, and members of each layer; fewer are used when there are fewer rows or groups.
  public var folds: Int
  public var loss: StackWeights.Loss

  /// How many fits run side by side; results do not depend on it.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  public init(
    _ learners: [Learner], folds: Int = 8, loss: StackWeights.Loss = .absoluteError
  ) {
    precondition(!learners.isEmpty, "a stack needs a learner")
    self.learners = learners
    self.folds = folds
    self.loss = loss
  }

  public func train(
    candidates: [Candidate], targets: [Double], seed: UInt64
  ) throws -> any Surrogate {
    try crossFit(
      candidates: candidates, targets: targets, groups: nil, seed: seed, progress: nil
    ).surrogate
  }
}

/// One learner trained without one fold.
private struct StackFit: Sendable {
  let learner: Int
  let fold: Int
  let member: any StorableSurrogate
  /// Of the fold's rows, in their order.
  let predictions: [Prediction]
}

extension StackTrainer: CrossFittingTrainer {
  public func crossFit(
    candidates: [Candidate], targets: [Double], groups: [String]?, seed: UInt64,
    progress: (@Sendable (Double) -> Void)?
  ) throws -> (surrogate: any StorableSurrogate, heldOut: [HeldOut]) {
    try TrainingError.check(candidates, targets, leastRows: 2)
    let assignment = try CrossValidation(folds: folds).assignment(
      rows: targets.count, groups: groups, seed: seed)
    let data = FoldedRows(candidates: candidates, targets: targets, assignment: assignment)
    let fits = try fits(data, seed: seed, progress: progress)
    let answers = heldOutAnswers(fits, data)
    let shares = StackWeights.fitted(
      answers.map { $0.map(\.mean) }, targets: targets, loss: loss)
    let layers = learners.indices.filter { shares[$0] > 0 }.map { learner in
      Stack.Layer(
        name: learners[learner].name, share: shares[learner],
        members: fits.filter { $0.learner == learner }.sorted { $0.fold < $1.fold }.map(\.member))
    }
    return (Stack(layers: layers), heldOut(answers, data))
  }

  private func fits(
    _ data: FoldedRows, seed: UInt64, progress: (@Sendable (Double) -> Void)?
  ) throws -> [StackFit] {
    // The dearest first, so that no thread is left with a long fit at the end.
    let order = learners.indices.sorted { learners[$0].cost > learners[$1].cost }
    let jobs = order.flatMap { learner in (0..<data.folds).map { (learner: learner, fold: $0) } }
    let bar = SharedProgress(shares: jobs.map { learners[$0.learner].cost }, report: progress)
    return try parallelMap(Array(jobs.indices), threads: threads) { place in
      let job = jobs[place]
      var generator = SplitMix64(seed: seed, stream: UInt64(job.learner << 16 | job.fold))
      let fit = try data.fit(
        without: job.fold, trainer: learners[job.learner].trainer, seed: generator.next())
      guard let member = fit.surrogate as? any StorableSurrogate else {
        preconditionFailure("\(learners[job.learner].name) cannot be stored in a model file")
      }
      bar.finish(place)
      return StackFit(
        learner: job.learner, fold: job.fold, member: member, predictions: fit.predictions)
    }
  }

  /// `[learner][row]`.
  private func heldOutAnswers(_ fits: [StackFit], _ data: FoldedRows) -> [[Prediction]] {
    let empty = Prediction(mean: 0, aleatoricVariance: 0, epistemicVariance: 0)
    var result = learners.map { _ in [Prediction](repeating: empty, count: data.targets.count) }
    for fit in fits {
      for (row, prediction) in zip(data.rows(of: fit.fold), fit.predictions) {
        result[fit.learner][row] = prediction
      }
    }
    return result
  }

  /// Common predictions whose shares come from the rows of all other folds.
  private func heldOut(_ answers: [[Prediction]], _ data: FoldedRows) -> [HeldOut] {
    (0..<data.folds).flatMap { fold -> [HeldOut] in
      let others = data.targets.indices.filter { data.assignment[$0] != fold }
      let known = others.map { data.targets[$0] }
      let shares = StackWeights.fitted(
        answers.map { answer in others.map { answer[$0].mean } }, targets: known, loss: loss)
      let baseline = Statistics.mean(known)
      return data.rows(of: fold).map { row in
        HeldOut(
          row: row, fold: fold, target: data.targets[row],
          prediction: Stack.combined(shares, answers.map { $0[row] }), baseline: baseline,
          group: Calibration.group(of: data.candidates[row]))
      }
    }.sorted { $0.row < $1.row }
  }
}

/// Adds up the shares of jobs that are done at the same time.
private final class SharedProgress: @unchecked Sendable {  // guarded by `lock`
  private let lock = NSLock()
  private let shares: [Double]
  private var done = 0.0
  private let report: (@Sendable (Double) -> Void)?

  init(shares: [Double], report: (@Sendable (Double) -> Void)?) {
    self.shares = shares
    self.report = report
  }

  func finish(_ job: Int) {
    guard let report else { return }
    lock.withLock {
      done += shares[job]
      report(min(1, done / max(shares.reduce(0, +), .leastNormalMagnitude)))
    }
  }
}
