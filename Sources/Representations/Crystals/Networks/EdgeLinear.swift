import DenseMath
import Torch

/// The first layer of a network on edges, linear in `v_i ⊕ v_j ⊕ e_ij`.
///
/// What comes from nodes is computed once for each node, not for each edge.
final class EdgeLinear: Module {
  /// `[outputs, nodes]` each.
  private let receivers, senders: Tensor
  /// `[outputs, edges]`
  private let edges: Tensor
  /// `[outputs]`
  private let bias: Tensor

  init(
    nodes: Int, edges: Int, outputs: Int, using generator: inout SplitMix64
  ) throws(TorchError) {
    let bound = 1 / Double(2 * nodes + edges).squareRoot()
    func weight(_ inputs: Int) throws(TorchError) -> Tensor {
      try .parameter(shape: [outputs, inputs], uniform: bound, using: &generator)
    }
    receivers = try weight(nodes)
    senders = try weight(nodes)
    self.edges = try weight(edges)
    bias = try .parameter(shape: [outputs], uniform: bound, using: &generator)
  }

  /// `[n, nodes]` and `[e, edges]` → `[e, outputs]`
  ///
  /// - Parameters:
  ///   - basis: A linear layer before this one on the edges, which is not applied yet.
  ///   - shift: `[n, outputs]`, added for each receiver.
  func callAsFunction(
    _ nodes: Tensor, _ rows: Tensor, _ graph: MessageGraph, after basis: Linear? = nil,
    shift: Tensor? = nil
  ) throws(TorchError) -> Tensor {
    var (weight, bias) = (edges, bias)
    if let basis {
      weight = try edges.matmul(basis.weight)
      if let first = basis.bias {
        bias = try edges.matmul(first).adding(bias)
      }
    }
    var own = try nodes.linear(weight: receivers, bias: bias)
    if let shift { own = try own.adding(shift) }
    return try rows.linear(weight: weight)
      .adding(try own.gathered(graph.receivers))
      .adding(try nodes.linear(weight: senders).gathered(graph.senders))
  }

  var parameters: [NamedParameter] {
    [
      NamedParameter("receivers", receivers), NamedParameter("senders", senders),
      NamedParameter("edges", edges), NamedParameter("bias", bias),
    ]
  }
}
