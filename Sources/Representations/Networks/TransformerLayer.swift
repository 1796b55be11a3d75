import DenseMath
import Torch

/// Attention between the rows of each segment, then a network for each row; a sum with what came in
/// and a normalization after both (Vaswani et al., arXiv:1706.03762). Works on packed rows.
final class TransformerLayer: Module {
  private let inputs: Linear
  private let output: Linear
  private let network: MLP
  private let norms: (attention: LayerNorm, network: LayerNorm)
  private let width: Int
  /// `[heads, width]`: 1 where the column is one of the head, which owns a run of columns.
  private let owners: Tensor
  /// `[width, heads]`.
  private let columns: Tensor

  init(
    _ configuration: CompositionEncoder.Configuration, using generator: inout SplitMix64
  ) throws(TorchError) {
    let (width, heads) = (configuration.width, configuration.heads)
    self.width = width
    // Queries, keys and values side by side.
    inputs = try Linear(width, 3 * width, using: &generator)
    output = try Linear(width, width, using: &generator)
    network = try MLP(
      widths: [width, configuration.hidden, width], activation: .relu, using: &generator)
    norms = (try LayerNorm(width: width), try LayerNorm(width: width))
    var owner = [Float](repeating: 0, count: heads * width)
    for column in 0..<width { owner[column / (width / heads) * width + column] = 1 }
    owners = try Tensor(owner, shape: [heads, width])
    columns = try owners.transposed()
  }

  /// `[n, width]` → `[n, width]`.
  func callAsFunction(_ rows: Tensor, _ pairs: ElementPairs) throws(TorchError) -> Tensor {
    let attended = try norms.attention(try rows.adding(try attention(rows, pairs)))
    return try norms.network(try attended.adding(try network(attended)))
  }

  /// Row `i` receives `Σ_j softmax_j(q_i · k_j / √d) v_j`, for each head of `d` columns.
  private func attention(_ rows: Tensor, _ pairs: ElementPairs) throws(TorchError) -> Tensor {
    let all = try inputs(rows)
    func part(_ place: Int) throws(TorchError) -> Tensor {
      try all.narrowed(dimension: 1, to: place * width..<(place + 1) * width)
    }
    let scale = (Double(owners.rows) / Double(width)).squareRoot()
    let products = try part(0).gathered(pairs.receivers)
      .multiplied(by: try part(1).gathered(pairs.senders))
    // [p, heads]
    let weights = try products.linear(weight: owners).scaled(by: scale)
      .segmentSoftmax(offsets: pairs.offsets)
    let values = try part(2).gathered(pairs.senders)
      .multiplied(by: try weights.linear(weight: columns))
    return try output(try values.segmentSum(offsets: pairs.offsets))
  }

  var parameters: [NamedParameter] {
    inputs.parameters(under: "inputs") + output.parameters(under: "output")
      + network.parameters(under: "network") + norms.attention.parameters(under: "norms.0")
      + norms.network.parameters(under: "norms.1")
  }
}
