import DenseMath
import Foundation
public import Matter
public import Representations
import Torch

/// Trains networks on crystals of which no property is known, side by side, one thread each.
///
/// A tenth of the crystals is held out, all of a formula together. Their loss, under corruptions that
/// stay the same, is looked at again and again: the weights that are kept are those with the smallest
/// one, and a run ends early where it no longer falls. The result depends on the crystals, the
/// settings and the seed, not on the number of threads.
public struct CrystalPretrainer: Sendable {
  public struct Configuration: Codable, Hashable, Sendable {
    public var encoder: CrystalEncoder.Configuration
    public var objectives = SelfSupervision([.masked])

    /// Networks that start from different random weights and see the crystals in different orders.
    public var networks = 1

    /// Passes over the crystals, where ``training`` does not say how many steps: on 7,140 crystals five
    /// times as many lower the loss further, but do not help more on the whole (`Docs/graphs.md`).
    public var passes = 12
    public var training = TrainingLoop.Configuration()

    /// How often the held-out crystals are looked at, at equal steps.
    public var checks = 20

    /// A run ends where as many checks in turn found no smaller loss.
    public var patience = 6

    public init(_ architecture: CrystalEncoder.Architecture = .compact) {
      let settings = DeepEnsembleTrainer.Configuration(crystals: architecture)
      encoder = CrystalEncoder.Configuration(architecture)
      training.learningRate = settings.training.learningRate
      training.batchSize = 64
    }

    /// Fewer than 500 teach too little, however few the crystals.
    func steps(forRows rows: Int) -> Int {
      training.steps ?? min(max(passes * rows / training.batchSize(forRows: rows), 500), 200_000)
    }
  }

  public var configuration: Configuration

  /// How many networks are trained at once.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  /// Receives the share of the work that is done, never falling, from any thread.
  public var progress: (@Sendable (Double) -> Void)?

  /// Where graphs are kept.
  public var graphs = GraphCache.kept

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
  }

  /// The fewest crystals that can be learned from and judged by.
  public static let fewestCrystals = 20

  /// Why a crystal cannot be learned from, `[crystals]`; `nil` where it can.
  ///
  /// - Throws: Nothing but what stops threads.
  public func refusals(_ crystals: [Crystal]) throws -> [String?] {
    let settings = configuration.objectives.graphs(for: configuration.encoder)
    return try parallelMap(crystals, threads: max(1, threads)) { crystal in
      do throws(CrystalGraphError) {
        let graph = try CrystalGraph(of: crystal, settings)
        return graph.edgeCount > 0 ? nil : "Its atoms have no neighbors."
      } catch { return "\(error)" }
    }
  }

  /// - Parameter crystals: Each once.
  /// - Throws: ``PretrainingError``; ``GraphRowError`` for a crystal of ``refusals(_:)``.
  public func fit(_ crystals: [Crystal], seed: UInt64) throws -> PretrainedNetworks {
    precondition(configuration.networks > 0 && configuration.checks > 0, "nothing to be trained")
    try PretrainingError.check(crystals, configuration)
    let rows = try graphs.graphs(
      of: crystals, configuration.objectives.graphs(for: configuration.encoder),
      threads: max(1, threads))
    let folds = try CrossValidation(folds: 10).assignment(
      rows: crystals.count, groups: crystals.map(\.composition.reducedFormula),
      seed: seed)
    let run = PretrainingRun(
      configuration: configuration,
      training: rows.selecting(folds.indices.filter { folds[$0] != 0 }),
      heldOut: rows.selecting(folds.indices.filter { folds[$0] == 0 }), seed: seed)
    let bar = WorkProgress(total: Double(configuration.networks), report: progress)
    let results = try parallelMap(
      Array(0..<configuration.networks), threads: max(1, threads)
    ) { network in
      var done = 0.0
      return try run.network(network) { share in
        bar.add(share - done)
        done = share
      }
    }
    return PretrainedNetworks(
      encoder: configuration.encoder, weights: results.map(\.weights),
      curves: results.map(\.curve), crystals: crystals.count, heldOut: run.heldOut.count)
  }
}

/// Encoders that ``CrystalPretrainer`` has trained.
public struct PretrainedNetworks: Sendable {
  public let encoder: CrystalEncoder.Configuration
  /// Parameters of each.
  let weights: [[String: StoredTensor]]
  public let curves: [PretrainingCurve]

  /// How many were given, and how many of these held out.
  public let crystals: Int
  public let heldOut: Int
}

/// How the losses of held-out crystals fell.
public struct PretrainingCurve: Codable, Hashable, Sendable {
  public struct Check: Codable, Hashable, Sendable {
    public let step: Int
    /// In the order of ``SelfSupervision/objectives``.
    public let losses: [Double]

    var total: Double { losses.reduce(0, +) }
  }

  /// The first before the first step.
  public internal(set) var checks: [Check]

  /// The one whose weights are kept, among ``checks``.
  public internal(set) var chosen: Int

  /// Before any step.
  public var first: Check { checks[0] }
  public var best: Check { checks[chosen] }
}
