import DenseMath
import Foundation

/// The mean of the worst outcomes (Rockafellar and Uryasev, J. Risk 2, 21 (2000)), where low is bad.
public enum ConditionalValueAtRisk {
  /// Of a normal value: `μ − σ φ(q) / a` with `q` the `a`-quantile of the standard normal.
  ///
  /// - Parameter share: `a`, how many of the outcomes count as the worst; in (0, 1]. 1 is the mean.
  public static func normal(mean: Double, deviation: Double, share: Double) -> Double {
    precondition(share > 0 && share <= 1, "a share of \(share) of the outcomes")
    guard share < 1, deviation > 0 else { return mean }
    return mean - deviation * Normal.density(Normal.quantile(share)) / share
  }

  /// Of a mixture of normal values with equal weights and one deviation: what a measurement brings
  /// when the input is not met exactly, one component for each input that may come out.
  ///
  /// - Parameter means: Not empty.
  public static func mixture(means: [Double], deviation: Double, share: Double) -> Double {
    precondition(share > 0 && share <= 1, "a share of \(share) of the outcomes")
    let count = Double(means.count)
    guard share < 1 else { return Statistics.mean(means) }
    guard deviation > 0 else { return worst(means, share) }
    let quantile = quantile(means, deviation, share)
    let total = means.reduce(0.0) { sum, mean in
      let z = (quantile - mean) / deviation
      return sum + mean * Normal.cumulative(z) - deviation * Normal.density(z)
    }
    return total / (share * count)
  }

  /// The mean over the lowest share of equally likely values; the last of them counts in part.
  private static func worst(_ values: [Double], _ share: Double) -> Double {
    var left = share * Double(values.count)
    var total = 0.0
    for value in values.sorted() where left > 0 {
      total += min(left, 1) * value
      left -= 1
    }
    return total / (share * Double(values.count))
  }

  /// Where the mixture's distribution function is `share`, by bisection.
  private static func quantile(_ means: [Double], _ deviation: Double, _ share: Double) -> Double {
    let tail = deviation * Normal.quantile(share)
    var low = (means.min() ?? 0) + tail
    var high = (means.max() ?? 0) + tail
    for _ in 0..<100 {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { break }
      let below = means.reduce(0.0) { $0 + Normal.cumulative((middle - $1) / deviation) }
      if below < share * Double(means.count) { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}
