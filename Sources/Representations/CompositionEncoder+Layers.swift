import DenseMath
import Torch

/// The learned part of one attention step: what weighs the rows of a composition.
///
/// Row `j` of fraction `x_j` has the weight `x_j^p exp(gate · h)`, normalized in its composition,
/// with a power `p` for each head.
struct FractionGate {
  let gate: Tensor  // [hidden]
  let powers: Tensor  // [1, heads]

  /// Powers start between 1 (a head that sees fractions) and 0 (a head that sees presence).
  init(
    _ configuration: CompositionEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    let heads = configuration.heads
    let bound = 1 / Double(configuration.hidden / heads).squareRoot()
    gate = try .parameter(shape: [configuration.hidden], uniform: bound, using: &generator)
    powers = try .parameter(
      (0..<heads).map { 1 - Float($0) / Float(max(heads - 1, 1)) }, shape: [1, heads])
  }

  /// `[n, heads]`.
  func bias(_ batch: PackedCompositions) throws(TorchError) -> Tensor {
    try batch.logFractions.multiplied(by: powers)
  }

  var parameters: [NamedParameter] {
    [NamedParameter("gate", gate), NamedParameter("powers", powers)]
  }
}

/// One step of messages between the elements of each composition.
final class MessageLayer: Module {
  private let norm: LayerNorm
  private let queries: Linear
  private let keys: Linear
  private let weighting: FractionGate
  private let output: Linear

  init(
    _ configuration: CompositionEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden) = (configuration.width, configuration.hidden)
    norm = try LayerNorm(width: width)
    queries = try Linear(width, hidden, bias: false, using: &generator)
    keys = try Linear(width, hidden, using: &generator)
    weighting = try FractionGate(configuration, using: &generator)
    output = try Linear(hidden, width, using: &generator)
  }

  /// `[n, width]` → `[n, width]`.
  func callAsFunction(
    _ nodes: Tensor, _ batch: PackedCompositions
  ) throws(TorchError) -> Tensor {
    let rows = try norm(nodes)
    let message = try Tensor.segmentAttention(
      queries: try queries(rows), keys: try keys(rows), gate: weighting.gate,
      bias: try weighting.bias(batch), offsets: batch.offsets)
    return try nodes.adding(try output(message))
  }

  var parameters: [NamedParameter] {
    norm.parameters(under: "norm") + queries.parameters(under: "queries")
      + keys.parameters(under: "keys") + weighting.parameters + output.parameters(under: "output")
  }
}

/// Gathers the elements of each composition into one vector.
final class PoolingLayer: Module {
  private let norm: LayerNorm
  private let keys: Linear
  private let weighting: FractionGate
  private let output: Linear

  init(
    _ configuration: CompositionEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden) = (configuration.width, configuration.hidden)
    norm = try LayerNorm(width: width)
    keys = try Linear(width, hidden, using: &generator)
    weighting = try FractionGate(configuration, using: &generator)
    output = try Linear(hidden, width, using: &generator)
  }

  /// `[n, width]` → `[b, width]`.
  func callAsFunction(
    _ nodes: Tensor, _ batch: PackedCompositions
  ) throws(TorchError) -> Tensor {
    let pooled = try Tensor.segmentAttention(
      queries: nil, keys: try keys(try norm(nodes)), gate: weighting.gate,
      bias: try weighting.bias(batch), offsets: batch.offsets)
    return try output(pooled)
  }

  var parameters: [NamedParameter] {
    norm.parameters(under: "norm") + keys.parameters(under: "keys") + weighting.parameters
      + output.parameters(under: "output")
  }
}
