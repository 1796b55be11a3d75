import DenseMath
public import Ecosystem
import Foundation
import Matter

/// One learner judged by several kinds of splits of the same rows, from the easiest question to the
/// hardest: random folds flatter everybody.
///
/// - random: rows of the same composition may stand on both sides;
/// - formula: all rows of a composition are tested together;
/// - cluster: one cluster of similar compositions is left out (Meredig et al., Mol. Syst. Des. Eng.
///   3, 819 (2018));
/// - element: materials with an element are tested by a model that has not seen the element.
///
/// Intervals of the random and the formula split are calibrated on its other folds. Those of clusters
/// and elements are what a model of the table would give: calibrated on the formula split's rows
/// outside of the tested ones, widened where an element is unknown.
public struct SplitComparison: Codable, Sendable {
  public struct Entry: Codable, Sendable {
    public enum Kind: String, Codable, CaseIterable, Sendable {
      case random, formula, cluster, element
    }

    public let kind: Kind

    /// What the folds are, for people: `5 folds`, `H, S, Zn`.
    public let detail: String

    /// Tests, of which a row with two held-out elements has two.
    public let rows: Int

    /// Numbers: errors and how intervals hold; `nil` for classes.
    public let regression: RegressionMetrics?
    public let baseline: RegressionMetrics?
    public let coverage90: Double?
    public let width90: Double?

    /// Rank correlation of absolute error and predicted deviation.
    public let errorDeviationSpearman: Double?
    public let abstentionArea: Double?

    /// Classes: figures of the predicted chances; `nil` for numbers.
    public let classes: ClassQuality?
  }

  public let entries: [Entry]
}

/// Makes a ``SplitComparison``: trains once for every fold of every split.
public struct SplitComparer: Sendable {
  public var trainer: any SurrogateTrainer
  public var kind: BenchmarkTask.Kind
  public var folds: Int
  public var seed: UInt64
  public var threads: Int

  /// Elements that are held out, each by itself.
  public static let heldOutElements = 5

  public init(
    _ trainer: any SurrogateTrainer, kind: BenchmarkTask.Kind = .regression, folds: Int = 5,
    seed: UInt64, threads: Int
  ) {
    self.trainer = trainer
    self.kind = kind
    self.folds = folds
    self.seed = seed
    self.threads = threads
  }

  /// - Parameter progress: Receives how many of the fits are done.
  /// - Throws: ``SplitError`` or ``TrainingError`` where the rows do not allow a split, and what the
  ///   trainer refuses.
  public func run(
    _ dataset: Dataset, progress: TrainingPipeline.Progress? = nil
  ) throws -> SplitComparison {
    try TrainingError.check(
      dataset.candidates, dataset.targets, leastRows: TrainingPipeline.leastRows)
    let plan = try SplitPlan(dataset, folds: folds, seed: seed)
    // Of more than two classes each is told from the rest.
    let tellings: [Int?] = dataset.classes.count > 2 ? dataset.classes.indices.map { $0 } : [nil]
    let data = tellings.map { place in
      FoldedRows(
        candidates: dataset.candidates,
        targets: place.map { place in dataset.targets.map { Int($0) == place ? 1 : 0 } }
          ?? dataset.targets,
        assignment: [])
    }
    let jobs = plan.splits.flatMap { split in
      split.parts.indices.flatMap { fold in
        data.map { (kind: split.kind, fold: fold, part: split.parts[fold], data: $0) }
      }
    }
    let counter = ProgressCounter(total: jobs.count, report: progress)
    let found = try parallelMap(Array(jobs.indices), threads: threads) { place -> [HeldOut] in
      defer { counter.step() }
      let job = jobs[place]
      return try heldOut(job.data, job.fold, job.part)
    }
    // For each kind the held-out rows of each telling, in one order.
    var answers: [SplitComparison.Entry.Kind: [[HeldOut]]] = [:]
    for (place, rows) in found.enumerated() {
      let kind = jobs[place].kind
      answers[kind, default: data.map { _ in [] }][place % data.count] += rows
    }
    // Where no composition repeats, folds of rows are folds of compositions.
    let reference = answers[.formula] ?? data.map { _ in [] }
    if answers[.random] == nil { answers[.random] = reference }
    return SplitComparison(
      entries: try SplitComparison.Entry.Kind.allCases.compactMap { kind in
        guard let tellings = answers[kind], let rows = tellings.first, !rows.isEmpty else {
          return nil
        }
        let detail = plan.detail(of: kind)
        if self.kind == .classification {
          return try .init(classes: tellings, of: dataset, kind, detail)
        }
        let judged = [.cluster, .element].contains(kind) ? reference[0] : rows
        return try .init(
          numbers: rows, kind, detail, calibratedBy: judged,
          dataset: dataset, parts: plan.splits.first { $0.kind == kind }?.parts)
      })
  }
}

extension SplitComparer {
  /// Held-out rows of one fold. A class that no training row has, or every one, is not learned: its
  /// chance is 0 or 1.
  private func heldOut(
    _ data: FoldedRows, _ fold: Int, _ part: TrainingPipeline.Part
  ) throws -> [HeldOut] {
    do {
      return try data.heldOut(fold, part, trainer: trainer, seed: seed)
    } catch TrainingError.constantFold(_, let value) where kind == .classification {
      return part.test.map { row in
        HeldOut(
          row: row, fold: fold, target: data.targets[row],
          prediction: Prediction(mean: value, aleatoricVariance: 0, epistemicVariance: 0),
          baseline: value, group: Calibration.group(of: data.candidates[row]))
      }
    }
  }
}

extension SplitComparison.Entry {
  /// - Parameter tellings: Of two classes the held-out chances of the second; of more those of each class,
  ///   in one order of the rows.
  init(
    classes tellings: [[HeldOut]], of dataset: Dataset, _ kind: Kind, _ detail: String
  ) throws {
    let chances = tellings[0].indices.map { row in
      OneVersusRest.chances(tellings.map { $0[row].prediction.chance })
    }
    self.init(
      kind: kind, detail: detail, rows: chances.count, regression: nil, baseline: nil,
      coverage90: nil, width90: nil, errorDeviationSpearman: nil, abstentionArea: nil,
      classes: try ClassQuality(
        labels: tellings[0].map { Int(dataset.targets[$0.row]) }, chances: chances))
  }

  /// - Parameters:
  ///   - reference: Held-out rows whose scores calibrate: of a fold, those outside of it.
  ///   - parts: The fold's rows where `rows` come from another split than `reference`.
  init(
    numbers rows: [HeldOut], _ kind: Kind, _ detail: String, calibratedBy reference: [HeldOut],
    dataset: Dataset, parts: [TrainingPipeline.Part]?
  ) throws {
    let ownFolds = !([.cluster, .element].contains(kind))
    var judged: [(target: Double, interval: ClosedRange<Double>)] = []
    for fold in Set(rows.map(\.fold)).sorted() {
      let tested = Set(parts?[fold].test ?? [])
      let others = reference.filter { ownFolds ? $0.fold != fold : !tested.contains($0.row) }
      let calibration = try Calibration(others)
      let known =
        ownFolds ? nil : Set(parts?[fold].training.flatMap { dataset.elements(of: $0) } ?? [])
      for row in rows where row.fold == fold {
        let widening = known.map {
          ModelCard.widening(for: dataset.rows[row.row].candidate, knowing: $0.contains)
        }
        judged.append(
          (
            row.target,
            calibration.interval(
              for: row.prediction, group: row.group, coverage: 0.9,
              widening: widening ?? 1)
          ))
      }
    }
    let errors = rows.map { abs($0.target - $0.prediction.mean) }
    let deviations = rows.map(\.prediction.standardDeviation)
    let figures = IntervalFigures(judged)
    self.init(
      kind: kind, detail: detail, rows: rows.count,
      regression: try RegressionMetrics(
        targets: rows.map(\.target), predictions: rows.map(\.prediction.mean)),
      baseline: try RegressionMetrics(
        targets: rows.map(\.target), predictions: rows.map(\.baseline)),
      coverage90: figures.observed, width90: figures.meanWidth,
      errorDeviationSpearman: Statistics.spearman(errors, deviations),
      abstentionArea: AbstentionCurve(errors: errors, uncertainties: deviations).area,
      classes: nil)
  }
}

extension Dataset {
  fileprivate func elements(of row: Int) -> [Element] { rows[row].candidate.composition.elements }
}
