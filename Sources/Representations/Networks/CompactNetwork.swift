import DenseMath
import Torch

/// The default: follows Goodall and Lee, Nat. Commun. 11, 6280 (2020),
/// doi:10.1038/s41467-020-19964-7, with these differences.
///
/// Gate and message share one hidden layer, whose first half is computed for elements instead of
/// pairs and whose second half is applied after the weighted sum (the sum is linear, so the result
/// is the same); heads are concatenated; rows are normalized before each step; elements receive
/// their fraction by a product. No pair of elements is ever multiplied by a matrix.
final class CompactNetwork: CompositionNetwork {
  private let amounts: (weight: Tensor, bias: Tensor)
  private let messages: [ElementAttention]
  private let pooling: ElementAttention

  init(
    _ configuration: CompositionEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    amounts = try Linear.weights(3, configuration.width, using: &generator)
    var messages: [ElementAttention] = []
    for _ in 0..<configuration.layers {
      messages.append(try ElementAttention(to: .elements, configuration, using: &generator))
    }
    self.messages = messages
    pooling = try ElementAttention(to: .compositions, configuration, using: &generator)
  }

  /// - Parameter table: `[r, 2 width]`: what an element is, and how it answers to its amount.
  func encode(
    _ batch: PackedCompositions, table: Tensor,
    willAttend: ((ElementAttention, Tensor) throws(TorchError) -> Void)?
  ) throws(TorchError) -> Tensor {
    var nodes = try table.mixedElements(
      batch.elements, amounts: batch.amounts, weight: amounts.weight, bias: amounts.bias)
    for message in messages {
      try willAttend?(message, nodes)
      nodes = try message(nodes, batch)
    }
    try willAttend?(pooling, nodes)
    return try pooling(nodes, batch)
  }

  var parameters: [NamedParameter] {
    [
      NamedParameter("amounts.weight", amounts.weight),
      NamedParameter("amounts.bias", amounts.bias),
    ]
      + messages.enumerated().flatMap { $1.parameters(under: "messages.\($0)") }
      + pooling.parameters(under: "pooling")
  }
}
