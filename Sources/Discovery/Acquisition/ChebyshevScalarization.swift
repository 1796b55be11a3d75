import DenseMath
import Foundation

/// Several objectives as one number, so that every point of a front, also in its hollows, is the best
/// for some weights: the least of the weighted objectives plus a twentieth of their sum (ParEGO:
/// Knowles, IEEE Trans. Evol. Comput. 10, 50 (2006)), each objective scaled to 0 ... 1.
public struct ChebyshevScalarization: Sendable {
  /// Not negative; they sum to 1.
  public let weights: [Double]
  let lows: [Double]
  let ranges: [Double]
  private let normals: [[Double]]

  static let share = 0.05

  /// - Parameters:
  ///   - points: What the objectives are scaled by, to be maximized; not empty.
  ///   - weights: As many as objectives.
  public init(over points: [[Double]], weights: [Double], samples: Int = 128) {
    precondition(!points.isEmpty && points[0].count == weights.count)
    self.weights = weights
    lows = weights.indices.map { place in points.map { $0[place] }.min() ?? 0 }
    ranges = zip(weights.indices, lows).map { place, low in
      let range = (points.map { $0[place] }.max() ?? 0) - low
      return range > 0 ? range : 1
    }
    var sequence = SobolSequence(dimensions: weights.count, seed: 0x5EED)
    normals = (0..<samples).map { _ in sequence.next().map { Normal.quantile($0) } }
  }

  /// With weights drawn evenly from all that sum to 1.
  public init(over points: [[Double]], seed: UInt64, stream: UInt64) {
    var generator = SplitMix64(seed: seed, stream: stream)
    let drawn = (0..<(points.first?.count ?? 0)).map { _ in -log(1 - generator.uniform()) }
    let total = drawn.reduce(0, +)
    self.init(over: points, weights: drawn.map { total > 0 ? $0 / total : 1 })
  }

  public func value(_ point: [Double]) -> Double {
    var (least, sum) = (Double.infinity, 0.0)
    for place in weights.indices {
      let term = weights[place] * (point[place] - lows[place]) / ranges[place]
      least = min(least, term)
      sum += term
    }
    return least + Self.share * sum
  }

  /// `log E[max(0, value − best)]` of independent normal objectives, over fixed draws, with a
  /// softplus of temperature 1e-6.
  public func logExpectedImprovement(
    means: [Double], deviations: [Double], best: Double
  ) -> Double {
    let terms = normals.map { draw in
      let point = means.indices.map { means[$0] + deviations[$0] * draw[$0] }
      return JointLogImprovement.logImprovement(value(point) - best)
    }
    return logSumOfExponentials(terms) - log(Double(terms.count))
  }
}
