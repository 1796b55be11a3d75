import DenseMath
import Foundation
public import Matter
public import Representations
public import Torch

/// Trains a ``DeepEnsemble``: members side by side, one thread each.
///
/// Lakshminarayanan, Pritzel and Blundell, arXiv:1612.01474: each member starts from its own random
/// weights and sees the rows in its own order. The loss is robust and heteroscedastic
/// (Goodall and Lee, doi:10.1038/s41467-020-19964-7). Targets and variables are standardized on
/// the training rows. The result depends on the rows, the settings and the seed, not on the number
/// of threads.
public struct DeepEnsembleTrainer: SurrogateTrainer {
  public struct Configuration: Codable, Hashable, Sendable {
    public var members = 8
    public var encoder = CompositionEncoder.Configuration()
    /// Width of the layers between the encoder and the answer.
    public var headWidth = 128
    public var loss = Loss.robustL1
    /// Set for targets of 0 and 1: the answer is then the probability of a 1, and ``loss`` is not
    /// used.
    public var isBinary = false
    public var training = TrainingLoop.Configuration()

    public init() {}
  }

  public var configuration: Configuration

  /// How many members are trained at once.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  /// Receives the share of the work that is done, never falling, from any thread.
  public var progress: (@Sendable (Double) -> Void)?

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
  }

  public func train(
    candidates: [Candidate], targets: [Double], seed: UInt64
  ) throws -> any Surrogate {
    try fit(candidates: candidates, targets: targets, seed: seed)
  }

  /// - Throws: ``DeepEnsembleError`` for constant targets (a single row is one) and numbers that
  ///   are not finite; ``TorchError`` where libtorch cannot be used.
  public func fit(
    candidates: [Candidate], targets: [Double], seed: UInt64
  ) throws -> DeepEnsemble {
    precondition(
      configuration.members > 0 && candidates.count == targets.count && !targets.isEmpty,
      "\(configuration.members) members, \(candidates.count) candidates, \(targets.count) targets")
    try check(targets)
    let raw = try DeepEnsemble.variableMatrix(
      candidates, expected: candidates[0].variables.count)
    let inputStandardization = FeatureStandardization(fitting: raw)
    let targetStandardization =
      configuration.isBinary
      ? TargetStandardization(mean: 0, scale: 1) : TargetStandardization(fitting: targets)
    let data = EnsembleData(
      compositions: CompositionBatch(candidates.map(\.composition)),
      variables: inputStandardization(raw), targets: targetStandardization(targets))
    let report = SharedProgress(parts: configuration.members, report: progress)
    let weights = try parallelMap(
      Array(0..<configuration.members), threads: max(1, threads)
    ) { [configuration] member in
      try Self.trainMember(member, configuration, data, seed: seed) { report.update(member, $0) }
    }
    return try DeepEnsemble(
      configuration: configuration, elements: Set(candidates.flatMap(\.composition.elements)),
      inputStandardization: inputStandardization,
      targetStandardization: targetStandardization,
      weights: weights)
  }

  private func check(_ targets: [Double]) throws {
    for (row, target) in targets.enumerated() {
      guard target.isFinite else {
        throw DeepEnsembleError.notFinite(row: row, what: "target")
      }
      guard !configuration.isBinary || target == 0 || target == 1 else {
        throw DeepEnsembleError.notBinary(row: row, target)
      }
    }
    if targets.allSatisfy({ $0 == targets[0] }) {
      throw DeepEnsembleError.constantTarget(targets[0])
    }
  }

  private static func trainMember(
    _ member: Int, _ configuration: Configuration, _ data: EnsembleData, seed: UInt64,
    progress: (Double) -> Void
  ) throws -> [String: StoredTensor] {
    var generator = SplitMix64(seed: seed, stream: UInt64(member))
    let network = try DeepEnsembleMember(
      configuration, variables: data.variables.columns, using: &generator)
    try TrainingLoop(configuration.training).run(
      network, rows: data.targets.count, using: &generator, progress: progress
    ) { rows in
      let (mean, logScale) = try network.trainingAnswer(
        try PackedCompositions(data.compositions.selecting(rows)),
        variables: try data.variableTensor(rows))
      let target = try data.targetTensor(rows)
      return configuration.isBinary
        ? try Loss.binaryCrossEntropy(logit: mean, target: target)
        : try configuration.loss(mean: mean, logScale: logScale, target: target)
    }
    let sample = generator.shuffled(0..<data.targets.count).prefix(4096)
    try network.fixSpread(to: try PackedCompositions(data.compositions.selecting(sample)))
    return try network.storedTensors()
  }
}

/// Training rows, ready for batches.
struct EnsembleData: Sendable {
  let compositions: CompositionBatch
  let variables: Matrix
  let targets: [Double]

  /// `[b, v]`, or `nil` without variables.
  func variableTensor(_ rows: some Collection<Int>) throws(TorchError) -> Tensor? {
    let columns = variables.columns
    guard columns > 0 else { return nil }
    let values = rows.flatMap { row in
      variables.elements[row * columns..<(row + 1) * columns].map(Float.init)
    }
    return try Tensor(values, shape: [rows.count, columns])
  }

  /// `[b, 1]`.
  func targetTensor(_ rows: some Collection<Int>) throws(TorchError) -> Tensor {
    try Tensor(rows.map { Float(targets[$0]) }, shape: [rows.count, 1])
  }
}

/// Adds up the shares of parts that are worked on at the same time.
private final class SharedProgress: @unchecked Sendable {  // guarded by `lock`
  private let lock = NSLock()
  private var shares: [Double]
  private let report: (@Sendable (Double) -> Void)?

  init(parts: Int, report: (@Sendable (Double) -> Void)?) {
    shares = [Double](repeating: 0, count: parts)
    self.report = report
  }

  func update(_ part: Int, _ share: Double) {
    guard let report else { return }
    lock.withLock {
      shares[part] = share
      report(shares.reduce(0, +) / Double(shares.count))
    }
  }
}
