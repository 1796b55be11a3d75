public import DenseMath
public import Learning

/// What is known when candidates are scored. Everything is oriented so that more is better.
public struct AcquisitionContext: Sendable {
  public var predictions: [Prediction]

  /// One joint draw of the latent property, in the order of `predictions`.
  public var samples: [Double]?

  /// The best value so far. Without one, everything is an improvement.
  ///
  /// With a ``goal``, minus the smallest distance to it.
  public var incumbent: Double

  /// Mean and standard deviation of the targets that have been measured.
  public var observed: TargetStandardization

  /// `log P(all constraints hold)` for each candidate, or `nil` without constraints.
  public var logFeasibility: [Double]?

  /// Logarithms of what measuring each candidate costs, or `nil` where all cost the same.
  public var logCosts: [Double]?

  /// The value that ``AcquisitionKind/target`` wants.
  public var goal: Double?

  /// The level of ``AcquisitionKind/levelSet``.
  public var level: Double?

  /// Of ``AcquisitionKind/riskAverse``: by how much the mean of each candidate's worst outcomes lies
  /// below its mean.
  public var risks: [Double]?

  /// Of ``AcquisitionKind/maxValueEntropy``: values that the maximum may have.
  public var maxima: [Double]?

  /// Of ``AcquisitionKind/knowledgeGradient``: how the posterior means of other candidates follow a
  /// measurement.
  public var knowledge: Knowledge?

  /// Posterior means that one measurement may make the best.
  public struct Knowledge: Sendable {
    /// Of the landmarks: candidates among which the best is looked for.
    public var means: [Double]

    /// `[candidates, landmarks]`: covariance with the candidate over the standard deviation of its
    /// measurement, noise included.
    public var slopes: Matrix

    /// The same of each candidate with itself.
    public var ownSlopes: [Double]

    public init(means: [Double], slopes: Matrix, ownSlopes: [Double]) {
      self.means = means
      self.slopes = slopes
      self.ownSlopes = ownSlopes
    }
  }

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

  /// What the incumbent would be after a measurement that brings the predicted mean.
  func believedIncumbent(_ place: Int) -> Double {
    let mean = predictions[place].mean
    return max(incumbent, goal.map { -abs(mean - $0) } ?? mean - (risks?[place] ?? 0))
  }
}
