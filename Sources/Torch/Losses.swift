import CTorch

/// Losses, each a mean over all entries; the target carries no gradient.
public enum Loss: String, Codable, Hashable, Sendable, CaseIterable {
  /// `√2 |y − μ| exp(−s) + s`: Laplace errors of standard deviation `exp(s)`, up to a constant.
  case robustL1
  /// `½ (y − μ)² exp(−2s) + s`: Gaussian errors of standard deviation `exp(s)`, up to a constant.
  case robustL2

  /// - Parameters:
  ///   - mean: `μ`, any shape.
  ///   - logScale: `s`, the logarithm of the standard deviation; the shape of `mean`.
  ///   - target: `y`, the shape of `mean`.
  public func callAsFunction(
    mean: Tensor, logScale: Tensor, target: Tensor
  ) throws(TorchError) -> Tensor {
    let kind = self == .robustL1 ? CT_ROBUST_L1 : CT_ROBUST_L2
    return try take(mean.api) {
      mean.api.pointee.loss(kind, mean.handle, logScale.handle, target.handle, &$0)
    }
  }

  /// Negative logarithm of the Gaussian density of the target, in nats.
  public static func gaussianNegativeLogLikelihood(
    mean: Tensor, logScale: Tensor, target: Tensor
  ) throws(TorchError) -> Tensor {
    let halfLogTwoPi = 0.918_938_533_204_672_8
    return try Loss.robustL2(mean: mean, logScale: logScale, target: target)
      .scaled(by: 1, plus: halfLogTwoPi)
  }

  /// Negative logarithm of the probability of the targets, in nats: `softplus(z) − y z`.
  ///
  /// - Parameters:
  ///   - logit: `z`, the logarithm of the odds of a 1.
  ///   - target: `y`, 0 or 1 (or a probability); the shape of `logit`.
  public static func binaryCrossEntropy(
    logit: Tensor, target: Tensor
  ) throws(TorchError) -> Tensor {
    try logit.softplus().subtracting(logit.multiplied(by: target)).mean()
  }

  public static func meanSquaredError(
    _ prediction: Tensor, _ target: Tensor
  ) throws(TorchError) -> Tensor {
    try prediction.subtracting(target).squared().mean()
  }

  public static func meanAbsoluteError(
    _ prediction: Tensor, _ target: Tensor
  ) throws(TorchError) -> Tensor {
    try prediction.subtracting(target).magnitude().mean()
  }
}
