import CTorch

/// Brings each column to mean 0 and variance 1, then scales and shifts it: Ioffe and Szegedy,
/// arXiv:1502.03167.
///
/// In training the mean and variance are those of the rows at hand, each row with its count; they
/// enter running averages, which are used otherwise. A row that stands for `k` equal rows counts `k`
/// times: the statistics are then those of all rows.
public final class BatchNorm: Module {
  public let weight: Tensor
  public let bias: Tensor
  /// `[width]`; running averages, without gradient.
  public let mean: Tensor
  public let variance: Tensor

  public init(width: Int) throws(TorchError) {
    weight = try .full(1, shape: [width])
    bias = try .zeros(shape: [width])
    try weight.setRequiresGradient()
    try bias.setRequiresGradient()
    mean = try .zeros(shape: [width])
    variance = try .full(1, shape: [width])
  }

  /// For rows of another type than single precision.
  init(weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) {
    (self.weight, self.bias, self.mean, self.variance) = (weight, bias, mean, variance)
  }

  /// `[n, width]` → `[n, width]`.
  ///
  /// - Parameters:
  ///   - counts: `[n, 1]`, 0 or more; 1 each where there are none.
  ///   - passed: Added at the end, `[n, width]`.
  ///   - isActivated: Whether the silu of the normalized rows is taken.
  ///   - isTraining: Whether the rows at hand give mean and variance, which then enter the running
  ///     averages; a row's result depends on the others in this case alone.
  public func callAsFunction(
    _ x: Tensor, counts: Tensor? = nil, adding passed: Tensor? = nil, isActivated: Bool = false,
    isTraining: Bool
  ) throws(TorchError) -> Tensor {
    var settings = settings(isTraining: isTraining)
    return try withExtendedLifetime(self) { () throws(TorchError) in
      try take(x.api) {
        x.api.pointee.normalize_columns(
          x.handle, passed?.handle, counts?.handle, &settings, isActivated, &$0)
      }
    }
  }

  func settings(isTraining: Bool) -> ct_norm {
    ct_norm(
      weight: weight.handle, bias: bias.handle, mean: mean.handle, variance: variance.handle,
      epsilon: 1e-5, momentum: 0.1, training: isTraining)
  }

  public var parameters: [NamedParameter] {
    [
      NamedParameter("weight", weight), NamedParameter("bias", bias),
      NamedParameter("mean", mean), NamedParameter("variance", variance),
    ]
  }
}
