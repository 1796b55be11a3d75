import DenseMath
import Foundation
public import Matter
public import Representations
import Torch

/// Trains a ``DeepEnsemble``: members side by side, one thread each.
///
/// Lakshminarayanan, Pritzel and Blundell, arXiv:1612.01474: each member starts from its own random
/// weights and sees the rows in its own order. The loss is robust and heteroscedastic
/// (Goodall and Lee, doi:10.1038/s41467-020-19964-7). Targets and variables are standardized on
/// the training rows. The result depends on the rows, the settings and the seed, not on the number
/// of threads.
public struct DeepEnsembleTrainer: WeightedTrainer {
  public var configuration: Configuration

  /// How many members are trained at once.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  /// Receives the share of the work that is done, never falling, from any thread.
  public var progress: (@Sendable (Double) -> Void)?

  /// Where training that is stopped can go on later; nothing is written where `nil`.
  public var checkpoints: CheckpointFolder?

  /// Where the graphs of crystals are kept between fits.
  public var graphs = GraphCache.kept

  /// Encoders that were trained before; networks start from random weights where `nil`.
  public var start: Start?

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
  }

  public func train(
    candidates: [Candidate], targets: [Double], weights: [Double]?, seed: UInt64
  ) throws -> any Surrogate {
    try fit(candidates: candidates, targets: targets, weights: weights, seed: seed)
  }

  /// - Throws: ``DeepEnsembleError`` for constant targets (a single row is one) and numbers that
  ///   are not finite; ``TorchError`` where libtorch cannot be used; ``CheckpointError``.
  public func fit(
    candidates: [Candidate], targets: [Double], weights: [Double]? = nil, seed: UInt64
  ) throws -> DeepEnsemble {
    if let row = targets.firstIndex(where: { !$0.isFinite }) {
      throw DeepEnsembleError.notFinite(row: row, what: "target")
    }
    return try fit(candidates: candidates, targets: [targets], weights: weights, seed: seed)
  }

  /// Trains networks that answer several properties together, which lets a property of few values
  /// gain from the others.
  ///
  /// A row of weight 0, or without any value, has no part in anything.
  ///
  /// - Parameters:
  ///   - targets: `[target][candidate]`, at least one target; NaN is a missing value.
  ///   - weights: How much each candidate counts, 0 or more; `nil` if all count alike.
  /// - Returns: An ensemble that answers the first target; see ``DeepEnsemble/answering(_:)``.
  /// - Throws: as ``fit(candidates:targets:weights:seed:)`` with one target.
  public func fit(
    candidates: [Candidate], targets: [[Double]], weights: [Double]? = nil, seed: UInt64
  ) throws -> DeepEnsemble {
    precondition(
      configuration.members > 0 && !targets.isEmpty && !candidates.isEmpty
        && targets.allSatisfy { $0.count == candidates.count }
        && weights?.count ?? candidates.count == candidates.count,
      "\(configuration.members) members, \(candidates.count) candidates, \(targets.count) targets")
    let rows = try usedRows(targets, weights)
    guard rows.count == candidates.count else {
      return try fit(
        candidates: rows.map { candidates[$0] },
        targets: targets.map { column in rows.map { column[$0] } },
        weights: weights.map { list in rows.map { list[$0] } }, seed: seed)
    }
    let raw = try DeepEnsemble.variableMatrix(
      candidates, expected: candidates[0].variables.count)
    let inputStandardization = FeatureStandardization(fitting: raw)
    let inputs = try EnsembleInputs(
      candidates, configuration, graphs: graphs, threads: max(1, threads),
      variables: inputStandardization(raw))
    let targets = EnsembleTargets(targets, weights: weights, isBinary: configuration.isBinary)
    try start?.check(configuration)
    let files = try checkpointFiles(inputs, targets, seed: seed)
    let bar = WorkProgress(total: Double(configuration.members), report: progress)
    let learned = try parallelMap(
      Array(0..<configuration.members), threads: max(1, threads)
    ) { [configuration, start] member in
      var done = 0.0
      return try Self.trainMember(
        member, configuration, start, inputs, targets, seed: seed, checkpoint: files?[member]
      ) { share in
        bar.add(share - done)
        done = share
      }
    }
    return try DeepEnsemble(
      configuration: configuration, elements: Set(candidates.flatMap(\.composition.elements)),
      inputStandardization: inputStandardization,
      targetStandardizations: targets.standardizations, weights: learned)
  }

  /// The rows with a positive weight and a value, once all numbers are checked.
  private func usedRows(_ targets: [[Double]], _ weights: [Double]?) throws -> [Int] {
    for (row, weight) in (weights ?? []).enumerated() where !(weight >= 0 && weight.isFinite) {
      throw DeepEnsembleError.invalidWeight(row: row, weight)
    }
    var isUsed = [Bool](repeating: false, count: targets[0].count)
    for (place, column) in targets.enumerated() {
      var known: [Double] = []
      for (row, value) in column.enumerated() where !value.isNaN {
        guard value.isFinite else {
          throw DeepEnsembleError.notFinite(row: row, what: "target")
        }
        guard !configuration.isBinary || value == 0 || value == 1 else {
          throw DeepEnsembleError.notBinary(row: row, value)
        }
        guard weights?[row] != 0 else { continue }
        known.append(value)
        isUsed[row] = true
      }
      guard let first = known.first else { throw DeepEnsembleError.noValues(target: place) }
      if known.allSatisfy({ $0 == first }) { throw DeepEnsembleError.constantTarget(first) }
    }
    return isUsed.indices.filter { isUsed[$0] }
  }

  private static func trainMember(
    _ member: Int, _ configuration: Configuration, _ start: Start?, _ inputs: EnsembleInputs,
    _ targets: EnsembleTargets, seed: UInt64, checkpoint: CheckpointFile?,
    progress: (Double) -> Void
  ) throws -> [String: StoredTensor] {
    if let finished = try checkpoint?.result() {
      progress(1)
      return finished
    }
    var generator = SplitMix64(seed: seed, stream: UInt64(member))
    let network = try DeepEnsembleMember(
      configuration, variables: inputs.variables.columns, targets: targets.count,
      using: &generator)
    try start?.load(into: network.encoder, of: member, configuration)
    try TrainingLoop(configuration.training).run(
      network, rates: start?.rates(of: network.parameters), rows: inputs.count,
      costs: inputs.costs, using: &generator, checkpoint: checkpoint,
      progress: progress
    ) { rows in
      let answers = try network.trainingAnswer(
        try inputs.packed(rows), variables: try inputs.variableTensor(rows))
      return try targets.loss(answers, rows: rows, configuration)
    }
    let sample = generator.shuffled(0..<inputs.count).prefix(4096)
    try network.fixSpread(
      to: try inputs.packed(sample), variables: try inputs.variableTensor(sample))
    let learned = try network.storedTensors()
    try checkpoint?.write(result: learned)
    return learned
  }
}
