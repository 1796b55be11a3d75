import DenseMath
import Torch

/// Messages on a graph of atoms and on a graph of their bonds: Choudhary and DeCost, npj Comput.
/// Mater. 7, 185 (2021), doi:10.1038/s41524-021-00650-1, with one difference: a bond meets those of
/// its receiver, see ``BondPairs``.
final class ALIGNNNetwork: CrystalBlocks {
  private let elements: OccupantEmbedding
  private let elementNorm: BatchNorm
  private let input: EdgeInput
  private let edges, angles: [NormalizedLayer]
  private let cosines: GaussianRows
  private let angleLayers: [(bonds: EdgeGatedLayer, atoms: EdgeGatedLayer)]
  private let layers: [EdgeGatedLayer]

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, hidden, angles) = (
      configuration.width, configuration.hidden, configuration.angles
    )
    elements = try OccupantEmbedding(configuration.elements, width: width, using: &generator)
    elementNorm = try BatchNorm(width: width)
    input = try EdgeInput(configuration, using: &generator)
    edges = [
      try NormalizedLayer(input.width, hidden, using: &generator),
      try NormalizedLayer(hidden, width, using: &generator),
    ]
    self.angles = [
      try NormalizedLayer(angles, hidden, using: &generator),
      try NormalizedLayer(hidden, width, using: &generator),
    ]
    // As for the distances, the step of the centers stands for the square of the width.
    cosines = try GaussianRows(
      GaussianBasis(
        from: -1, through: 1, count: angles,
        width: (2 / Double(max(angles - 1, 1))).squareRoot()))
    var angleLayers: [(EdgeGatedLayer, EdgeGatedLayer)] = []
    for _ in 0..<configuration.angleLayers {
      angleLayers.append(
        (
          try EdgeGatedLayer(width: width, using: &generator),
          try EdgeGatedLayer(width: width, using: &generator)
        ))
    }
    self.angleLayers = angleLayers
    var layers: [EdgeGatedLayer] = []
    for _ in configuration.angleLayers..<configuration.layers {
      layers.append(try EdgeGatedLayer(width: width, using: &generator))
    }
    self.layers = layers
  }

  var inputs: CrystalInputs { CrystalInputs(occupants: elements, edges: input) }

  func entry(_ call: CrystalCall) throws(TorchError) -> CrystalStates {
    let graph = call.graph
    let nodes = try elementNorm(
      try elements(call), counts: graph.nodeCounts, isActivated: true,
      isTraining: call.isTraining)
    var bonds = try input(call)
    for layer in edges { bonds = try layer(bonds, graph.edgeCounts, call) }
    var states = CrystalStates(nodes: nodes, edges: bonds)
    guard !angleLayers.isEmpty else { return states }
    let pairs = try BondPairs(call.batch, graph)
    var rows = try cosines(pairs.cosines)
    for layer in angles { rows = try layer(rows, pairs.graph.edgeCounts, call) }
    states.angles = (pairs, rows)
    return states
  }

  func block(
    _ place: Int, _ states: CrystalStates, _ call: CrystalCall
  ) throws(TorchError) -> CrystalStates {
    var next = states
    let isLast = place == angleLayers.count + layers.count - 1
    guard let (pairs, angles) = states.angles, place < angleLayers.count else {
      (next.nodes, next.edges) = try layers[place - angleLayers.count](
        states.nodes, states.edges, call.graph, keepsEdges: !isLast, isTraining: call.isTraining)
      return next
    }
    // Nothing reads the angles behind the last of these.
    let keepsAngles = place < angleLayers.count - 1
    let (bonds, rows) = try angleLayers[place].bonds(
      states.edges, angles, pairs.graph, keepsEdges: keepsAngles, isTraining: call.isTraining)
    next.angles = keepsAngles ? (pairs, rows) : nil
    (next.nodes, next.edges) = try angleLayers[place].atoms(
      states.nodes, bonds, call.graph, keepsEdges: !isLast, isTraining: call.isTraining)
    return next
  }

  func readout(_ states: CrystalStates, _ call: CrystalCall) throws(TorchError) -> Tensor {
    try call.mean(ofNodes: states.nodes)
  }

  var parameters: [NamedParameter] {
    func numbered(_ modules: [any Module], _ name: String) -> [NamedParameter] {
      modules.enumerated().flatMap { $1.parameters(under: "\(name).\($0)") }
    }
    return elements.parameters(under: "elements") + elementNorm.parameters(under: "elements.norm")
      + input.parameters(under: "input") + numbered(edges, "edges") + numbered(angles, "angles")
      + numbered(angleLayers.map(\.bonds), "bonds") + numbered(angleLayers.map(\.atoms), "atoms")
      + numbered(layers, "layers")
  }
}

/// A linear layer, a normalization, an activation.
final class NormalizedLayer: Module {
  private let linear: Linear
  private let norm: BatchNorm

  init(_ inputs: Int, _ outputs: Int, using generator: inout SplitMix64) throws(TorchError) {
    linear = try Linear(inputs, outputs, using: &generator)
    norm = try BatchNorm(width: outputs)
  }

  /// - Parameter counts: How often each row counts, `[n, 1]`.
  func callAsFunction(
    _ rows: Tensor, _ counts: Tensor, _ call: CrystalCall
  ) throws(TorchError) -> Tensor {
    try norm(
      try linear(rows), counts: counts, isActivated: true, isTraining: call.isTraining)
  }

  var parameters: [NamedParameter] {
    linear.parameters(under: "linear") + norm.parameters(under: "norm")
  }
}
