import DenseMath
import Foundation
public import Matter

/// Learns one method's values with the help of others', and against doing without: every contender
/// predicts held-out rows of that method, and what it adds to the common prediction decides on its share.
///
/// Contenders are learners that see the method's own rows alone; the same learners with the values of
/// cheap methods as variables, or on what a line through these leaves over; and Gaussian processes of all
/// methods together. Values of cheap methods are predicted by models that have not seen the material (or
/// measured, where ``LowerFidelities/areKnown``), so that the learners meet in training what they will
/// meet later. These models are made once, one for each fold: apart from what they have learned of other
/// materials, nothing that is known of a held-out material enters its prediction.
///
/// The result depends on the rows, the settings and the seed, not on the number of threads.
public struct FidelityRace: CrossFittingTrainer, WeightedTrainer {
  public var lower: LowerFidelities

  /// What learns the method's own rows.
  public var learners: [StackTrainer.Learner]

  /// What learns each cheap method.
  public var lowerLearner: any SurrogateTrainer

  /// Contenders that learn from the rows of all methods themselves.
  public var joint: [StackTrainer.Learner]

  /// Fewer are used when there are fewer rows or groups.
  public var folds = 5

  /// How many fits run side by side; results do not depend on it.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  public var fits: FitFolder?

  public init(
    _ lower: LowerFidelities, learners: [StackTrainer.Learner],
    lowerLearner: any SurrogateTrainer, joint: [StackTrainer.Learner] = []
  ) {
    precondition(!learners.isEmpty, "a race needs a learner")
    self.lower = lower
    self.learners = learners
    self.lowerLearner = lowerLearner
    self.joint = joint
  }

  public func crossFit(
    candidates: [Candidate], targets: [Double], groups: [String]?, weights: [Double]?,
    seed: UInt64, progress: (@Sendable (Double) -> Void)?
  ) throws -> (surrogate: any StorableSurrogate, heldOut: [HeldOut]) {
    try TrainingError.check(candidates, targets, leastRows: 2)
    try TrainingError.check(weights: weights)
    let assignment = try CrossValidation(folds: folds).assignment(
      rows: targets.count, groups: groups, seed: seed)
    // Models of large tables of cheap values take the longer half, as a rule.
    let bar = WorkProgress(total: 2, report: progress)
    let lowerFits = LowerModelFits(
      lower: lower, trainer: lowerLearner, threads: threads, seed: seed,
      fits: fits?.inside("lower"))
    let (models, values) = try lowerFits.run(
      candidates, assignment: assignment, progress: bar.add)
    let entries = entries(values: models.levels.count)
    var stack = StackTrainer(entries.map(\.learner), folds: folds)
    stack.threads = threads
    stack.fits = fits?.inside("top")
    let extended = LowerModels.extended(candidates, by: values)
    let (run, finalists) = try stack.race(
      candidates: extended, targets: targets, groups: groups, weights: weights, seed: seed,
      progress: nil)
    bar.add(1)
    let (top, heldOut) = run.result(finalists)
    // With weights, contenders that cannot weigh rows are not there.
    let running = entries.filter { entry in run.learners.contains { $0.name == entry.learner.name }
    }
    let report = report(running, run, heldOut, top, models)
    return (FidelityStack(lower: models, top: top, report: report), heldOut)
  }

  private struct Entry {
    let learner: StackTrainer.Learner
    let usesLower: Bool
  }

  private func entries(values count: Int) -> [Entry] {
    func entry(_ learner: StackTrainer.Learner, _ suffix: String, _ use: LowerValueUse) -> Entry {
      let trainer = LowerValueTrainer(learner: learner.trainer, use: use, count: count)
      return Entry(
        learner: StackTrainer.Learner(
          learner.name + suffix, trainer, cost: learner.cost, readsCrystals: learner.readsCrystals),
        usesLower: use != .ignored)
    }
    var result = learners.map { entry($0, "", .ignored) }
    guard count > 0 else { return result }
    result += learners.map { entry($0, " + lower values", .variables) }
    result += learners.map { entry($0, " beside a line", .line) }
    result += joint.map { learner in
      Entry(learner: entry(learner, "", .ignored).learner, usesLower: true)
    }
    return result
  }

  private func report(
    _ entries: [Entry], _ run: StackRun, _ heldOut: [HeldOut], _ top: Stack,
    _ models: LowerModels
  ) -> FidelityReport {
    let alone = entries.indices.filter { !entries[$0].usesLower }
    let shares = Dictionary(
      top.layers.map { ($0.name, $0.share) }, uniquingKeysWith: { first, _ in first })
    return FidelityReport(
      method: lower.method,
      levels: lower.levels.map { .init(name: $0.name, rows: $0.targets.count) },
      areKnown: lower.areKnown,
      contenders: entries.enumerated().map { place, entry in
        FidelityReport.Contender(
          name: entry.learner.name, usesLower: entry.usesLower,
          meanAbsoluteError: Statistics.mean(
            zip(run.answers[place], run.data.targets).map { abs($0.mean - $1) }),
          share: shares[entry.learner.name] ?? 0)
      },
      meanAbsoluteError: Self.error(heldOut),
      meanAbsoluteErrorAlone: Self.error(run.heldOut(alone)))
  }

  private static func error(_ heldOut: [HeldOut]) -> Double {
    Statistics.mean(heldOut.map { abs($0.prediction.mean - $0.target) })
  }
}
