public import Learning

/// What is known when candidates are scored. Everything is oriented so that more is better.
public struct AcquisitionContext: Sendable {
  public var predictions: [Prediction]

  /// One joint draw of the latent property, in the order of `predictions`.
  public var samples: [Double]?

  /// The best value so far. Without one, everything is an improvement.
  public var incumbent: Double

  /// Mean and standard deviation of the targets that have been measured.
  public var observed: TargetStandardization

  /// `log P(all constraints hold)` for each candidate, or `nil` without constraints.
  public var logFeasibility: [Double]?

  public init(
    predictions: [Prediction], samples: [Double]? = nil, incumbent: Double,
    observed: TargetStandardization, logFeasibility: [Double]? = nil
  ) {
    self.predictions = predictions
    self.samples = samples
    self.incumbent = incumbent
    self.observed = observed
    self.logFeasibility = logFeasibility
  }
}
