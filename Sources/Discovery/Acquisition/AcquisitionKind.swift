/// The ways to weigh what is promising against what is unknown, by their names in recipes.
public enum AcquisitionKind: String, Codable, Hashable, Sendable, CaseIterable {
  /// `(1 − α) μ + α σ` with both in units of the spread of the observed targets.
  case convex

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

  /// Uniform, blind to every prediction: the baseline.
  case random
}
