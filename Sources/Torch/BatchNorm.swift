/// Brings each column to mean 0 and variance 1, then scales and shifts it: Ioffe and Szegedy,
/// arXiv:1502.03167.
///
/// In training the mean and variance are those of the rows at hand, each row with its weight; they
/// enter running averages, which are used otherwise. A row that stands for `k` equal rows has weight
/// `k`: the statistics are then those of all rows.
public final class BatchNorm: Module {
  public let weight: Tensor
  public let bias: Tensor
  /// `[width]`; running averages, without gradient.
  public let mean: Tensor
  public let variance: Tensor

  /// The share of the rows at hand in the running averages.
  public static let momentum = 0.1

  public init(width: Int) throws(TorchError) {
    weight = try .full(1, shape: [width])
    bias = try .zeros(shape: [width])
    try weight.setRequiresGradient()
    try bias.setRequiresGradient()
    mean = try .zeros(shape: [width])
    variance = try .full(1, shape: [width])
  }

  /// `[n, width]` → `[n, width]`.
  ///
  /// - Parameters:
  ///   - weights: `[n, 1]`, 0 or more; 1 each where there are none.
  ///   - isTraining: Whether the rows at hand give mean and variance, which then enter the running
  ///     averages; a row's result depends on the others in this case alone.
  public func callAsFunction(
    _ x: Tensor, weights: Tensor? = nil, isTraining: Bool
  ) throws(TorchError) -> Tensor {
    guard isTraining else { return try normalized(x, mean: mean, variance: variance) }
    let ones = weights == nil ? try Tensor.full(1, shape: [x.rows, 1]) : nil
    guard let weights = weights ?? ones else { preconditionFailure("one of the two is there") }
    let total = try weights.sum().item()
    guard total > 0 else { return try normalized(x, mean: mean, variance: variance) }
    let shares = try weights.scaled(by: 1 / total).transposed()
    let mean = try shares.matmul(x)
    let variance = try shares.matmul(try x.subtracting(mean).squared())
    try record(mean: mean, variance: variance, total: total)
    return try normalized(x, mean: mean, variance: variance)
  }

  private func normalized(
    _ x: Tensor, mean: Tensor, variance: Tensor
  ) throws(TorchError) -> Tensor {
    let scale = try weight.divided(by: try variance.scaled(by: 1, plus: 1e-5).squareRoot())
    return try x.subtracting(mean).multiplied(by: scale).adding(bias)
  }

  /// The variance enters as an estimate for all possible rows, from which `total` were drawn.
  private func record(mean: Tensor, variance: Tensor, total: Double) throws(TorchError) {
    let width = self.mean.shape
    try self.mean.blend(with: try mean.detached().reshaped(width), weight: Self.momentum)
    try self.variance.blend(
      with: try variance.detached().reshaped(width).scaled(by: total > 1 ? total / (total - 1) : 1),
      weight: Self.momentum)
  }

  public var parameters: [NamedParameter] {
    [
      NamedParameter("weight", weight), NamedParameter("bias", bias),
      NamedParameter("mean", mean), NamedParameter("variance", variance),
    ]
  }
}
