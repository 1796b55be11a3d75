import DenseMath
public import Ecosystem
import Matter

/// Networks that learn several properties of the same materials together, and what they are worth
/// for each: a property of few values gains from related ones of many.
///
/// One set of folds serves all properties. A held-out material is held out with all that is known of
/// it, whichever property, so the networks of a fold judge every property at once.
public struct JointTraining: Sendable {
  private let ensemble: DeepEnsembleTrainer
  private let datasets: [Dataset]
  /// Materials of any of the datasets, each once, by first appearance.
  private let rows: [Row]
  /// The place in ``rows`` of each row of each dataset.
  private let places: [[Int]]
  /// `[target][row]`, the mean of repeated rows; NaN is missing.
  private let targets: [[Double]]
  private let weights: [Double]?

  private struct Row: Hashable {
    let candidate: Candidate
    let group: String?
  }

  /// - Parameter datasets: One a property, with the same variables; of numbers, not classes.
  public init(_ ensemble: DeepEnsembleTrainer, of datasets: [Dataset]) {
    precondition(
      datasets.allSatisfy { $0.variableNames == datasets[0].variableNames && $0.classes.isEmpty },
      "the datasets differ in their variables, or are of classes")
    self.ensemble = ensemble
    self.datasets = datasets
    var rows: [Row] = []
    var found: [Row: Int] = [:]
    places = datasets.map { dataset in
      dataset.rows.map { row in
        let key = Row(candidate: row.candidate, group: row.group)
        if let place = found[key] { return place }
        found[key] = rows.count
        rows.append(key)
        return rows.count - 1
      }
    }
    self.rows = rows
    targets = zip(datasets, places).map { dataset, places in
      Self.means(dataset.targets, at: places, count: rows.count)
    }
    let isWeighted = datasets.contains { $0.weights != nil }
    weights =
      isWeighted
      ? Self.means(
        datasets.flatMap { $0.rows.map(\.weight) }, at: places.flatMap { $0 }, count: rows.count)
      : nil
  }

  /// Means of the values that belong to each place; NaN where none does.
  private static func means(_ values: [Double], at places: [Int], count: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var counts = sums
    for (value, place) in zip(values, places) {
      sums[place] += value
      counts[place] += 1
    }
    return zip(sums, counts).map { $0 / $1 }
  }

  /// Trains on all materials and once without each fold, side by side.
  ///
  /// - Parameters:
  ///   - parts: A split of the rows that was made before, in the place of folds that are drawn; all
  ///     datasets then have the same rows. With one part its test rows stay unseen.
  /// - Returns: One a dataset, in their order; the surrogates share their networks.
  /// - Throws: ``TrainingError``, where a property has too few values or does not vary outside a
  ///   fold; ``DeepEnsembleError``.
  public func run(
    _ pipeline: TrainingPipeline, parts: [TrainingPipeline.Part]? = nil, seed: UInt64,
    progress: TrainingPipeline.Progress? = nil
  ) throws -> [TrainingOutcome] {
    for dataset in datasets {
      try TrainingError.check(
        dataset.candidates, dataset.targets, leastRows: TrainingPipeline.leastRows)
    }
    let tests = try parts.map(testRows) ?? drawnFolds(pipeline.configuration.folds, seed: seed)
    let isSingle = tests.count == 1
    let fits = try fits(without: isSingle ? tests : [[]] + tests, pipeline, seed: seed, progress)
    return try datasets.indices.map { target in
      let heldOut = try tests.indices.flatMap { part in
        try judged(fits[isSingle ? 0 : part + 1], target, tests[part], fold: part)
      }.sorted { $0.row < $1.row }
      return try pipeline.outcome(
        fits[0].answering(target), isSingle ? halved(heldOut) : heldOut)
    }
  }

  private func testRows(of parts: [TrainingPipeline.Part]) -> [Set<Int>] {
    precondition(
      places.allSatisfy { $0 == places[0] }, "a split of other rows than a dataset's")
    return parts.map { Set($0.test.map { places[0][$0] }) }
  }

  private func drawnFolds(_ folds: Int, seed: UInt64) throws(TrainingError) -> [Set<Int>] {
    let assignment = try CrossValidation(folds: folds).assignment(
      rows: rows.count,
      groups: rows.map { $0.group ?? $0.candidate.composition.reducedFormula }, seed: seed)
    return Dictionary(grouping: assignment.indices) { assignment[$0] }
      .sorted { $0.key < $1.key }.map { Set($0.value) }
  }

  private func fits(
    without tests: [Set<Int>], _ pipeline: TrainingPipeline, seed: UInt64,
    _ progress: TrainingPipeline.Progress?
  ) throws -> [DeepEnsemble] {
    let counter = ProgressCounter(total: tests.count, report: progress)
    return try parallelMap(Array(0..<tests.count), threads: pipeline.threads) { job in
      defer { counter.step() }
      var generator = SplitMix64(seed: seed, stream: UInt64(job))
      let own = generator.next()
      let networks = try pipeline.fits.result(of: job == 0 ? "whole" : "fold-\(job - 1)") {
        try fit(without: tests[job], fold: job - 1, seed: own)
      }
      guard let networks = networks as? DeepEnsemble else {
        preconditionFailure("networks give networks")
      }
      return networks
    }
  }

  private func fit(without test: Set<Int>, fold: Int, seed: UInt64) throws -> DeepEnsemble {
    let training = rows.indices.filter { !test.contains($0) }
    let known = targets.map { column in training.map { column[$0] } }
    for column in known {
      let values = column.filter { !$0.isNaN }
      guard let first = values.first, values.contains(where: { $0 != first }) else {
        throw TrainingError.constantFold(max(fold, 0), value: values.first ?? .nan)
      }
    }
    return try ensemble.fit(
      candidates: training.map { rows[$0].candidate }, targets: known,
      weights: weights.map { weights in training.map { weights[$0] } }, seed: seed)
  }

  private func judged(
    _ fit: DeepEnsemble, _ target: Int, _ test: Set<Int>, fold: Int
  ) throws -> [HeldOut] {
    let (dataset, places) = (datasets[target], places[target])
    let inside = places.indices.filter { test.contains(places[$0]) }
    guard !inside.isEmpty else { return [] }
    let known = places.indices.filter { !test.contains(places[$0]) }.map { dataset.targets[$0] }
    return try FoldedRows.judged(
      fit.answering(target), fold: fold, inside: inside, known: known,
      candidates: dataset.candidates, targets: dataset.targets)
  }

  /// The test rows of a single part in two halves, so that coverage is measured on rows that did
  /// not calibrate.
  private func halved(_ heldOut: [HeldOut]) -> [HeldOut] {
    heldOut.enumerated().map { place, held in
      HeldOut(
        row: held.row, fold: place % 2, target: held.target, prediction: held.prediction,
        baseline: held.baseline, group: held.group)
    }
  }
}
