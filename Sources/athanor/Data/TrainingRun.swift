import Ecosystem
import Foundation
import Learning
import Matter
import Representations

/// One training of a command: rows, plan and what comes of them.
struct TrainingRun {
  private let dataset: Dataset
  private let plan: TrainingPlan
  private let learner: SurrogateChoice
  private var folds: Int
  private let split: Split?
  private let features: CandidateFeatures?
  private let start: DeepEnsembleTrainer.Start?
  private let seed: UInt64
  private let threads: Int

  /// Where finished fits are kept.
  var fits: FitFolder?

  /// Rows of other methods that help to learn the dataset's, and their hashes.
  private var lower: (rows: LowerFidelities, hashes: [String])?

  struct Outcome {
    let training: TrainingOutcome
    let classes: ClassCard?
    let processorSeconds: Double
  }

  /// - Throws: ``SplitError`` where the plan's split belongs to other rows.
  init(
    _ dataset: Dataset, plan: TrainingPlan, seed: UInt64, threads: Int
  ) throws {
    self.dataset = dataset
    self.plan = plan
    var start = try plan.startFrom.map { try StartModel($0).start(for: dataset) }
    start?.layerRate = plan.layerRate
    self.start = start
    learner = plan.learner(rows: dataset.rows.count, start: start)
    folds = plan.foldCount(learner)
    self.seed = seed
    self.threads = threads
    features = try plan.features.map(FeatureSets.features)
    try Self.check(start, for: learner, of: plan.startFrom ?? "")
    split = try plan.split.map { path in
      let split = try SplitFile.read(path)
      do throws(SplitError) {
        try split.verify(dataset)
      } catch {
        throw CommandError("\(path): \(error)")
      }
      return split
    }
  }

  private static func check(
    _ start: DeepEnsembleTrainer.Start?, for learner: SurrogateChoice, of file: String
  ) throws(CommandError) {
    guard let start else { return }
    if learner == .ensemble, !start.hasCompositions {
      throw CommandError(
        "\(file) holds networks on crystals, which --with ensemble has no use for.")
    }
    guard let wanted = learner.crystalEncoder, wanted != start.architecture else { return }
    let found = SurrogateChoice.allCases.first {
      $0.needsCrystals && $0.crystalEncoder == start.architecture
    }
    throw CommandError(
      found.map { "\(file) holds networks of another kind: choose --with \($0.rawValue)." }
        ?? "\(file) holds networks on formulas: choose --with ensemble.")
  }

  /// - Parameters:
  ///   - others: Rows of other methods, as ``Dataset/ladder(to:)`` has them.
  ///   - method: That of the dataset's rows.
  ///   - areKnown: See ``LowerFidelities/areKnown``.
  mutating func takeHelp(
    of others: [(level: String, rows: Dataset)], for method: String, areKnown: Bool
  ) {
    // Each fold costs a model of every method.
    folds = plan.folds ?? 5
    lower = (
      LowerFidelities(others, below: method, of: dataset, areKnown: areKnown),
      others.map(\.rows.contentHash.hex)
    )
  }

  /// Names all that the fits depend on: rows, folds, settings, seed and program.
  ///
  /// - Throws: Where a named set of columns does not exist.
  func key() throws -> String {
    let described = try features.map { try $0.columnHash() }
    let groups = dataset.groups.map { ContentHash(of: $0.joined(separator: "\n")).hex }
    return [
      Version.current, dataset.contentHash.hex, groups ?? "", split?.contentHash ?? "",
      lower.map { "\($0.rows.method) \($0.rows.areKnown) \($0.hashes.joined(separator: ","))" }
        ?? "",
      described ?? "", start?.digest.hex ?? "",
      plan.key(learner), "\(seed)",
    ].joined(separator: " ")
  }

  /// The rows that the model is made of: a single test set is no part of it.
  func trainedRows() throws -> Dataset {
    guard let split, split.foldCount == 1 else { return dataset }
    return try dataset.subset(split.training(0))
  }

  /// The learner as reports name it.
  func name(of surrogate: any Surrogate) -> String {
    if let stack = surrogate as? Stack { return "auto (\(stack.summary))" }
    if let stack = surrogate as? FidelityStack { return "\(learner.rawValue) (\(stack.summary))" }
    if let hybrid = surrogate as? HybridSurrogate {
      return "\(learner.rawValue) (\(hybrid.summary))"
    }
    if let process = surrogate as? NeighborProcessSurrogate {
      return "\(learner.rawValue) (\(process.summary))"
    }
    return learner.rawValue
  }

  /// The options that repeat the training.
  var settings: String {
    "--with \(learner.rawValue)"
      + (plan.encoder == .compact ? "" : " --encoder \(plan.encoder.rawValue)")
      + (plan.longRange ? " --long-range" : "")
      + (plan.startFrom.map { " --start-from \"\($0)\"" } ?? "")
      + (plan.layerRate.map { " --layer-rate \($0)" } ?? "")
      + (plan.features.map { " --features \"\($0)\"" } ?? "")
      + (plan.budget.map { " --budget \($0.text)" } ?? "")
      + (split == nil ? " --folds \(folds)" : "")
  }

  func outcome() throws -> Outcome {
    try measured { pipeline, parts, progress in
      guard dataset.classes.isEmpty else {
        let outcome = try ClassPipeline(pipeline).run(
          candidates: dataset.candidates, places: dataset.targets.map { Int($0) },
          labels: dataset.classes, groups: dataset.groups, weights: dataset.weights, parts: parts,
          trainer: try trainer(.classification), seed: seed, progress: progress)
        return [(outcome.training, outcome.card)]
      }
      let trainer = try trainer(.regression)
      let outcome =
        if let parts {
          try pipeline.run(
            candidates: dataset.candidates, targets: dataset.targets, parts: parts,
            weights: dataset.weights, trainer: trainer, seed: seed, progress: progress)
        } else {
          try pipeline.run(
            candidates: dataset.candidates, targets: dataset.targets, groups: dataset.groups,
            weights: dataset.weights, trainer: trainer, seed: seed, progress: progress)
        }
      return [(outcome, nil)]
    }[0]
  }

  /// Of this dataset and others, whose properties the same networks learn.
  func outcomes(beside others: [Dataset]) throws -> [Outcome] {
    let datasets = [dataset] + others
    guard datasets.allSatisfy(\.classes.isEmpty) else {
      throw CommandError("--joint learns numbers; leave targets of classes out.")
    }
    guard others.allSatisfy({ $0.variableNames == dataset.variableNames }) else {
      throw CommandError(
        "The targets were determined by different methods; --joint needs the same ones for each.")
    }
    guard let ensemble = try trainer(.regression) as? DeepEnsembleTrainer else {
      preconditionFailure("--joint is for networks")
    }
    return try measured { pipeline, parts, progress in
      try JointTraining(ensemble, of: datasets).run(
        pipeline, parts: parts, seed: seed, progress: progress
      ).map { ($0, nil) }
    }
  }

  private func measured(
    _ run: (
      TrainingPipeline, [TrainingPipeline.Part]?, @escaping TrainingPipeline.Progress
    ) throws -> [(TrainingOutcome, ClassCard?)]
  ) throws -> [Outcome] {
    let parts = split.map { split in
      (0..<split.foldCount).map {
        TrainingPipeline.Part(training: split.training($0), test: split.test($0))
      }
    }
    let bar = ProgressBar(
      "training and judging \(learner.rawValue)", total: 1000, unit: "‰")
    defer { bar.finish() }
    let start = ProcessorTime.seconds
    var pipeline = TrainingPipeline(.init(folds: folds), threads: threads)
    pipeline.fits = fits
    let results = try run(pipeline, parts) { done, total in
      bar.set(fraction: Double(done) / Double(max(total, 1)))
    }
    let seconds = ProcessorTime.seconds - start
    return results.map { Outcome(training: $0, classes: $1, processorSeconds: seconds) }
  }

  private func trainer(_ kind: BenchmarkTask.Kind) throws -> any SurrogateTrainer {
    if let lower { return try race(lower.rows) }
    // More than two classes are as many trainings, which share the budget.
    let trainings = max(1, dataset.classes.count > 2 ? dataset.classes.count : 1)
    return learner.trainer(
      rows: dataset.rows.count, crystals: dataset.rows.contains { $0.candidate.crystal != nil },
      kind: kind, threads: threads, folds: folds,
      budget: plan.seconds / Double(trainings), encoder: plan.encoder,
      isLongRange: plan.longRange, start: start, features: features,
      checkpoints: try fits.map { try $0.checkpoints() })
  }

  /// The learner with the rows of other methods, and against itself without them.
  private func race(_ lower: LowerFidelities) throws -> FidelityRace {
    let rows = dataset.rows.count
    let usesProcesses = [.auto, .gp].contains(learner)
    let joint =
      usesProcesses
      ? StandardLearners.fidelityProcesses(lower, rows: rows, features: features) : []
    let standard = StandardLearners.fidelityLearners(
      lower, rows: rows, features: features ?? .magpie)
    var race = FidelityRace(
      lower, learners: standard.own, lowerLearner: standard.lower, joint: joint)
    if learner != .auto {
      let own = learner.trainer(
        rows: rows, crystals: dataset.rows.contains { $0.candidate.crystal != nil }, threads: 1,
        folds: folds, encoder: plan.encoder, isLongRange: plan.longRange, start: start,
        features: features, checkpoints: try fits.map { try $0.checkpoints() })
      race.learners = [
        StackTrainer.Learner(
          learner.rawValue, own, readsCrystals: learner.needsCrystals)
      ]
      race.lowerLearner = own
    }
    race.folds = folds
    race.threads = threads
    return race
  }
}
