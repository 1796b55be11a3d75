import DenseMath
import Torch

/// What every site learns of all others, however far: a row for the whole crystal, made by attention
/// over its sites, of which each site takes what its own gate lets through.
///
/// A node that all send to and hear from (Gilmer et al., arXiv:1704.01212) does what attention of all
/// sites to all would (Cai, Hy, Yu and Wang, arXiv:2301.11956), at a cost that grows with the number
/// of sites instead of its square. Neither the choice of cell nor folding matters to it.
final class SiteExchange: Module {
  private let pooling: SitePooling
  private let gate: Linear

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    pooling = try SitePooling(configuration, using: &generator)
    gate = try Linear(configuration.width, configuration.width, using: &generator)
  }

  /// `[n, width]` → `[n, width]`
  func callAsFunction(
    _ nodes: Tensor, _ batch: PackedCrystals
  ) throws(TorchError) -> Tensor {
    let whole = try pooling(nodes, batch).gathered(batch.owners)
    return try nodes.adding(try whole.multiplied(by: try gate(nodes).sigmoid()))
  }

  var parameters: [NamedParameter] {
    pooling.parameters(under: "pooling") + gate.parameters(under: "gate")
  }
}
