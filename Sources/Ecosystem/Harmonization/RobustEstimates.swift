internal import DenseMath
import Foundation

/// A figure with its standard error and the ends of its 95 % interval.
public struct IntervalEstimate: Codable, Hashable, Sendable {
  public let value: Double
  public let standardError: Double
  public let lower: Double
  public let upper: Double

  /// The percentile bootstrap: Efron, Ann. Stat. 7, 1 (1979).
  static func bootstrap(
    _ values: [Double], seed: UInt64, rounds: Int = 1000, _ statistic: ([Double]) -> Double
  ) -> IntervalEstimate {
    var generator = SplitMix64(seed: seed)
    let drawn = (0..<rounds).map { _ in
      statistic(values.indices.map { _ in values[generator.index(below: values.count)] })
    }.sorted()
    return IntervalEstimate(
      value: statistic(values),
      standardError: Statistics.standardDeviation(drawn, degreesOfFreedomLost: 1),
      lower: Statistics.quantile(sorted: drawn, 0.025),
      upper: Statistics.quantile(sorted: drawn, 0.975))
  }
}

enum RobustEstimates {
  /// 1.4826 × the median absolute deviation: the standard deviation of normal values.
  static func spread(_ values: [Double]) -> Double {
    let center = Statistics.median(values)
    return 1.4826 * Statistics.median(values.map { abs($0 - center) })
  }

  /// Huber's location with k = 1.345 and the scale fixed at ``spread(_:)``: Huber, Ann. Math. Stat.
  /// 35, 73 (1964). The median where more than half of the values are equal.
  static func huber(_ values: [Double]) -> Double {
    let scale = spread(values)
    var center = Statistics.median(values)
    guard scale > 0 else { return center }
    for _ in 0..<100 {
      var (sum, weights) = (0.0, 0.0)
      for value in values {
        let weight = huberWeight((value - center) / scale)
        sum += weight * value
        weights += weight
      }
      let next = sum / weights
      defer { center = next }
      if abs(next - center) <= 1e-12 * max(scale, abs(center)) { break }
    }
    return center
  }

  /// min(1, k / |z|).
  static func huberWeight(_ z: Double) -> Double { abs(z) <= 1.345 ? 1 : 1.345 / abs(z) }

  /// The median of the slopes of all pairs with different x, and its 95 % interval: Theil (1950),
  /// Sen, J. Am. Stat. Assoc. 63, 1379 (1968). Of more than 1,000 points, half a million random
  /// pairs.
  ///
  /// - Returns: `nil` where all x are equal.
  static func theilSen(_ x: [Double], _ y: [Double], seed: UInt64) -> (
    slope: IntervalEstimate, intercept: Double
  )? {
    var slopes: [Double] = []
    func add(_ i: Int, _ j: Int) {
      if x[i] != x[j] { slopes.append((y[j] - y[i]) / (x[j] - x[i])) }
    }
    if x.count <= 1000 {
      for i in x.indices { for j in 0..<i { add(i, j) } }
    } else {
      var generator = SplitMix64(seed: seed)
      for _ in 0..<500_000 {
        add(generator.index(below: x.count), generator.index(below: x.count))
      }
    }
    guard !slopes.isEmpty else { return nil }
    slopes.sort()
    let count = Double(x.count)
    // The deviation of Kendall's S over the number of pairs, as a share of the sorted slopes.
    let deviation = (count * (count - 1) * (2 * count + 5) / 18).squareRoot()
    let reach = 1.959964 * deviation / (count * (count - 1) / 2) / 2
    let slope = IntervalEstimate(
      value: Statistics.quantile(sorted: slopes, 0.5),
      standardError: (Statistics.quantile(sorted: slopes, min(1, 0.5 + reach))
        - Statistics.quantile(sorted: slopes, max(0, 0.5 - reach))) / (2 * 1.959964),
      lower: Statistics.quantile(sorted: slopes, max(0, 0.5 - reach)),
      upper: Statistics.quantile(sorted: slopes, min(1, 0.5 + reach)))
    return (slope, Statistics.median(zip(x, y).map { $1 - slope.value * $0 }))
  }
}
