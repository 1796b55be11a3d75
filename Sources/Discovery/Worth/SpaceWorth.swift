import DenseMath
import Design
import Foundation

/// Whether a space is worth searching: how many of its candidates are better than the best known, as the
/// model sees it.
///
/// The fraction of improved candidates (FIC), its prediction (PFIC) and the cumulative maximum
/// likelihood of improvement (CMLI) follow Kim et al., npj Comput. Mater. 6, 131 (2020): a high PFIC
/// marks a rich space, a low CMLI a poor one. Beside these stands a simulation in which draws from the
/// posterior are the truth.
public struct SpaceWorth: Codable, Hashable, Sendable {
  /// The best feasible value so far, in the unit of the objective.
  public let best: Double

  /// Candidates that were looked at: all that were not measured, or as many of a larger space drawn at
  /// random.
  public let candidates: Int

  /// Members of the space that were not measured; `nil` where nobody can count them.
  public let size: Int?

  /// Share of the candidates whose prediction is better than the best.
  public let predictedFraction: Double

  /// Mean probability of being better: what the fraction is expected to be.
  public let expectedFraction: Double

  /// The probability that at least one of the ``leading`` most likely candidates is better, were they
  /// independent: `1 − Π (1 − pᵢ)`.
  public let cumulativeLikelihood: Double
  public let leading: Int

  /// The true share, where every candidate's value is known.
  public let fraction: Double?
  public let simulation: SearchSimulation

  /// How many candidates count in ``cumulativeLikelihood``.
  public static let usualLeading = 10

  /// - Parameters:
  ///   - chances: The probability of each candidate of being better, limits included.
  ///   - better: Whether each candidate's prediction is.
  init(
    best: Double, size: Int?, chances: [Double], better: [Bool], fraction: Double?,
    simulation: SearchSimulation
  ) {
    self.best = best
    self.size = size
    candidates = chances.count
    predictedFraction = Double(better.count { $0 }) / Double(better.count)
    expectedFraction = Statistics.mean(chances)
    leading = min(Self.usualLeading, chances.count)
    cumulativeLikelihood = Self.cumulative(chances, leading: leading)
    self.fraction = fraction
    self.simulation = simulation
  }

  /// `1 − Π (1 − pᵢ)` over the largest probabilities.
  static func cumulative(_ chances: [Double], leading: Int) -> Double {
    let logs = chances.sorted(by: >).prefix(leading).map { log1p(-min($0, 1)) }
    return -expm1(logs.reduce(0, +))
  }
}

/// How many experiments it takes until something better is found, over worlds that the model believes in.
public struct SearchSimulation: Codable, Hashable, Sendable {
  /// Draws from the joint posterior.
  public let worlds: Int

  /// Share of the worlds in which any of the candidates looked at is better.
  public let improvable: Double

  /// Quantiles over the improvable worlds at 0.1, 0.5 and 0.9; empty where there are none.
  public let guided: [Double]

  /// What measuring at random takes on average in the same worlds, of the whole space.
  public let random: [Double]

  /// Worlds in which the guided search found nothing better within ``limit`` experiments.
  public let unfinished: Int
  public let limit: Int
}
