import DenseMath
import Torch

/// Attention over neighbors that are known by rank, not by distance, so that a prototype needs no
/// relaxation: Schmidt, Pettersson, Verdozzi, Botti and Marques, Sci. Adv. 7, eabi7948 (2021),
/// doi:10.1126/sciadv.abi7948, with these differences.
///
/// Where the original lets a network write the weights of each update (a hypernetwork of 8 million
/// numbers a step), a network of one hidden layer reads the message beside a mix of the first and the
/// present state. Edges take what their own attention gives, which the public code computes and drops
/// by default. The last layer of a message follows the weighted sum, which gives the same numbers for
/// less work. Elements are those of Magpie beside learned vectors, in place of a table from text.
final class CGATNetwork: CrystalBlocks {
  private let embedding: OccupantEmbedding
  private let input: EdgeInput
  private let layers: [CGATLayer]
  private let pooling: CGATPooling

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    embedding = try OccupantEmbedding(
      configuration.elements, width: configuration.width, using: &generator)
    input = try EdgeInput(configuration, using: &generator)
    var layers: [CGATLayer] = []
    for _ in 0..<configuration.layers {
      layers.append(
        try CGATLayer(configuration, edges: input.width, using: &generator))
    }
    self.layers = layers
    pooling = try CGATPooling(configuration, using: &generator)
  }

  var inputs: CrystalInputs {
    CrystalInputs(occupants: embedding, edges: input, wholes: pooling.composition)
  }

  func entry(_ call: CrystalCall) throws(TorchError) -> CrystalStates {
    var states = CrystalStates(nodes: try embedding(call), edges: try input(call))
    states.entered = states.nodes
    return states
  }

  func block(
    _ place: Int, _ states: CrystalStates, _ call: CrystalCall
  ) throws(TorchError) -> CrystalStates {
    var next = states
    (next.nodes, next.edges) = try layers[place](
      states.nodes, states.edges, from: states.entered ?? states.nodes, call.graph,
      keepsEdges: place < layers.count - 1)
    return next
  }

  func readout(_ states: CrystalStates, _ call: CrystalCall) throws(TorchError) -> Tensor {
    try pooling(states.nodes, call)
  }

  var parameters: [NamedParameter] {
    embedding.parameters(under: "elements") + input.parameters(under: "input")
      + layers.enumerated().flatMap { $1.parameters(under: "layers.\($0)") }
      + pooling.parameters(under: "pooling")
  }
}

/// One step of attention for nodes and for edges.
final class CGATLayer: Module {
  private let nodes, edges: EdgeHeads
  private let nodeUpdate, edgeUpdate: MLP
  /// `[1]`: the share of the first state in what an update reads, before the logistic function.
  private let damping: Tensor

  init(
    _ configuration: CrystalEncoder.Configuration, edges: Int, using generator: inout SplitMix64
  ) throws(TorchError) {
    let width = configuration.width
    nodes = try EdgeHeads(configuration, edges: edges, outputs: width, using: &generator)
    self.edges = try EdgeHeads(configuration, edges: edges, outputs: edges, using: &generator)
    nodeUpdate = try MLP(
      widths: [2 * width, width, width], activation: .tanh, using: &generator)
    edgeUpdate = try MLP(
      widths: [2 * edges, edges, edges], activation: .leakyReLU, using: &generator)
    damping = try .parameter([0], shape: [1])
  }

  func callAsFunction(
    _ rows: Tensor, _ bonds: Tensor, from first: Tensor, _ graph: MessageGraph, keepsEdges: Bool
  ) throws(TorchError) -> (nodes: Tensor, edges: Tensor) {
    let message = try nodes.messages(rows, bonds, graph)
    let mixed = try rows.adding(
      try first.subtracting(rows).multiplied(by: try damping.sigmoid()))
    let change = try nodeUpdate(try .concatenated([message, mixed], dimension: 1))
    let next = try rows.adding(change)
    guard keepsEdges else { return (next, bonds) }
    let own = try edges.edgeValues(rows, bonds, graph)
    let edgeChange = try edgeUpdate(try .concatenated([own, bonds], dimension: 1))
    return (next, try bonds.adding(edgeChange))
  }

  var parameters: [NamedParameter] {
    nodes.parameters(under: "nodes") + edges.parameters(under: "edges")
      + nodeUpdate.parameters(under: "nodes.update")
      + edgeUpdate.parameters(under: "edges.update") + [NamedParameter("damping", damping)]
  }
}
