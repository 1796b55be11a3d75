import DenseMath
import Torch

/// The first layer of a network on edges, linear in `v_i ⊕ v_j ⊕ e_ij ⊕ u`.
///
/// What comes from nodes, and from the state `u` of their crystal, is computed once for each of them,
/// not for each edge.
final class EdgeLinear: Module {
  /// `[outputs, nodes]` each.
  private let receivers, senders: Tensor
  /// `[outputs, edges]`
  private let edges: Tensor
  /// `[outputs, globals]`
  private let globals: Tensor?
  /// `[outputs]`
  private let bias: Tensor

  init(
    nodes: Int, edges: Int, globals: Int = 0, outputs: Int, using generator: inout SplitMix64
  ) throws(TorchError) {
    let bound = 1 / Double(2 * nodes + edges + globals).squareRoot()
    func weight(_ inputs: Int) throws(TorchError) -> Tensor {
      try .parameter(shape: [outputs, inputs], uniform: bound, using: &generator)
    }
    receivers = try weight(nodes)
    senders = try weight(nodes)
    self.edges = try weight(edges)
    self.globals = globals > 0 ? try weight(globals) : nil
    bias = try .parameter(shape: [outputs], uniform: bound, using: &generator)
  }

  /// `[n, nodes]` and `[e, edges]` → `[e, outputs]`
  ///
  /// - Parameters:
  ///   - basis: A linear layer before this one on the edges, which is not applied yet.
  ///   - state: `[b, globals]` and the crystal of each node, `[n]`.
  ///   - activation: Behind the layer.
  func callAsFunction(
    _ nodes: Tensor, _ rows: Tensor, _ graph: MessageGraph, after basis: Linear? = nil,
    state: (rows: Tensor, owners: Tensor)? = nil, then activation: Activation? = nil
  ) throws(TorchError) -> Tensor {
    let parts = try parts(nodes, after: basis, state: state)
    return try rows.joined(
      receivers: parts.receivers, senders: parts.senders, weight: parts.weight, graph.messages,
      then: activation)
  }

  /// The sums over neighbors of gate times value, see
  /// ``Tensor/gatedConvolution(receivers:senders:weight:_:norm:isTraining:)``: `[n, outputs / 2]`.
  func gatedSum(
    _ nodes: Tensor, _ rows: Tensor, _ graph: MessageGraph, norm: BatchNorm, isTraining: Bool
  ) throws(TorchError) -> Tensor {
    let parts = try parts(nodes, after: nil, state: nil)
    return try rows.gatedConvolution(
      receivers: parts.receivers, senders: parts.senders, weight: parts.weight, graph.messages,
      norm: norm, isTraining: isTraining)
  }

  /// What each node adds as a receiver and as a sender, and the weight of the edges' rows.
  private func parts(
    _ nodes: Tensor, after basis: Linear?, state: (rows: Tensor, owners: Tensor)?
  ) throws(TorchError) -> (receivers: Tensor, senders: Tensor, weight: Tensor) {
    var (weight, bias) = (edges, bias)
    if let basis {
      weight = try edges.matmul(basis.weight)
      if let shift = basis.bias { bias = try edges.matmul(shift).adding(bias) }
    }
    var own = try nodes.linear(weight: receivers, bias: bias)
    if let state, let globals {
      own = try own.adding(try state.rows.linear(weight: globals).gathered(state.owners))
    }
    return (own, try nodes.linear(weight: senders), weight)
  }

  var parameters: [NamedParameter] {
    [
      NamedParameter("receivers", receivers), NamedParameter("senders", senders),
      NamedParameter("edges", edges),
    ] + (globals.map { [NamedParameter("globals", $0)] } ?? []) + [NamedParameter("bias", bias)]
  }
}
