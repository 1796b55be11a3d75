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

  /// The sum over all entries of the entry's share times its loss.
  ///
  /// Shares of `1 / count` give the mean; an entry of share 0 counts for nothing, as long as its
  /// target is finite.
  ///
  /// - Parameter shares: 0 or more, the shape of `mean`.
  public func weighted(
    mean: Tensor, logScale: Tensor, target: Tensor, shares: Tensor
  ) throws(TorchError) -> Tensor {
    let difference = try mean.subtracting(target)
    let precision = try logScale.negated().exp()
    let errors =
      switch self {
      case .robustL1:
        try difference.magnitude().multiplied(by: precision).scaled(by: 2.0.squareRoot())
      case .robustL2:
        try difference.multiplied(by: precision).squared().scaled(by: 0.5)
      }
    return try errors.adding(logScale).multiplied(by: shares).sum()
  }

  /// As ``binaryCrossEntropy(logit:target:)``, each entry with its share of the sum.
  public static func weightedBinaryCrossEntropy(
    logit: Tensor, target: Tensor, shares: Tensor
  ) throws(TorchError) -> Tensor {
    try logit.softplus().subtracting(logit.multiplied(by: target)).multiplied(by: shares).sum()
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
