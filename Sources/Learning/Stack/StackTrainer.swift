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
/// With a budget that all fits together exceed, the learners race in the first folds: those that
/// the common prediction has no use for, or that are too dear for it, go no further.
///
/// The result depends on the rows, the settings and the seed, not on the number of threads.
public struct StackTrainer: WeightedTrainer, Sendable {
  /// A kind of learner with its settings.
  public struct Learner: Sendable {
    public let name: String
    public let trainer: any SurrogateTrainer
    /// Expected work of a fit: seconds of one core of a laptop of 2024, from the number of rows.
    public let cost: Double
    /// Whether it learns from rows with a crystal and answers for such alone.
    public let readsCrystals: Bool
    /// Whether a budget leaves others out, and gives folds up, before this one; at most one learner.
    public let isFavored: Bool

    public init(
      _ name: String, _ trainer: any SurrogateTrainer, cost: Double = 1,
      readsCrystals: Bool = false, isFavored: Bool = false
    ) {
      self.name = name
      self.trainer = trainer
      self.cost = cost
      self.readsCrystals = readsCrystals
      self.isFavored = isFavored
    }
  }

  public var learners: [Learner]

  /// Folds, and members of each layer; fewer are used when there are fewer rows or groups.
  public var folds: Int
  public var loss: StackWeights.Loss

  /// Most work of all fits together, as counted by ``Learner/cost``; no limit if `nil`. The first
  /// fits of the cheapest learner are always made.
  public var budget: Double?

  /// How many fits run side by side; results do not depend on it.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  public var fits: FitFolder?

  public init(
    _ learners: [Learner], folds: Int = 8, loss: StackWeights.Loss = .absoluteError
  ) {
    precondition(!learners.isEmpty, "a stack needs a learner")
    self.learners = learners
    self.folds = folds
    self.loss = loss
  }
}

extension StackTrainer: CrossFittingTrainer {
  /// With weights, learners that cannot weigh rows are left out.
  public func crossFit(
    candidates: [Candidate], targets: [Double], groups: [String]?, weights: [Double]?,
    seed: UInt64, progress: (@Sendable (Double) -> Void)?
  ) throws -> (surrogate: any StorableSurrogate, heldOut: [HeldOut]) {
    let (run, finalists) = try race(
      candidates: candidates, targets: targets, groups: groups, weights: weights, seed: seed,
      progress: progress)
    let result = run.result(finalists)
    return (result.surrogate, result.heldOut)
  }

  /// All fits, and the learners that went through to the end.
  func race(
    candidates: [Candidate], targets: [Double], groups: [String]?, weights: [Double]?,
    seed: UInt64, progress: (@Sendable (Double) -> Void)?
  ) throws -> (run: StackRun, finalists: [Int]) {
    try TrainingError.check(candidates, targets, leastRows: 2)
    try TrainingError.check(weights: weights)
    let learners =
      weights == nil ? self.learners : self.learners.filter { $0.trainer is any WeightedTrainer }
    guard !learners.isEmpty else { throw TrainingError.noWeights }
    let plan = RacePlan(
      costs: learners.map(\.cost), favored: learners.firstIndex(where: \.isFavored), folds: folds,
      budget: budget)
    let assignment = try CrossValidation(folds: plan.folds).assignment(
      rows: targets.count, groups: groups, seed: seed)
    var run = StackRun(
      data: FoldedRows(
        candidates: candidates, targets: targets, weights: weights, assignment: assignment,
        fits: fits),
      learners: learners, loss: loss, seed: seed, threads: threads)
    let bar = WorkProgress(total: plan.expectedWork, report: progress)
    let heat = Array(0..<min(plan.heat, run.data.folds))
    try run.train(plan.contenders, folds: heat, bar)
    let survivors =
      heat.count < run.data.folds
      ? plan.survivors(shares: run.shares(of: plan.contenders, folds: heat)) : plan.contenders
    let finalists = try run.answeringEveryRow(survivors)
    try run.train(finalists, folds: Array(0..<run.data.folds), bar)
    return (run, finalists)
  }
}

/// The fits of a stack as they are made.
struct StackRun {
  let data: FoldedRows
  let learners: [StackTrainer.Learner]
  let loss: StackWeights.Loss
  let seed: UInt64
  let threads: Int

  private struct Job: Hashable {
    let learner: Int
    let fold: Int
  }

  private var members: [Job: any StorableSurrogate] = [:]
  /// Held-out predictions, `[learner][row]`; nothing is said of a row that a learner cannot read.
  private(set) var answers: [[Prediction]]
  private let all: [Int]
  private let withCrystals: [Int]
  private var work = 0.0

  init(
    data: FoldedRows, learners: [StackTrainer.Learner], loss: StackWeights.Loss, seed: UInt64,
    threads: Int
  ) {
    self.data = data
    self.learners = learners
    self.loss = loss
    self.seed = seed
    self.threads = threads
    all = Array(data.targets.indices)
    withCrystals =
      learners.contains(where: \.readsCrystals)
      ? all.filter { data.candidates[$0].crystal != nil } : all
    let empty = Prediction(mean: 0, aleatoricVariance: 0, epistemicVariance: 0)
    answers = learners.map { _ in [Prediction](repeating: empty, count: data.targets.count) }
  }

  /// These learners and, where rows without a crystal would have no answer from them, the cheapest
  /// that reads none, whatever it earns.
  ///
  /// - Throws: ``DeepEnsembleError`` where there is no such learner.
  func answeringEveryRow(_ chosen: [Int]) throws -> [Int] {
    guard let row = all.first(where: { data.candidates[$0].crystal == nil }),
      chosen.allSatisfy({ learners[$0].readsCrystals })
    else { return chosen }
    let able = learners.indices.filter { !learners[$0].readsCrystals }
    guard let cheapest = able.min(by: { learners[$0].cost < learners[$1].cost }) else {
      throw DeepEnsembleError.noCrystal(
        candidate: row, data.candidates[row].composition.formula)
    }
    return (chosen + [cheapest]).sorted()
  }

  /// Fits of some learners without some folds, side by side; those that are there are kept.
  mutating func train(_ chosen: [Int], folds: [Int], _ bar: WorkProgress) throws {
    // The dearest first, so that no thread is left with a long fit at the end.
    let order = chosen.sorted { (learners[$0].cost, $1) > (learners[$1].cost, $0) }
    let jobs = order.flatMap { learner in folds.map { Job(learner: learner, fold: $0) } }
      .filter { members[$0] == nil }
    let run = self
    let fits = try parallelMap(jobs, threads: threads) { job in
      let fit = try run.fit(job)
      bar.add(run.learners[job.learner].cost)
      return fit
    }
    for (job, fit) in zip(jobs, fits) {
      members[job] = fit.member
      work += learners[job.learner].cost
      for (row, prediction) in zip(fit.rows, fit.predictions) {
        answers[job.learner][row] = prediction
      }
    }
  }

  private func fit(
    _ job: Job
  ) throws -> (member: any StorableSurrogate, rows: [Int], predictions: [Prediction]) {
    let learner = learners[job.learner]
    var generator = SplitMix64(seed: seed, stream: UInt64(job.learner << 16 | job.fold))
    var data = data
    data.fits = data.fits?.inside(learner.name)
    let fit = try data.fit(
      without: job.fold, among: learner.readsCrystals ? withCrystals : all,
      trainer: learner.trainer, seed: generator.next())
    guard let member = fit.surrogate as? any StorableSurrogate else {
      preconditionFailure("\(learner.name) cannot be stored in a model file")
    }
    return (member, fit.rows, fit.predictions)
  }

  /// What the learners earn in the rows of some folds, in their order.
  func shares(of chosen: [Int], folds: [Int]) -> [Double] {
    let wanted = Set(folds)
    return shares(of: chosen, rows: withCrystals.filter { wanted.contains(data.assignment[$0]) })
  }

  /// Shares in the prediction of a composition without a crystal: of learners that read none; 0 for
  /// all where there is no such.
  private func fallbackShares(of chosen: [Int], rows: [Int]) -> [Double] {
    let places = chosen.indices.filter { !learners[chosen[$0]].readsCrystals }
    var result = [Double](repeating: 0, count: chosen.count)
    guard !places.isEmpty else { return result }
    for (place, share) in zip(places, shares(of: places.map { chosen[$0] }, rows: rows)) {
      result[place] = share
    }
    return result
  }

  private func shares(of chosen: [Int], rows: [Int]) -> [Double] {
    StackWeights.fitted(
      chosen.map { learner in rows.map { answers[learner][$0].mean } },
      targets: rows.map { data.targets[$0] },
      weights: data.weights.map { weights in rows.map { weights[$0] } }, loss: loss)
  }

  func result(_ chosen: [Int]) -> (surrogate: Stack, heldOut: [HeldOut]) {
    let shares = shares(of: chosen, rows: withCrystals)
    let readsCrystals = chosen.contains { learners[$0].readsCrystals }
    let fallback = readsCrystals ? fallbackShares(of: chosen, rows: all) : shares
    let layers = chosen.indices.filter { shares[$0] > 0 || fallback[$0] > 0 }.map { place in
      Stack.Layer(
        name: learners[chosen[place]].name, share: shares[place], fallback: fallback[place],
        members: (0..<data.folds).compactMap { members[Job(learner: chosen[place], fold: $0)] })
    }
    return (Stack(layers: layers, work: work), heldOut(chosen))
  }

  /// Common predictions whose shares come from the rows of all other folds.
  func heldOut(_ chosen: [Int]) -> [HeldOut] {
    (0..<data.folds).flatMap { fold -> [HeldOut] in
      let others = all.filter { data.assignment[$0] != fold }
      let shares = shares(of: chosen, rows: withCrystals.filter { data.assignment[$0] != fold })
      let fallback =
        withCrystals.count < all.count ? fallbackShares(of: chosen, rows: others) : shares
      let baseline = Statistics.mean(others.map { data.targets[$0] })
      return data.rows(of: fold).map { row in
        let own = withCrystals.count < all.count && data.candidates[row].crystal == nil
        return HeldOut(
          row: row, fold: fold, target: data.targets[row],
          prediction: Stack.combined(own ? fallback : shares, chosen.map { answers[$0][row] }),
          baseline: baseline,
          group: Calibration.group(of: data.candidates[row]))
      }
    }.sorted { $0.row < $1.row }
  }
}
