import DenseMath
import Foundation

/// Figures of one normal prediction against the best value so far, for maximization.
///
/// Jones, Schonlau and Welch, J. Glob. Optim. 13, 455 (1998). A standard deviation of 0 is a value
/// that is known: improvement is then certain or impossible.
public struct Improvement: Hashable, Sendable {
  /// Mean minus best minus margin.
  public let gain: Double
  public let standardDeviation: Double

  /// - Parameters:
  ///   - best: The incumbent, in the unit of the mean.
  ///   - margin: What an improvement must exceed; often written ξ.
  public init(mean: Double, standardDeviation: Double, best: Double, margin: Double = 0) {
    gain = mean - best - margin
    self.standardDeviation = standardDeviation
  }

  private var z: Double { gain / standardDeviation }

  /// `E[max(0, y − best − margin)]`.
  public var expected: Double {
    guard standardDeviation > 0 else { return max(gain, 0) }
    let value = standardDeviation * Normal.expectedPositivePart(z)
    return value.isFinite ? value : max(gain, 0)
  }

  /// The logarithm of ``expected``: finite where that has long underflowed to 0.
  public var logExpected: Double {
    guard standardDeviation > 0 else { return gain > 0 ? log(gain) : -.infinity }
    if z > 10 { return log(gain) + log1p(Normal.expectedPositivePart(-z) / z) }
    return log(standardDeviation) + Normal.logExpectedPositivePart(z)
  }

  /// `P(y > best + margin)`.
  public var probability: Double {
    guard standardDeviation > 0 else { return gain > 0 ? 1 : 0 }
    return Normal.cumulative(z)
  }

  public var logProbability: Double {
    guard standardDeviation > 0 else { return gain > 0 ? 0 : -.infinity }
    return Normal.logCumulative(z)
  }
}
