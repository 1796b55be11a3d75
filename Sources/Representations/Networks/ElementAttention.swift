import DenseMath
import Torch

/// One step of attention between the elements of each composition: messages between them, or the
/// gathering of all into one vector.
///
/// Row `j` of fraction `x_j` has the weight `x_j^p exp(gate · h)`, normalized in its composition,
/// with a learned power `p` for each head.
final class ElementAttention: Module {
  /// What receives the messages.
  enum Receiver {
    /// Each element: `[n, width]` → `[n, width]`.
    case elements
    /// Each composition: `[n, width]` → `[b, width]`.
    case compositions
  }

  let parameters: [NamedParameter]
  let weights: AttentionWeights

  init(
    to receiver: Receiver, _ configuration: CompositionEncoder.Configuration,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden) = (configuration.width, configuration.hidden)
    let heads = configuration.heads
    let norm = try LayerNorm(width: width)
    let queries =
      switch receiver {
      case .elements: try Linear.weight(width, hidden, using: &generator)
      case .compositions: Tensor?.none
      }
    let keys = try Linear.weights(width, hidden, using: &generator)
    let bound = 1 / Double(hidden / heads).squareRoot()
    let gate = try Tensor.parameter(shape: [hidden], uniform: bound, using: &generator)
    // From a head that sees fractions to one that sees presence.
    let powers = try Tensor.parameter(
      (0..<heads).map { 1 - Float($0) / Float(max(heads - 1, 1)) }, shape: [1, heads])
    let output = try Linear.weights(hidden, width, using: &generator)
    parameters =
      norm.parameters(under: "norm")
      + (queries.map { [NamedParameter("queries.weight", $0)] } ?? [])
      + [
        NamedParameter("keys.weight", keys.weight), NamedParameter("keys.bias", keys.bias),
        NamedParameter("gate", gate), NamedParameter("powers", powers),
        NamedParameter("output.weight", output.weight),
        NamedParameter("output.bias", output.bias),
      ]
    weights = AttentionWeights(
      norm: (norm.weight, norm.bias), queries: queries, keys: keys, gate: gate, powers: powers,
      output: output)
  }

  func callAsFunction(
    _ nodes: Tensor, _ batch: PackedCompositions
  ) throws(TorchError) -> Tensor {
    try nodes.attentionLayer(weights, logFractions: batch.logFractions, offsets: batch.offsets)
  }
}
