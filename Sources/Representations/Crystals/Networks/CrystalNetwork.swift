public import DenseMath
public import Torch

/// A ``CrystalEncoder`` with the head of its publication: numbers for each crystal.
public final class CrystalNetwork: Module {
  public let encoder: CrystalEncoder
  private let head: any CrystalHead

  public init(
    _ configuration: CrystalEncoder.Configuration, stateWidth: Int = 0, outputs: Int = 1,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    encoder = try CrystalEncoder(configuration, stateWidth: stateWidth, using: &generator)
    let width = configuration.outputWidth
    head =
      switch configuration.architecture {
      case .cgcnn:
        try MLP(
          widths: [width, configuration.hidden, outputs], activation: .softplus, using: &generator)
      case .megnet:
        try MLP(widths: [width, 32, 16, outputs], activation: .shiftedSoftplus, using: &generator)
      case .compact, .alignn, .cogn: try Linear(width, outputs, using: &generator)
      case .cgat:
        try ResidualNetwork(
          widths: [width, 1024, 1024, 512, 512, 256, 256, 128, outputs], activation: .relu,
          using: &generator)
      }
  }

  /// `[b, outputs]`
  ///
  /// - Parameters: as for ``CrystalEncoder/callAsFunction(_:state:isTraining:)``.
  public func callAsFunction(
    _ batch: PackedCrystals, state: Tensor? = nil, isTraining: Bool = false
  ) throws(TorchError) -> Tensor {
    var rows = try encoder(batch, state: state, isTraining: isTraining)
    if encoder.configuration.architecture == .cgcnn { rows = try rows.softplus() }
    return try head.answer(rows)
  }

  public var parameters: [NamedParameter] {
    encoder.parameters(under: "encoder") + head.parameters(under: "head")
  }
}

private protocol CrystalHead: Module {
  func answer(_ rows: Tensor) throws(TorchError) -> Tensor
}

extension Linear: CrystalHead {
  fileprivate func answer(_ rows: Tensor) throws(TorchError) -> Tensor { try self(rows) }
}

extension MLP: CrystalHead {
  fileprivate func answer(_ rows: Tensor) throws(TorchError) -> Tensor { try self(rows) }
}

extension ResidualNetwork: CrystalHead {
  fileprivate func answer(_ rows: Tensor) throws(TorchError) -> Tensor { try self(rows) }
}
