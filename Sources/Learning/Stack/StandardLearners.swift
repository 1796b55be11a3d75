public import Representations

/// The learners with the settings that every task starts from; nothing here knows a task.
public enum StandardLearners {
  /// What fixed descriptions of compositions the trees see.
  public static let features = CandidateFeatures.named(["all"])

  /// What the trees see of crystals: their compositions as well.
  public static let crystalFeatures = CandidateFeatures.joined([features, .structure])

  /// Members of each layer of a stack, each without one fold.
  public static let folds = 8

  /// With more rows an exact Gaussian process takes too long.
  static let mostRowsOfProcess = 1500

  /// All kinds of learners, shares chosen by their held-out predictions.
  ///
  /// - Parameters:
  ///   - crystals: Whether rows have crystals: learners on crystals then stand beside those on
  ///     compositions, which answer where there is none.
  ///   - budget: Most work, in ``StackTrainer/Learner/cost``; no limit if `nil`.
  ///   - start: Where networks go on from.
  ///   - checkpoints: Of networks whose training is under way.
  public static func stack(
    rows: Int, kind: BenchmarkTask.Kind, crystals: Bool = false, folds: Int = folds,
    budget: Double? = nil, threads: Int, start: DeepEnsembleTrainer.Start? = nil,
    checkpoints: CheckpointFolder? = nil
  ) -> StackTrainer {
    let trees = trees(rows: rows, members: folds)
    let work = ExpectedWork(rows: rows - rows / max(folds, 2), trees: trees)
    var network = networks(
      kind: kind, members: 1, start: start?.hasCompositions ?? false ? start : nil)
    network.checkpoints = checkpoints
    var learners = [
      StackTrainer.Learner("networks", network, cost: work.networks),
      StackTrainer.Learner("trees", forest(kind: kind, trees: trees), cost: work.forest),
      StackTrainer.Learner("boosted", boosted(kind: kind), cost: work.boosted),
    ]
    if crystals {
      learners =
        [learners[0], learners[1]] + crystalLearners(kind, trees, work, start, checkpoints)
    }
    if rows <= mostRowsOfProcess, kind == .regression, !crystals {
      learners.append(
        StackTrainer.Learner("gp", GaussianProcessTrainer(), cost: work.gaussianProcess))
    }
    var stack = StackTrainer(
      learners, folds: folds, loss: kind == .regression ? .absoluteError : .logLoss)
    stack.budget = budget
    stack.threads = threads
    return stack
  }

  private static func crystalLearners(
    _ kind: BenchmarkTask.Kind, _ trees: Int, _ work: ExpectedWork,
    _ start: DeepEnsembleTrainer.Start?, _ checkpoints: CheckpointFolder?
  ) -> [StackTrainer.Learner] {
    var network =
      start?.architecture.map { architecture in
        crystalNetworks(kind: kind, members: 1, encoder: architecture, start: start)
      } ?? crystalNetworks(kind: kind, members: 1)
    network.checkpoints = checkpoints
    return [
      StackTrainer.Learner(
        "crystals", network, cost: work.crystals, readsCrystals: true, isFavored: true),
      StackTrainer.Learner(
        "crystal trees", forest(kind: kind, trees: trees, features: crystalFeatures),
        cost: work.crystalForest, readsCrystals: true),
      StackTrainer.Learner(
        "boosted", boosted(kind: kind, features: crystalFeatures), cost: work.crystalBoosted,
        readsCrystals: true),
    ]
  }

  /// Networks on crystals.
  ///
  /// - Parameters:
  ///   - isLongRange: Whether all sites of a crystal hear of each other behind each block.
  ///   - start: Where the networks go on from; its sizes then take the place of those of `encoder`,
  ///     where it is of this kind.
  public static func crystalNetworks(
    kind: BenchmarkTask.Kind, members: Int = 8,
    encoder: CrystalEncoder.Architecture = .compact, isLongRange: Bool = false,
    start: DeepEnsembleTrainer.Start? = nil
  ) -> DeepEnsembleTrainer {
    let known = start?.architecture == encoder ? start?.settings(crystals: true) : nil
    var configuration = known ?? DeepEnsembleTrainer.Configuration(crystals: encoder)
    if isLongRange { configuration.crystals?.isLongRange = true }
    configuration.members = members
    configuration.isBinary = kind == .classification
    var trainer = DeepEnsembleTrainer(configuration)
    trainer.start = start
    trainer.threads = 1
    return trainer
  }

  /// - Parameters:
  ///   - features: ``CumulativeShares`` alone make it a process on the element mover's distance.
  ///   - rows: Of the whole table: where they are too many for the exact process, those of its folds have
  ///     the other one too.
  public static func process(
    features: CandidateFeatures? = nil, rows: Int = 0
  ) -> GaussianProcessTrainer {
    let movers = GaussianProcessTrainer.Configuration.moversDistance
    var configuration = GaussianProcessTrainer.Configuration()
    if features == movers.features { configuration = movers }
    configuration.features = features ?? configuration.features
    if rows > configuration.mostRows { configuration.mostRows = 0 }
    return GaussianProcessTrainer(configuration)
  }

  /// Gaussian processes on the vectors of networks, on crystals or on compositions, guarded against
  /// collapse by fixed descriptors.
  public static func hybrid(
    kind: BenchmarkTask.Kind, crystals: Bool, folds: Int = folds, threads: Int,
    checkpoints: CheckpointFolder? = nil
  ) -> HybridTrainer {
    var network =
      crystals ? crystalNetworks(kind: kind, members: 1) : networks(kind: kind, members: 1)
    network.checkpoints = checkpoints
    var trainer = HybridTrainer(
      network, guardFeatures: crystals ? .joined([.magpie, .structure]) : .magpie)
    trainer.folds = folds
    trainer.threads = threads
    return trainer
  }

  /// - Parameter start: Where the networks go on from; its sizes then take the place of those of
  ///   `encoder`.
  public static func networks(
    kind: BenchmarkTask.Kind, members: Int = 8,
    encoder: CompositionEncoder.Architecture = .compact,
    start: DeepEnsembleTrainer.Start? = nil
  ) -> DeepEnsembleTrainer {
    var configuration =
      start?.settings(crystals: false) ?? DeepEnsembleTrainer.Configuration(encoder)
    configuration.members = members
    configuration.isBinary = kind == .classification
    var trainer = DeepEnsembleTrainer(configuration)
    trainer.start = start
    trainer.threads = 1
    return trainer
  }

  /// Trees of each of so many forests whose predictions are averaged: of a large table they share
  /// the trees that one alone would have.
  static func trees(rows: Int, members: Int) -> Int {
    let alone = ForestTrainer.Configuration().forest.trees
    let each = (alone + members - 1) / max(members, 1)
    let rows = max(rows, 1)
    let least = members > 1 ? min(each, max(fewestTrees, mostTreeRows / rows)) : alone
    return min(alone, max(alone * mostRowsOfFullForests / rows, least))
  }

  private static let mostRowsOfFullForests = 12_500

  /// Of the largest tables, which a forest sees in some minutes.
  private static let mostTreeRows = 6_000_000
  private static let fewestTrees = 8

  public static func forest(
    kind: BenchmarkTask.Kind, trees: Int? = nil, features: CandidateFeatures = features
  ) -> ForestTrainer {
    var configuration = ForestTrainer.Configuration()
    configuration.features = features
    configuration.forest.trees = trees ?? configuration.forest.trees
    configuration.isBinary = kind == .classification
    return ForestTrainer(configuration)
  }

  public static func boosted(
    kind: BenchmarkTask.Kind, features: CandidateFeatures = features
  ) -> BoostedTrainer {
    var configuration = BoostedTrainer.Configuration()
    configuration.features = features
    configuration.isBinary = kind == .classification
    return BoostedTrainer(configuration)
  }
}
