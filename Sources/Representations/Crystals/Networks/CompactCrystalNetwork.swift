import DenseMath
import Torch

/// The default: attention over neighbors that reads their distances, then attention over sites.
///
/// An edge is never multiplied by a matrix but the one that leads from its distance: what comes from
/// its ends is made once for each node. Gates and messages share one layer, as in
/// ``CompositionEncoder/Architecture/compact``, and distances enter twice, in what is activated and as
/// a factor of the message (the continuous filters of Schütt et al., arXiv:1706.08566).
final class CompactCrystalNetwork: CrystalBlocks {
  private let embedding: OccupantEmbedding
  private let input: EdgeInput
  private let layers: [NeighborAttention]
  private let pooling: SitePooling

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    embedding = try OccupantEmbedding(
      configuration.elements, width: configuration.width, using: &generator)
    input = try EdgeInput(configuration, using: &generator)
    var layers: [NeighborAttention] = []
    for _ in 0..<configuration.layers {
      layers.append(try NeighborAttention(configuration, edges: input.width, using: &generator))
    }
    self.layers = layers
    pooling = try SitePooling(configuration, using: &generator)
  }

  var inputs: CrystalInputs { CrystalInputs(occupants: embedding, edges: input) }

  func entry(_ call: CrystalCall) throws(TorchError) -> CrystalStates {
    CrystalStates(nodes: try embedding(call), edges: try input(call))
  }

  func block(
    _ place: Int, _ states: CrystalStates, _ call: CrystalCall
  ) throws(TorchError) -> CrystalStates {
    var next = states
    next.nodes = try layers[place](states.nodes, states.edges, call.graph)
    return next
  }

  func readout(_ states: CrystalStates, _ call: CrystalCall) throws(TorchError) -> Tensor {
    try pooling(states.nodes, call.batch)
  }

  var parameters: [NamedParameter] {
    embedding.parameters(under: "elements") + input.parameters(under: "edges.input")
      + layers.enumerated().flatMap { $1.parameters(under: "layers.\($0)") }
      + pooling.parameters(under: "pooling")
  }
}

/// `v_i ← v_i + W Σ_j a_ij m_ij` with `m_ij = silu(Q v_i + K v_j + E e_ij) · F e_ij` and `a_ij` the softmax
/// of `gate · m_ij` over the neighbors, head by head.
final class NeighborAttention: Module {
  private let norm: LayerNorm
  private let receivers, senders, output: Linear
  /// `[2 hidden, edges]`: what is added, then the factor.
  private let edges: Tensor
  private let gate: Tensor
  private let heads: Int

  init(
    _ configuration: CrystalEncoder.Configuration, edges inputs: Int,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden) = (configuration.width, configuration.hidden)
    heads = configuration.heads
    norm = try LayerNorm(width: width)
    receivers = try Linear(width, hidden, using: &generator)
    senders = try Linear(width, hidden, bias: false, using: &generator)
    edges = try Linear.weight(inputs, 2 * hidden, using: &generator)
    let bound = 1 / Double(hidden / heads).squareRoot()
    gate = try .parameter(shape: [hidden], uniform: bound, using: &generator)
    output = try Linear(hidden, width, using: &generator)
  }

  /// `[n, width]` and `[e, edges]` → `[n, width]`
  func callAsFunction(
    _ nodes: Tensor, _ rows: Tensor, _ graph: MessageGraph
  ) throws(TorchError) -> Tensor {
    let normed = try norm(nodes)
    let messages = try Tensor.edgeAttention(
      receivers: try receivers(normed), senders: try senders(normed),
      edges: try rows.linear(weight: edges), gate: gate, weights: graph.weights,
      offsets: graph.offsets, from: graph.senders, heads: heads)
    return try nodes.adding(try output(messages))
  }

  var parameters: [NamedParameter] {
    norm.parameters(under: "norm") + receivers.parameters(under: "receivers")
      + senders.parameters(under: "senders")
      + [NamedParameter("edges", edges), NamedParameter("gate", gate)]
      + output.parameters(under: "output")
  }
}

/// One row for each crystal: its sites weighed by attention, each as often as it occurs.
final class SitePooling: Module {
  private let norm: LayerNorm
  private let keys, output: Linear
  private let gate: Tensor
  private let heads: Int

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden) = (configuration.width, configuration.hidden)
    heads = hidden % configuration.heads == 0 ? configuration.heads : 1
    norm = try LayerNorm(width: width)
    keys = try Linear(width, hidden, using: &generator)
    let bound = 1 / Double(hidden / heads).squareRoot()
    gate = try .parameter(shape: [hidden], uniform: bound, using: &generator)
    output = try Linear(hidden, width, using: &generator)
  }

  /// `[n, width]` → `[b, width]`
  func callAsFunction(_ nodes: Tensor, _ batch: PackedCrystals) throws(TorchError) -> Tensor {
    let ones = try Tensor.full(1, shape: [1, heads])
    return try output(
      try Tensor.segmentAttention(
        queries: nil, keys: try keys(try norm(nodes)), gate: gate,
        bias: try batch.multiplicities.log().matmul(ones), offsets: batch.nodeOffsets))
  }

  var parameters: [NamedParameter] {
    norm.parameters(under: "norm") + keys.parameters(under: "keys")
      + [NamedParameter("gate", gate)] + output.parameters(under: "output")
  }
}
