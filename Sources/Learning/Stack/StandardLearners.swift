public import Representations

/// The learners with the settings that every task starts from; nothing here knows a task.
public enum StandardLearners {
  /// What fixed descriptions of compositions the trees see.
  static let features = CandidateFeatures.named(["all"])

  /// Members of each layer of a stack, each without one fold.
  public static let folds = 8

  /// With more rows an exact Gaussian process takes too long.
  static let mostRowsOfProcess = 1500

  /// All kinds of learners, shares chosen by their held-out predictions.
  ///
  /// - Parameter budget: Most work, in ``StackTrainer/Learner/cost``; no limit if `nil`.
  public static func stack(
    rows: Int, kind: BenchmarkTask.Kind, folds: Int = folds, budget: Double? = nil, threads: Int
  ) -> StackTrainer {
    let work = ExpectedWork(rows: rows - rows / max(folds, 2))
    var learners = [
      StackTrainer.Learner(
        "networks", networks(rows: rows, kind: kind, members: 1), cost: work.networks),
      StackTrainer.Learner("trees", forest(rows: rows, kind: kind), cost: work.forest),
      StackTrainer.Learner("boosted", boosted(rows: rows, kind: kind), cost: work.boosted),
    ]
    if rows <= mostRowsOfProcess, kind == .regression {
      learners.append(
        StackTrainer.Learner("gp", GaussianProcessTrainer(), cost: work.gaussianProcess))
    }
    var stack = StackTrainer(
      learners, folds: folds, loss: kind == .regression ? .absoluteError : .logLoss)
    stack.budget = budget
    stack.threads = threads
    return stack
  }

  public static func networks(
    rows: Int, kind: BenchmarkTask.Kind, members: Int = 8,
    encoder: CompositionEncoder.Architecture = .compact
  ) -> DeepEnsembleTrainer {
    var configuration = DeepEnsembleTrainer.Configuration(encoder)
    configuration.members = members
    configuration.isBinary = kind == .classification
    var trainer = DeepEnsembleTrainer(configuration)
    trainer.threads = 1
    return trainer
  }

  public static func forest(rows: Int, kind: BenchmarkTask.Kind) -> ForestTrainer {
    var configuration = ForestTrainer.Configuration()
    configuration.features = features
    configuration.isBinary = kind == .classification
    return ForestTrainer(configuration)
  }

  public static func boosted(rows: Int, kind: BenchmarkTask.Kind) -> BoostedTrainer {
    var configuration = BoostedTrainer.Configuration()
    configuration.features = features
    configuration.isBinary = kind == .classification
    return BoostedTrainer(configuration)
  }
}
