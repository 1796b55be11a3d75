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

  private let source: Table

  init(
    _ input: CrystalEncoder.ElementInput, width: Int, using generator: inout SplitMix64
  ) throws(TorchError) {
    source =
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
  func callAsFunction(_ call: CrystalCall) throws(TorchError) -> Tensor {
    let rows =
      if let entry = call.entry { entry.occupants } else {
        try occupants(call.batch, table: try table())
      }
    return try rows.segmentSum(offsets: call.batch.occupantOffsets)
  }

  /// What sits on the nodes, each multiplied by its share: `[m, width]`.
  ///
  /// - Parameter table: Of the elements, `[118, width]`.
  func occupants(_ batch: PackedCrystals, table: Tensor) throws(TorchError) -> Tensor {
    try table.gathered(batch.elements).multiplied(by: batch.shares)
  }

  /// `[118, width]`
  func table() throws(TorchError) -> Tensor {
    switch source {
    case .bits(let bits, let layer): try layer(bits)
    case .learned(let vectors): vectors.weight
    case .properties(let table): try table()
    }
  }

  var parameters: [NamedParameter] {
    switch source {
    case .bits(_, let layer): layer.parameters
    case .learned(let vectors): vectors.parameters
    case .properties(let table): table.parameters
    }
  }
}
