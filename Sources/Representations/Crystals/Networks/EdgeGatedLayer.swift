import DenseMath
import Torch

/// Messages through gates that are learned for each edge: Bresson and Laurent, arXiv:1711.07553, as
/// in ALIGNN.
///
/// With `m_ij = A v_i + B v_j + C e_ij` and `η_ij = σ(m_ij) / (Σ_j σ(m_ij) + 10⁻⁶)`:
/// `v_i ← v_i + silu(N(U v_i + Σ_j η_ij ⊙ V v_j))`, `e_ij ← e_ij + silu(N(m_ij))`.
final class EdgeGatedLayer: Module {
  private let gates: (receivers: Linear, senders: Linear, edges: Linear)
  private let updates: (receivers: Linear, senders: Linear)
  private let norms: (nodes: BatchNorm, edges: BatchNorm)

  init(width: Int, using generator: inout SplitMix64) throws(TorchError) {
    func layer() throws(TorchError) -> Linear { try Linear(width, width, using: &generator) }
    gates = (try layer(), try layer(), try layer())
    updates = (try layer(), try layer())
    norms = (try BatchNorm(width: width), try BatchNorm(width: width))
  }

  /// `[n, width]` and `[e, width]` → the same.
  ///
  /// - Parameter keepsEdges: Whether anything reads the edges that leave; they leave as they came
  ///   where nothing does.
  func callAsFunction(
    _ nodes: Tensor, _ edges: Tensor, _ graph: MessageGraph, keepsEdges: Bool, isTraining: Bool
  ) throws(TorchError) -> (nodes: Tensor, edges: Tensor) {
    // The constants of the gates are added once, with the receivers.
    var bias: Tensor?
    for own in [gates.receivers.bias, gates.senders.bias, gates.edges.bias] {
      guard let own else { continue }
      bias = try bias?.adding(own) ?? own
    }
    let (sums, messages) = try edges.gatedEdges(
      receivers: try nodes.linear(weight: gates.receivers.weight, bias: bias),
      senders: try nodes.linear(weight: gates.senders.weight),
      values: try updates.senders(nodes), weight: gates.edges.weight, graph.messages)
    let next = try norms.nodes(
      try updates.receivers(nodes).adding(messages), counts: graph.nodeCounts, adding: nodes,
      isActivated: true, isTraining: isTraining)
    guard keepsEdges else { return (next, edges) }
    return (
      next,
      try norms.edges(
        sums, counts: graph.edgeCounts, adding: edges, isActivated: true, isTraining: isTraining)
    )
  }

  var parameters: [NamedParameter] {
    gates.receivers.parameters(under: "gates.receivers")
      + gates.senders.parameters(under: "gates.senders")
      + gates.edges.parameters(under: "gates.edges")
      + updates.receivers.parameters(under: "updates.receivers")
      + updates.senders.parameters(under: "updates.senders")
      + norms.nodes.parameters(under: "norms.nodes")
      + norms.edges.parameters(under: "norms.edges")
  }
}
