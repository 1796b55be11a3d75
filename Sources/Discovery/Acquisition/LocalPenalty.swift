public import DenseMath
import Foundation

/// Keeps the candidates of a batch apart (González et al., AISTATS 2016, arXiv:1505.08052).
///
/// A property that changes by at most `L` per unit of distance and is at most `M` has no maximum
/// nearer to a candidate `xⱼ` than `(M − f(xⱼ)) / L`. The probability that `x` lies outside this
/// ball, `Φ((L |x − xⱼ| − M + μⱼ) / σⱼ)`, multiplies what is expected of `x`.
public struct LocalPenalty: Sendable {
  /// Coordinates of all candidates, one row each.
  let points: Matrix
  let lipschitz: Double
  let maximum: Double

  /// - Parameters:
  ///   - means: Posterior means, oriented so that more is better; the steepest slope between any
  ///     two of them is `L`.
  ///   - maximum: `M`, the best value that is known.
  public init(points: Matrix, means: [Double], maximum: Double) {
    precondition(points.rows == means.count, "\(points.rows) points, \(means.count) means")
    self.points = points
    self.maximum = maximum
    var steepest = 0.0
    for a in means.indices {
      for b in 0..<a {
        let distance = Self.distance(points, a, b)
        if distance > 1e-9 { steepest = max(steepest, abs(means[a] - means[b]) / distance) }
      }
    }
    // Where all means are equal, any small slope says the same (as in the authors' code).
    lipschitz = max(steepest, 1e-7)
  }

  /// The logarithm of the penalty of one place for a chosen one.
  ///
  /// - Parameters:
  ///   - mean: Of the chosen one.
  ///   - deviation: Of the chosen one, epistemic.
  public func logFactor(_ place: Int, from chosen: Int, mean: Double, deviation: Double) -> Double {
    let reach = lipschitz * Self.distance(points, place, chosen) - maximum + mean
    guard deviation > 0 else { return reach >= 0 ? 0 : -.infinity }
    return Normal.logCumulative(reach / deviation)
  }

  private static func distance(_ points: Matrix, _ a: Int, _ b: Int) -> Double {
    var sum = 0.0
    for column in 0..<points.columns {
      let difference = points[a, column] - points[b, column]
      sum += difference * difference
    }
    return sum.squareRoot()
  }
}
