import DenseMath
import Torch

/// Networks of nodes, edges and a state of the whole: Chen, Ye, Zuo, Zheng and Ong, Chem. Mater. 31,
/// 3564 (2019), doi:10.1021/acs.chemmater.9b01294, with the sizes of its reimplementation in matgl and
/// vectors for all 118 elements.
///
/// The state holds what is known beside the structure (temperature, pressure, the fidelity of a
/// value: Chen et al., Nat. Comput. Sci. 1, 46 (2021)); without any, it enters as two zeros.
final class MEGNetNetwork: CrystalBlocks {
  private let embedding: OccupantEmbedding
  private let input: EdgeInput
  private let encoders: MEGNetStates<MLP>
  private let layers: [MEGNetLayer]
  private let pools: (nodes: Set2Set, edges: Set2Set)
  private let stateWidth: Int

  init(
    _ configuration: CrystalEncoder.Configuration, stateWidth: Int,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden) = (configuration.width, configuration.hidden)
    let elementWidth = max(width / 2, 1)
    embedding = try OccupantEmbedding(
      configuration.elements, width: elementWidth, using: &generator)
    input = try EdgeInput(configuration, using: &generator)
    self.stateWidth = max(stateWidth, 2)
    encoders = MEGNetStates(
      nodes: try .dense([elementWidth, hidden, width], using: &generator),
      edges: try .dense([input.width, hidden, configuration.edgeWidth], using: &generator),
      globals: try .dense([max(stateWidth, 2), hidden, width], using: &generator))
    var layers: [MEGNetLayer] = []
    for place in 0..<configuration.layers {
      layers.append(
        try MEGNetLayer(configuration, startsDense: place > 0, using: &generator))
    }
    self.layers = layers
    pools = (
      try Set2Set(width: width, using: &generator),
      try Set2Set(width: configuration.edgeWidth, using: &generator)
    )
  }

  var inputs: CrystalInputs { CrystalInputs(occupants: embedding, edges: input) }

  func entry(_ call: CrystalCall) throws(TorchError) -> CrystalStates {
    let none = try Tensor.zeros(shape: [call.batch.batch.count, stateWidth])
    let state = call.state ?? none
    var states = CrystalStates(
      nodes: try encoders.nodes.activated(try embedding(call)),
      edges: try encoders.edges.activated(try input(call)))
    states.globals = try encoders.globals.activated(state)
    return states
  }

  func block(
    _ place: Int, _ states: CrystalStates, _ call: CrystalCall
  ) throws(TorchError) -> CrystalStates {
    let left = try layers[place](parts(states), call)
    var next = CrystalStates(nodes: left.nodes, edges: left.edges)
    next.globals = left.globals
    return next
  }

  func readout(_ states: CrystalStates, _ call: CrystalCall) throws(TorchError) -> Tensor {
    let (graph, parts) = (call.graph, parts(states))
    return try .concatenated(
      [
        try pools.nodes(
          parts.nodes, counts: graph.nodeCounts, offsets: call.batch.nodeOffsets,
          owners: call.batch.owners),
        try pools.edges(
          parts.edges, counts: graph.edgeCounts, offsets: call.edgeOffsets,
          owners: call.edgeOwners),
        parts.globals,
      ], dimension: 1)
  }

  private func parts(_ states: CrystalStates) -> MEGNetStates<Tensor> {
    guard let globals = states.globals else { preconditionFailure("a state enters") }
    return MEGNetStates(nodes: states.nodes, edges: states.edges, globals: globals)
  }

  var parameters: [NamedParameter] {
    embedding.parameters(under: "elements") + input.parameters(under: "input")
      + encoders.nodes.parameters(under: "encoders.nodes")
      + encoders.edges.parameters(under: "encoders.edges")
      + encoders.globals.parameters(under: "encoders.globals")
      + layers.enumerated().flatMap { $1.parameters(under: "layers.\($0)") }
      + pools.nodes.parameters(under: "pools.nodes") + pools.edges.parameters(under: "pools.edges")
  }
}

/// One of a kind for nodes, edges and the whole.
struct MEGNetStates<Part> {
  var nodes, edges, globals: Part
}

/// Updates edges, then nodes, then the state, each from all; what came in is added.
final class MEGNetLayer: Module {
  private let dense: MEGNetStates<MLP>?
  private let first: EdgeLinear
  private let edges, nodes, globals: MLP

  init(
    _ configuration: CrystalEncoder.Configuration, startsDense: Bool,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden) = (configuration.width, configuration.hidden)
    let edgeWidth = configuration.edgeWidth
    dense =
      startsDense
      ? MEGNetStates(
        nodes: try .dense([width, hidden, width], using: &generator),
        edges: try .dense([edgeWidth, hidden, edgeWidth], using: &generator),
        globals: try .dense([width, hidden, width], using: &generator)) : nil
    first = try EdgeLinear(
      nodes: width, edges: edgeWidth, globals: width, outputs: hidden, using: &generator)
    edges = try .dense([hidden, hidden, edgeWidth], using: &generator)
    nodes = try .dense([edgeWidth + 2 * width, hidden, hidden, width], using: &generator)
    globals = try .dense([edgeWidth + 2 * width, hidden, hidden, width], using: &generator)
  }

  func callAsFunction(
    _ before: MEGNetStates<Tensor>, _ call: CrystalCall
  ) throws(TorchError) -> MEGNetStates<Tensor> {
    var inner = before
    if let dense {
      inner = MEGNetStates(
        nodes: try dense.nodes.activated(before.nodes),
        edges: try dense.edges.activated(before.edges),
        globals: try dense.globals.activated(before.globals))
    }
    let owners = call.batch.owners
    let hidden = try first(
      inner.nodes, inner.edges, call.graph, state: (rows: inner.globals, owners: owners),
      then: .shiftedSoftplus)
    let edges = try self.edges.activated(hidden)
    let nodes = try self.nodes.activated(
      try .concatenated(
        [inner.nodes, try call.graph.mean(edges), try inner.globals.gathered(owners)],
        dimension: 1))
    let globals = try self.globals.activated(
      try .concatenated(
        [inner.globals, try call.mean(ofEdges: edges), try call.mean(ofNodes: nodes)],
        dimension: 1))
    return MEGNetStates(
      nodes: try before.nodes.adding(nodes), edges: try before.edges.adding(edges),
      globals: try before.globals.adding(globals))
  }

  var parameters: [NamedParameter] {
    (dense.map { dense in
      dense.nodes.parameters(under: "dense.nodes") + dense.edges.parameters(under: "dense.edges")
        + dense.globals.parameters(under: "dense.globals")
    } ?? [])
      + first.parameters(under: "edges.first") + edges.parameters(under: "edges")
      + nodes.parameters(under: "nodes") + globals.parameters(under: "globals")
  }
}

extension MLP {
  fileprivate static func dense(
    _ widths: [Int], using generator: inout SplitMix64
  ) throws(TorchError) -> MLP {
    try MLP(widths: widths, activation: .shiftedSoftplus, using: &generator)
  }

  /// With the activation after the last layer as well.
  fileprivate func activated(_ x: Tensor) throws(TorchError) -> Tensor {
    var x = x
    for layer in layers { x = try layer(x, then: activation) }
    return x
  }
}
