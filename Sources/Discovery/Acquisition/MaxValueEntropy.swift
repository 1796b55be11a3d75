import DenseMath
import Foundation
public import Learning

/// What one measurement tells about the maximum of the property (Wang and Jegelka, ICML 2017,
/// arXiv:1703.01968).
public enum MaxValueEntropy {
  /// Values that the maximum may have: quantiles of a Gumbel distribution fitted to
  /// `P(max < y) = ∏ Φ((y − μᵢ) / σᵢ)` at its quartiles (section 3.1 there, with evenly spaced
  /// probabilities in place of random ones, so that equal inputs give equal values).
  ///
  /// - Parameters:
  ///   - predictions: Over the space or a fair sample of it; not empty.
  ///   - floor: The best value that is known; no maximum lies below it.
  public static func maxima(
    _ predictions: [Prediction], floor: Double = -.infinity, count: Int = 16
  ) -> [Double] {
    let normals = predictions.map {
      (mean: $0.mean, deviation: max($0.epistemicVariance, 0).squareRoot())
    }
    let quartiles = [0.25, 0.5, 0.75].map { quantile(log($0), normals) }
    let spread =
      (quartiles[2] - quartiles[0]) / (log(-log(0.25)) - log(-log(0.75)))
    let center = quartiles[1] + spread * log(log(2))
    return (0..<count).map { place in
      let probability = (Double(place) + 0.5) / Double(count)
      return max(center - spread * log(-log(probability)), floor)
    }
  }

  /// `y` with `log P(max < y) = logProbability`, by bisection.
  private static func quantile(
    _ logProbability: Double, _ normals: [(mean: Double, deviation: Double)]
  ) -> Double {
    var low = normals.reduce(-Double.infinity) { max($0, $1.mean - 5 * $1.deviation) }
    var high = normals.reduce(-Double.infinity) { max($0, $1.mean + 9 * $1.deviation) }
    for _ in 0..<200 where low < high {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { break }
      let total = normals.reduce(0.0) { sum, normal in
        guard normal.deviation > 0 else { return middle >= normal.mean ? sum : -.infinity }
        return sum + Normal.logCumulative((middle - normal.mean) / normal.deviation)
      }
      if total < logProbability { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }

  /// The logarithm of the mean over the maxima of the decrease of entropy, in nats: equation 6
  /// there, `γ φ(γ) / (2 Φ(γ)) − log Φ(γ)` with `γ = (y* − μ) / σ`. −∞ for a value that is known.
  public static func logGain(mean: Double, deviation: Double, maxima: [Double]) -> Double {
    guard deviation > 0, !maxima.isEmpty else { return -.infinity }
    let terms = maxima.map { logDecrease(($0 - mean) / deviation) }
    return logSumOfExponentials(terms) - log(Double(maxima.count))
  }

  private static func logDecrease(_ gamma: Double) -> Double {
    // Above, −log Φ(γ) is the upper tail, φ(γ) / γ to 1 part in γ².
    if gamma > 25 {
      let inverse = 1 / gamma
      return Normal.logDensity(gamma) + log(0.5 * gamma + inverse * (1 - inverse * inverse))
    }
    let below = Normal.logCumulative(gamma)
    return log(0.5 * gamma * exp(Normal.logDensity(gamma) - below) - below)
  }
}
