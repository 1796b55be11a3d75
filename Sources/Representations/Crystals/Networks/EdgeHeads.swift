import DenseMath
import Torch

/// Networks of one hidden layer on `v_i ⊕ v_j ⊕ e_ij`, one for the gate and one for the message of each
/// head.
final class EdgeHeads: Module {
  /// Gates of all heads, then messages of all heads.
  private let first: EdgeLinear
  private let gate: HeadGate
  private let output: Linear
  private let heads: Int
  private let hidden: Int

  init(
    _ configuration: CrystalEncoder.Configuration, edges: Int, outputs: Int,
    using generator: inout SplitMix64
  ) throws(TorchError) {
    heads = configuration.heads
    hidden = configuration.hidden
    first = try EdgeLinear(
      nodes: configuration.width, edges: edges, outputs: 2 * heads * hidden, using: &generator)
    gate = try HeadGate(heads: heads, hidden: hidden, using: &generator)
    output = try Linear(heads * hidden, outputs, using: &generator)
  }

  /// The mean over heads of `Σ_j a_ij m_ij`, with `a` a softmax over the neighbors: `[n, outputs]`, 0
  /// for a node without any.
  func messages(
    _ nodes: Tensor, _ edges: Tensor, _ graph: MessageGraph
  ) throws(TorchError) -> Tensor {
    let (scores, values) = try split(nodes, edges, graph)
    var logits = scores
    if let weights = graph.weights {
      logits = try logits.adding(try weights.maximum(try .full(1e-30, shape: [1])).log())
    }
    let shares = try logits.segmentSoftmax(offsets: graph.offsets)
    let sum = try values.multiplied(by: try gate.spread(shares)).segmentSum(offsets: graph.offsets)
    // A constant is for those who hear something: the shares of a row sum to 1 or to 0.
    let heard = try shares.narrowed(dimension: 1, to: 0..<1).segmentSum(offsets: graph.offsets)
    return try output(sum).multiplied(by: heard).scaled(by: 1 / Double(heads))
  }

  /// The mean over heads of `a_ij m_ij`, with `a` a softmax over heads: `[e, outputs]`.
  func edgeValues(
    _ nodes: Tensor, _ edges: Tensor, _ graph: MessageGraph
  ) throws(TorchError) -> Tensor {
    let (scores, values) = try split(nodes, edges, graph)
    // The heads of an edge as rows of one segment.
    let (rows, width) = (scores.rows, Int64(heads))
    let offsets = try Tensor((0...Int64(rows)).map { $0 * width }, shape: [rows + 1])
    let shares = try scores.reshaped([rows * heads, 1]).segmentSoftmax(offsets: offsets)
      .reshaped([rows, heads])
    return try output(try values.multiplied(by: try gate.spread(shares)))
      .scaled(by: 1 / Double(heads))
  }

  /// Scores `[e, heads]` and hidden layers of messages `[e, heads · hidden]`.
  private func split(
    _ nodes: Tensor, _ edges: Tensor, _ graph: MessageGraph
  ) throws(TorchError) -> (scores: Tensor, values: Tensor) {
    let all = try first(nodes, edges, graph).leakyReLU()
    let half = heads * hidden
    return (
      try gate(try all.narrowed(dimension: 1, to: 0..<half)),
      try all.narrowed(dimension: 1, to: half..<2 * half)
    )
  }

  var parameters: [NamedParameter] {
    first.parameters(under: "first") + gate.parameters + output.parameters(under: "output")
  }
}

/// A number for each head from its own run of columns.
final class HeadGate: Module {
  /// `[heads · hidden]`
  private let weight: Tensor
  /// `[heads, heads · hidden]`: 1 where the column is one of the head.
  private let owners: Tensor
  /// `[heads · hidden, heads]`
  private let columns: Tensor

  init(heads: Int, hidden: Int, using generator: inout SplitMix64) throws(TorchError) {
    weight = try .parameter(
      shape: [heads * hidden], uniform: 1 / Double(hidden).squareRoot(), using: &generator)
    var owner = [Float](repeating: 0, count: heads * heads * hidden)
    for column in 0..<heads * hidden { owner[column / hidden * heads * hidden + column] = 1 }
    owners = try Tensor(owner, shape: [heads, heads * hidden])
    columns = try owners.transposed()
  }

  /// `[n, heads · hidden]` → `[n, heads]`
  func callAsFunction(_ rows: Tensor) throws(TorchError) -> Tensor {
    try rows.linear(weight: try owners.multiplied(by: weight))
  }

  /// A number for each head → for each of its columns.
  func spread(_ shares: Tensor) throws(TorchError) -> Tensor {
    try shares.linear(weight: columns)
  }

  var parameters: [NamedParameter] { [NamedParameter("gate", weight)] }
}
