import DenseMath
import Torch

/// The connectivity-optimized network: Ruff, Reiser, Stühmer and Friederich, Digit. Discov. 3, 594
/// (2024), doi:10.1039/D4DD00018H, with these differences.
///
/// The properties of the elements are those of Magpie. The linear layer before the blocks is
/// multiplied into the first layer of each instead of applied to edges.
final class COGNNetwork: CrystalBlocks {
  private let embedding: OccupantEmbedding
  private let input: EdgeInput
  private let edges: Linear
  private let layers: [COGNLayer]

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    embedding = try OccupantEmbedding(
      configuration.elements, width: configuration.width, using: &generator)
    input = try EdgeInput(configuration, using: &generator)
    edges = try Linear(input.width, configuration.edgeWidth, using: &generator)
    var layers: [COGNLayer] = []
    for _ in 0..<configuration.layers {
      layers.append(try COGNLayer(configuration, using: &generator))
    }
    self.layers = layers
  }

  var inputs: CrystalInputs { CrystalInputs(occupants: embedding, edges: input) }

  func entry(_ call: CrystalCall) throws(TorchError) -> CrystalStates {
    CrystalStates(nodes: try embedding(call), edges: try input(call))
  }

  func block(
    _ place: Int, _ states: CrystalStates, _ call: CrystalCall
  ) throws(TorchError) -> CrystalStates {
    var next = states
    next.nodes = try layers[place](states.nodes, states.edges, after: edges, call.graph)
    return next
  }

  func readout(_ states: CrystalStates, _ call: CrystalCall) throws(TorchError) -> Tensor {
    try call.mean(ofNodes: states.nodes)
  }

  var parameters: [NamedParameter] {
    embedding.parameters(under: "elements") + input.parameters(under: "edges.input")
      + edges.parameters(under: "edges")
      + layers.enumerated().flatMap { $1.parameters(under: "layers.\($0)") }
  }
}

/// `v_i ← v_i + φ(Σ_j ψ(v_i ⊕ v_j ⊕ e_ij))` with a deep network `ψ` and a layer `φ`.
final class COGNLayer: Module {
  private let first: EdgeLinear
  private let rest: [Linear]
  private let update: Linear

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden) = (configuration.width, configuration.hidden)
    first = try EdgeLinear(
      nodes: width, edges: configuration.edgeWidth, outputs: hidden, using: &generator)
    var rest: [Linear] = []
    for _ in 1..<max(configuration.depth, 1) {
      rest.append(try Linear(hidden, hidden, using: &generator))
    }
    self.rest = rest
    update = try Linear(hidden, width, using: &generator)
  }

  /// - Parameter basis: The layer that leads from the rows to the edges.
  func callAsFunction(
    _ nodes: Tensor, _ rows: Tensor, after basis: Linear, _ graph: MessageGraph
  ) throws(TorchError) -> Tensor {
    var messages = try first(nodes, rows, graph, after: basis, then: .silu)
    for layer in rest { messages = try layer(messages, then: .silu) }
    return try nodes.adding(try update(try graph.sum(messages), then: .silu))
  }

  var parameters: [NamedParameter] {
    first.parameters(under: "0")
      + rest.enumerated().flatMap { $1.parameters(under: "\($0 + 1)") }
      + update.parameters(under: "update")
  }
}
