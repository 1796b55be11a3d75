import DenseMath
import Foundation
import Matter

/// Trains on the training rows of each fold of a task and scores its test rows, which nothing in
/// the training sees: selection, shares and intervals come from the training rows alone.
public struct BenchmarkRun: Sendable {
  public var trainer: any SurrogateTrainer
  /// The learner's name and settings: results of another recipe are not continued.
  public var recipe: String
  public var seed: UInt64
  public var threads: Int

  public init(trainer: any SurrogateTrainer, recipe: String, seed: UInt64, threads: Int) {
    self.trainer = trainer
    self.recipe = recipe
    self.seed = seed
    self.threads = threads
  }

  /// One fold.
  ///
  /// - Parameter progress: Receives the share of the work that is done.
  public func fold(
    _ fold: Int, of task: BenchmarkTask, progress: (@Sendable (Double) -> Void)? = nil
  ) throws -> FoldResult {
    let (train, test) = (task.training[fold], task.folds[fold])
    let candidates = train.map { task.candidates[$0] }
    let start = (wall: Date(), processor: ProcessorTime.seconds)
    let outcome = try TrainingPipeline(threads: threads).run(
      candidates: candidates, targets: train.map { task.targets[$0] },
      groups: Self.groups(candidates), trainer: trainer, seed: seed
    ) { progress?(Double($0) / Double($1)) }
    let predictions = try outcome.surrogate.predict(test.map { task.candidates[$0] })
    let spent = (
      wall: Date().timeIntervalSince(start.wall),
      processor: ProcessorTime.seconds - start.processor
    )
    let known = Set(candidates.flatMap(\.composition.elements))
    let answers = zip(test, predictions).map { row, prediction in
      let interval = outcome.calibration.interval(
        for: prediction, of: task.candidates[row], coverage: 0.9,
        widening: ModelCard.widening(for: task.candidates[row], knowing: known.contains))
      return FoldResult.Answer(
        mean: prediction.mean, deviation: prediction.standardDeviation,
        lower: interval.lowerBound, upper: interval.upperBound)
    }
    return FoldResult(
      fold: fold, trainingRows: train.count, seconds: spent.wall,
      processorSeconds: spent.processor, note: (outcome.surrogate as? Stack)?.summary,
      scores: try FoldResult.scores(
        task.kind, targets: test.map { task.targets[$0] }, answers: answers),
      answers: Dictionary(
        zip(test.map { task.identifiers[$0] }, answers), uniquingKeysWith: { $1 }))
  }

  /// Rows of one composition are held out together inside the training rows.
  private static func groups(_ candidates: [Candidate]) -> [String]? {
    let keys = candidates.map { $0.composition.reducedFormula }
    return Set(keys).count < keys.count ? keys : nil
  }
}

/// What one fold of a benchmark gave.
public struct FoldResult: Codable, Sendable {
  /// What was said about a test row.
  public struct Answer: Codable, Hashable, Sendable {
    public let mean: Double
    public let deviation: Double
    /// Of the 90 % interval.
    public let lower: Double
    public let upper: Double
  }

  public let fold: Int
  public let trainingRows: Int
  /// On the wall, and of all cores together.
  public let seconds: Double
  public let processorSeconds: Double
  /// What was learned with, where the learner says so.
  public let note: String?
  /// Figures by name: see ``scores(_:targets:answers:)``.
  public let scores: [String: Double]
  /// By the row's name in the published set.
  public let answers: [String: Answer]

  /// Regression: `mae`, `rmse`, `median_error`, `max_error`, `r2`, `coverage90`, `width90`,
  /// `miscalibration_area`, `spearman` (of error and spread). Classes: `balanced_accuracy`,
  /// `accuracy`, `f1`, `rocauc` (of probabilities, not of thresholded labels), `pr_auc`, `brier`,
  /// `ece`, `log_loss`.
  static func scores(
    _ kind: BenchmarkTask.Kind, targets: [Double], answers: [Answer]
  ) throws -> [String: Double] {
    switch kind {
    case .classification: try classScores(targets, answers)
    case .regression: try regressionScores(targets, answers)
    }
  }

  private static func classScores(
    _ targets: [Double], _ answers: [Answer]
  ) throws -> [String: Double] {
    let metrics = try ClassificationMetrics(
      labels: targets.map { $0 > 0.5 }, probabilities: answers.map { min(max($0.mean, 0), 1) })
    var scores = [
      "balanced_accuracy": metrics.balancedAccuracy, "accuracy": metrics.accuracy,
      "f1": metrics.f1, "pr_auc": metrics.averagePrecision, "brier": metrics.brier,
      "ece": metrics.expectedCalibrationError, "log_loss": metrics.logLoss,
    ]
    scores["rocauc"] = metrics.areaUnderROC
    return scores
  }

  private static func regressionScores(
    _ targets: [Double], _ answers: [Answer]
  ) throws -> [String: Double] {
    let means = answers.map(\.mean)
    let metrics = try RegressionMetrics(targets: targets, predictions: means)
    let uncertainty = try UncertaintyMetrics(
      targets: targets, means: means, standardDeviations: answers.map(\.deviation))
    let errors = zip(targets, means).map { abs($0 - $1) }
    let inside = zip(targets, answers).count { $0 >= $1.lower && $0 <= $1.upper }
    var scores = [
      "mae": metrics.meanAbsoluteError, "rmse": metrics.rootMeanSquareError,
      "median_error": metrics.medianAbsoluteError, "max_error": errors.max() ?? 0,
      "coverage90": Double(inside) / Double(targets.count),
      "width90": Statistics.mean(answers.map { $0.upper - $0.lower }),
      "miscalibration_area": uncertainty.miscalibrationArea,
    ]
    scores["r2"] = metrics.r2
    scores["spearman"] = try RegressionMetrics(
      targets: errors, predictions: answers.map(\.deviation)
    ).spearman
    return scores
  }
}

/// Results of a benchmark, as its file keeps them; folds are added as they are done.
public struct BenchmarkResults: Codable, Sendable {
  public struct Task: Codable, Sendable {
    public var name: String
    public var target: String
    public var kind: BenchmarkTask.Kind
    /// The figure that is compared: `mae` or `balanced_accuracy`.
    public var measure: String
    public var folds: [FoldResult]
    public var published: [PublishedResult]

    public init(_ task: BenchmarkTask) {
      name = task.name
      target = task.target
      kind = task.kind
      measure = task.kind == .regression ? "mae" : "balanced_accuracy"
      folds = []
      published = PublishedResult.results(for: task.name)
    }

    /// Mean over the folds that are done.
    public func mean(_ score: String) -> Double? {
      let values = folds.compactMap { $0.scores[score] }
      return values.isEmpty ? nil : Statistics.mean(values)
    }

    /// Standard deviation over the folds that are done, as the leaderboard gives it: divided by
    /// their number.
    public func deviation(_ score: String) -> Double? {
      let values = folds.compactMap { $0.scores[score] }
      guard let mean = mean(score), !values.isEmpty else { return nil }
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
        .squareRoot()
    }
  }

  public var program: String
  public var recipe: String
  public var seed: UInt64
  public var tasks: [Task] = []

  public init(program: String, recipe: String, seed: UInt64) {
    self.program = program
    self.recipe = recipe
    self.seed = seed
  }

  /// Adds a fold in its place, replacing an earlier run of it.
  public mutating func add(_ fold: FoldResult, of task: BenchmarkTask) {
    if !tasks.contains(where: { $0.name == task.name }) { tasks.append(Task(task)) }
    for place in tasks.indices where tasks[place].name == task.name {
      tasks[place].folds.removeAll { $0.fold == fold.fold }
      tasks[place].folds.append(fold)
      tasks[place].folds.sort { $0.fold < $1.fold }
    }
  }

  /// Whether this fold need not be run again.
  public func holds(_ fold: Int, of task: BenchmarkTask) -> Bool {
    tasks.contains { $0.name == task.name && $0.folds.contains { $0.fold == fold } }
  }
}
