import DenseMath
import Foundation

/// Nominal against observed shares of targets inside central intervals.
public struct CalibrationCurve: Codable, Hashable, Sendable {
  /// Nominal coverages, ascending from 0 to 1.
  public let expected: [Double]

  /// The share of targets inside the interval of each nominal coverage.
  public let observed: [Double]

  public init(expected: [Double], observed: [Double]) {
    self.expected = expected
    self.observed = observed
  }

  /// The curve of normal intervals.
  ///
  /// - Parameters:
  ///   - scores: `|target − mean| / σ`, one or more.
  ///   - levels: How many nominal coverages, evenly from 0 to 1.
  public init(scores: [Double], levels: Int = 100) {
    let ascending = scores.sorted()
    expected = (0..<levels).map { Double($0) / Double(levels - 1) }
    observed = expected.map { level in
      let limit = Normal.quantile(0.5 + 0.5 * level)
      return Double(CalibrationCurve.count(ascending, upTo: limit)) / Double(scores.count)
    }
  }

  /// The area between the curve and the diagonal.
  public var miscalibrationArea: Double {
    let gaps = zip(expected, observed).map { $1 - $0 }
    var total = 0.0
    for place in gaps.indices.dropFirst() {
      let (a, b) = (gaps[place - 1], gaps[place])
      let width = expected[place] - expected[place - 1]
      // Where the curve crosses the diagonal, two triangles; else a trapezoid.
      total += width * (a * b < 0 ? 0.5 * (a * a + b * b) / (abs(a) + abs(b)) : 0.5 * abs(a + b))
    }
    return total
  }

  /// How many of the ascending values are not above `limit`.
  static func count(_ ascending: [Double], upTo limit: Double) -> Int {
    var (low, high) = (0, ascending.count)
    while low < high {
      let middle = (low + high) / 2
      if ascending[middle] <= limit { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
