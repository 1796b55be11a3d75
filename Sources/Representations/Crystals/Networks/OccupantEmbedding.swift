import DenseMath
import Matter
import Torch

/// The vectors with which nodes enter: those of the elements that sit there, mixed by share.
///
/// What is vacant adds nothing.
final class OccupantEmbedding: Module {
  private enum Table {
    /// Fixed rows through a linear layer.
    case bits(Tensor, Linear)
    case learned(Embedding)
    case properties(ElementTable)
  }

  private let table: Table

  init(
    _ input: CrystalEncoder.ElementInput, width: Int, using generator: inout SplitMix64
  ) throws(TorchError) {
    table =
      switch input {
      case .bits:
        .bits(
          try Tensor(ElementBits.table, shape: [Element.count, ElementBits.count]),
          try Linear(ElementBits.count, width, using: &generator))
      case .learned:
        .learned(try Embedding(count: Element.count, width: width, using: &generator))
      case .properties: .properties(try ElementTable(outputs: width, using: &generator))
      }
  }

  /// `[n, width]`
  func callAsFunction(_ batch: PackedCrystals) throws(TorchError) -> Tensor {
    try rows().gathered(batch.elements).multiplied(by: batch.shares)
      .segmentSum(offsets: batch.occupantOffsets)
  }

  /// `[118, width]`
  private func rows() throws(TorchError) -> Tensor {
    switch table {
    case .bits(let bits, let layer): try layer(bits)
    case .learned(let vectors): vectors.weight
    case .properties(let table): try table()
    }
  }

  var parameters: [NamedParameter] {
    switch table {
    case .bits(_, let layer): layer.parameters
    case .learned(let vectors): vectors.parameters
    case .properties(let table): table.parameters
    }
  }
}
