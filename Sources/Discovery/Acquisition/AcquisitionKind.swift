/// The ways to weigh what is promising against what is unknown, by their names in recipes.
public enum AcquisitionKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// `(1 − α) μ + α σ` with both in units of the spread of the observed targets.
  case convex

  /// ``convex`` with an `α` that follows from how well the last suggestions were predicted and from
  /// how long nothing better was found.
  case auto

  /// `μ + β σ` (Srinivas et al., ICML 2010).
  case ucb

  /// Expected improvement (Jones, Schonlau and Welch 1998).
  case ei

  /// Its logarithm: the same order, but with differences where expected improvement is 0 in
  /// floating point (Ament et al., NeurIPS 2023).
  case logEI = "log-ei"

  /// Probability of improvement (Kushner 1964).
  case pi

  /// One joint draw from the posterior (Thompson 1933).
  case thompson

  /// The least known candidate, whatever its mean.
  case maxVariance = "max-variance"

  /// The logarithm of what one measurement adds to the best posterior mean in expectation (Frazier,
  /// Powell and Dayanik 2009; Scott, Frazier and Powell 2011).
  case knowledgeGradient = "knowledge-gradient"

  /// The logarithm of what one measurement tells about the maximum, in nats (Wang and Jegelka,
  /// ICML 2017).
  case maxValueEntropy = "max-value-entropy"

  /// The logarithm of the expected decrease of the distance to a wanted value.
  case target

  /// Where it is least certain on which side of a level a candidate lies: the straddle of Bryan et
  /// al., NeurIPS 2005.
  case levelSet = "level-set"

  /// ``logEI`` of the mean of the worst outcomes instead of the mean of all.
  case riskAverse = "risk-averse"

  /// Of several objectives: the logarithm of the expected gain of hypervolume.
  case hypervolume = "ehvi"

  /// The same over a front that is itself uncertain, for whole batches (Daulton, Balandat and
  /// Bakshy, NeurIPS 2021; Ament et al. 2023).
  case noisyHypervolume = "log-nehvi"

  /// Of several objectives: expected improvement of their augmented Chebyshev scalarization with
  /// weights drawn anew for each proposal (ParEGO: Knowles 2006).
  case chebyshev

  /// Uniform, blind to every prediction: the baseline.
  case random

  /// Whether it weighs several objectives.
  public var isForSeveralObjectives: Bool {
    [.hypervolume, .noisyHypervolume, .chebyshev].contains(self)
  }

  /// Whether scores are gains (or their logarithms), which a cost can divide.
  public var isGain: Bool {
    [.ei, .logEI, .pi, .knowledgeGradient, .maxValueEntropy, .target, .riskAverse].contains(self)
      || isForSeveralObjectives
  }

  /// Whether scores are improvements over the best feasible value, so that there are none before
  /// one is known.
  var needsIncumbent: Bool {
    [.ei, .logEI, .pi, .target, .riskAverse].contains(self)
  }
}
