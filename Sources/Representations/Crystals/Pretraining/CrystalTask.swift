import DenseMath
import Torch

/// What is asked of an encoder about corrupted crystals.
protocol CrystalTask: Module {
  /// - Parameter views: Of the same crystals: one, or two for tasks that compare.
  /// - Returns: A single number.
  func loss(_ views: [CrystalView]) throws(TorchError) -> Tensor
}

/// A corrupted batch as an encoder sees it.
struct CrystalView {
  let corrupted: CorruptedCrystals
  let packed: PackedCrystals
  /// `[n, width]`: behind the last block.
  let nodes: Tensor
  /// `[b, outputWidth]`; `nil` where nothing asks for them.
  let rows: Tensor?
}

/// Tells from the states of masked nodes what sits there.
final class MaskedElements: CrystalTask {
  private let norm: LayerNorm
  private let head: MLP

  init(width: Int, using generator: inout SplitMix64) throws(TorchError) {
    norm = try LayerNorm(width: width)
    head = try MLP(widths: [width, 128, CorruptedCrystals.places], using: &generator)
  }

  /// The cross entropy in nats, a mean over the masked sites of all views; 0 without any.
  func loss(_ views: [CrystalView]) throws(TorchError) -> Tensor {
    var total = try Tensor.zeros(shape: [])
    for view in views where !view.corrupted.maskedNodes.isEmpty {
      let nodes = view.corrupted.maskedNodes
      let index = try Tensor(nodes.map(Int64.init), shape: [nodes.count])
      let counts = nodes.map { view.packed.batch.multiplicities[$0] }
      total = try total.adding(
        try Self.crossEntropy(
          try head(try norm(try view.nodes.gathered(index))),
          try Tensor(view.corrupted.contents, shape: [nodes.count, CorruptedCrystals.places]),
          counts))
    }
    return try total.scaled(by: 1 / Double(views.count))
  }

  /// `−Σ_m w_m Σ_k t_mk log softmax(x_m)_k / Σ_m w_m`
  ///
  /// - Parameters:
  ///   - logits: `x`, `[m, k]`.
  ///   - targets: `t`, the same shape; each row sums to 1.
  ///   - weights: `[m]`, positive.
  static func crossEntropy(
    _ logits: Tensor, _ targets: Tensor, _ weights: [Float]
  ) throws(TorchError) -> Tensor {
    let (rows, columns) = (logits.shape[0], logits.shape[1])
    // The largest of each row leaves the loss as it is, but no exponential overflows.
    let values = try logits.floats()
    let tops = (0..<rows).map { row in
      values[row * columns..<(row + 1) * columns].max() ?? 0
    }
    let shifted = try logits.subtracting(try Tensor(tops, shape: [rows, 1]))
    let total = try shifted.exp().sum(dimension: 1).log()
    let own = try shifted.multiplied(by: targets).sum(dimension: 1)
    let sum = weights.reduce(0, +)
    let shares = try Tensor(weights.map { $0 / sum }, shape: [rows])
    return try total.subtracting(own).multiplied(by: shares).sum()
  }

  var parameters: [NamedParameter] {
    norm.parameters(under: "norm") + head.parameters(under: "head")
  }
}

/// Tells from the states of both ends, and from its length, by how much an edge was longer before its
/// ends were displaced.
///
/// An encoder that sees distances alone gives states that no rotation changes: no displacement, which
/// turns with the crystal, can be read from them, but its components along the edges can. These are
/// the changes of the lengths, to first order in the displacements, and a structure at rest is
/// determined by its lengths. Relaxed crystals lie in a minimum of the energy, so that what is
/// learned is the direction of the forces beside it (Zaidi et al., arXiv:2206.00133).
final class EdgeDenoising: CrystalTask {
  private let norm: LayerNorm
  private let basis: GaussianRows
  private let first: EdgeLinear
  private let output: Linear
  /// Of the changes, Å.
  private let scale: Double

  /// - Parameter noise: Of the displacements, Å.
  init(
    width: Int, noise: Double, using generator: inout SplitMix64
  ) throws(TorchError) {
    let lengths = GaussianBasis(from: 0, through: 8, count: 41, width: 0.2)
    norm = try LayerNorm(width: width)
    basis = try GaussianRows(lengths)
    first = try EdgeLinear(nodes: width, edges: lengths.count, outputs: 128, using: &generator)
    output = try Linear(128, 1, using: &generator)
    // Both ends move.
    scale = 2.0.squareRoot() * noise
  }

  /// The mean square error over edges in units of the variance of the changes: about 1 for a network
  /// that says nothing; 0 without edges.
  func loss(_ views: [CrystalView]) throws(TorchError) -> Tensor {
    var total = try Tensor.zeros(shape: [])
    for view in views where !view.corrupted.changes.isEmpty {
      let graph = try MessageGraph(view.packed)
      let hidden = try first(
        try norm(view.nodes), try basis(view.packed.distances), graph, then: .silu)
      let changes = view.corrupted.changes.map { $0 / Float(scale) }
      let target = try Tensor(changes, shape: [changes.count, 1])
      total = try total.adding(try Loss.meanSquaredError(try output(hidden), target))
    }
    return try total.scaled(by: 1 / Double(views.count))
  }

  var parameters: [NamedParameter] {
    norm.parameters(under: "norm") + first.parameters(under: "first")
      + output.parameters(under: "output")
  }
}

/// Asks for equal rows of two corrupted views of a crystal whose columns say different things:
/// Zbontar, Jing, Misra, LeCun and Deny, arXiv:2103.03230; of crystals Magar, Wang and Barati
/// Farimani, npj Comput. Mater. 8, 231 (2022), doi:10.1038/s41524-022-00921-5.
final class BarlowTwins: CrystalTask {
  private let projector: MLP
  private let width: Int
  private let redundancy: Double

  init(
    inputs: Int, width: Int, redundancy: Double, using generator: inout SplitMix64
  ) throws(TorchError) {
    projector = try MLP(widths: [inputs, width, width], using: &generator)
    (self.width, self.redundancy) = (width, redundancy)
  }

  /// `(Σ_i (1 − C_ii)² + λ Σ_{i≠j} C_ij²) / D` with the correlations `C` of the `D` columns of both
  /// views over the batch.
  func loss(_ views: [CrystalView]) throws(TorchError) -> Tensor {
    guard views.count == 2, let first = views[0].rows, let second = views[1].rows else {
      preconditionFailure("two views with their rows")
    }
    return try Self.loss(try projector(first), try projector(second), redundancy: redundancy)
  }

  /// - Parameters:
  ///   - first: `[b, D]`, as `second`.
  static func loss(
    _ first: Tensor, _ second: Tensor, redundancy: Double
  ) throws(TorchError) -> Tensor {
    let (rows, width) = (first.shape[0], first.shape[1])
    let correlations = try standardized(first).transposed().matmul(try standardized(second))
      .scaled(by: 1 / Double(rows))
    var one = [Float](repeating: 0, count: width * width)
    var weights = [Float](repeating: Float(redundancy), count: width * width)
    for place in stride(from: 0, to: width * width, by: width + 1) {
      (one[place], weights[place]) = (1, 1)
    }
    return try correlations.subtracting(try Tensor(one, shape: [width, width])).squared()
      .multiplied(by: try Tensor(weights, shape: [width, width])).sum()
      .scaled(by: 1 / Double(width))
  }

  /// Columns of mean 0 and variance 1.
  private static func standardized(_ rows: Tensor) throws(TorchError) -> Tensor {
    let centered = try rows.subtracting(try rows.mean(dimension: 0))
    let variance = try centered.squared().mean(dimension: 0).scaled(by: 1, plus: 1e-5)
    return try centered.divided(by: try variance.squareRoot())
  }

  var parameters: [NamedParameter] { projector.parameters(under: "projector") }
}
