import DenseMath
import Torch

/// Crystal graph convolutions: Xie and Grossman, Phys. Rev. Lett. 120, 145301 (2018),
/// doi:10.1103/PhysRevLett.120.145301, with these differences.
///
/// Edges are those that are there: none is padded with a first atom. Shells are never cut. Elements
/// enter with bits made from this project's tables (``ElementBits``).
final class CGCNNNetwork: CrystalBlocks {
  private let embedding: OccupantEmbedding
  private let input: EdgeInput
  private let layers: [CGCNNLayer]

  init(
    _ configuration: CrystalEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    embedding = try OccupantEmbedding(
      configuration.elements, width: configuration.width, using: &generator)
    input = try EdgeInput(configuration, using: &generator)
    var layers: [CGCNNLayer] = []
    for _ in 0..<configuration.layers {
      layers.append(
        try CGCNNLayer(width: configuration.width, edges: input.width, using: &generator))
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
    next.nodes = try layers[place](states.nodes, states.edges, call)
    return next
  }

  func readout(_ states: CrystalStates, _ call: CrystalCall) throws(TorchError) -> Tensor {
    try call.mean(ofNodes: states.nodes)
  }

  var parameters: [NamedParameter] {
    embedding.parameters(under: "elements") + input.parameters(under: "edges")
      + layers.enumerated().flatMap { $1.parameters(under: "layers.\($0)") }
  }
}

/// `v_i ← softplus(v_i + N(Σ_j σ(f_ij) ⊙ softplus(s_ij)))` with the halves `f` and `s` of a normalized
/// linear layer.
final class CGCNNLayer: Module {
  private let linear: EdgeLinear
  private let norms: (edges: BatchNorm, nodes: BatchNorm)

  init(width: Int, edges: Int, using generator: inout SplitMix64) throws(TorchError) {
    linear = try EdgeLinear(nodes: width, edges: edges, outputs: 2 * width, using: &generator)
    norms = (try BatchNorm(width: 2 * width), try BatchNorm(width: width))
  }

  /// `[n, width]` → `[n, width]`
  func callAsFunction(
    _ nodes: Tensor, _ edges: Tensor, _ call: CrystalCall
  ) throws(TorchError) -> Tensor {
    let sums = try linear.gatedSum(
      nodes, edges, call.graph, norm: norms.edges, isTraining: call.isTraining)
    return try norms.nodes(
      sums, counts: call.graph.nodeCounts, adding: nodes, isTraining: call.isTraining
    ).softplus()
  }

  var parameters: [NamedParameter] {
    linear.parameters(under: "linear") + norms.edges.parameters(under: "norms.0")
      + norms.nodes.parameters(under: "norms.1")
  }
}
