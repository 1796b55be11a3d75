public import DenseMath
public import Torch

/// A ``CrystalEncoder`` with what it needs to learn from crystals alone.
public final class SelfSupervisedEncoder: Module {
  public let encoder: CrystalEncoder
  public let settings: SelfSupervision
  /// In the order of ``SelfSupervision/objectives``.
  private let tasks: [any CrystalTask]

  public init(
    _ configuration: CrystalEncoder.Configuration, _ settings: SelfSupervision,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    precondition(
      settings.isPossible && settings.impossible(for: configuration).isEmpty,
      "no network of the kind \(configuration.architecture.rawValue) learns by \(settings)")
    encoder = try CrystalEncoder(configuration, using: &generator)
    self.settings = settings
    var tasks: [any CrystalTask] = []
    for objective in settings.objectives {
      tasks.append(try Self.task(objective, configuration, settings, using: &generator))
    }
    self.tasks = tasks
  }

  private static func task(
    _ objective: CrystalObjective, _ configuration: CrystalEncoder.Configuration,
    _ settings: SelfSupervision, using generator: inout SplitMix64
  ) throws(TorchError) -> any CrystalTask {
    switch objective {
    case .masked: try MaskedElements(width: configuration.width, using: &generator)
    case .denoising:
      try EdgeDenoising(width: configuration.width, noise: settings.noise, using: &generator)
    case .barlow:
      try BarlowTwins(
        inputs: configuration.outputWidth, width: settings.projection,
        redundancy: settings.redundancy, using: &generator)
    }
  }

  /// The loss of each objective on crystals that are corrupted anew.
  ///
  /// - Parameters:
  ///   - batch: Of graphs made by ``SelfSupervision/graphs(for:)``.
  ///   - generator: Draws what is done to them.
  ///   - isTraining: Whether normalizations use this batch and remember it.
  /// - Returns: A number each, in the order of ``SelfSupervision/objectives``.
  public func losses(
    _ batch: CrystalBatch, using generator: inout SplitMix64, isTraining: Bool
  ) throws(TorchError) -> [Tensor] {
    let corruption = settings.corruption
    var views: [CrystalView] = []
    for _ in 0..<settings.views {
      let corrupted = CorruptedCrystals(batch, corruption, using: &generator)
      views.append(try view(of: corrupted, isTraining: isTraining))
    }
    return try losses(views)
  }

  func view(
    of corrupted: CorruptedCrystals, isTraining: Bool
  ) throws(TorchError) -> CrystalView {
    let packed = try PackedCrystals(corrupted.batch)
    guard settings.objectives.contains(.barlow) else {
      return CrystalView(
        corrupted: corrupted, packed: packed,
        nodes: try encoder.nodes(packed, isTraining: isTraining), rows: nil)
    }
    let (nodes, rows) = try encoder.nodesAndRows(packed, isTraining: isTraining)
    return CrystalView(corrupted: corrupted, packed: packed, nodes: nodes, rows: rows)
  }

  func losses(_ views: [CrystalView]) throws(TorchError) -> [Tensor] {
    var losses: [Tensor] = []
    for task in tasks { losses.append(try task.loss(views)) }
    return losses
  }

  public var parameters: [NamedParameter] {
    encoder.parameters(under: "encoder")
      + zip(settings.objectives, tasks).flatMap { $1.parameters(under: $0.rawValue) }
  }
}
