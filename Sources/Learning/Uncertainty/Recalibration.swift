import DenseMath
import Foundation

/// What makes predicted standard deviations mean what they say: σ′² = a² + b² σ².
///
/// A surrogate may be too sure of itself everywhere (b) and deny what it cannot see (a). Both are
/// chosen for the least mean ranked probability score of normal predictions of held-out rows
/// (Gneiting and Raftery, J. Am. Stat. Assoc. 102, 359 (2007)), which a few wild rows move less than
/// a likelihood. σ′ grows with σ: the order of predictions by how certain they are stays.
public struct Recalibration: Codable, Hashable, Sendable {
  /// b, without a unit.
  public let scale: Double

  /// a, in the unit of the target.
  public let addition: Double

  /// The standard deviation of a new measurement, in the unit of the target.
  public func deviation(_ predicted: Double) -> Double {
    (addition * addition + scale * scale * predicted * predicted).squareRoot()
  }

  /// Rows that are looked at; of more, every second, third, … one.
  static let mostRows = 4000

  /// Values of a / b that are tried, in medians of the predicted deviations.
  private static let additions = [0, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 20]

  /// - Parameters:
  ///   - predictions: Made without their own row; one or more.
  ///   - targets: In their order.
  public init(predictions: [Prediction], targets: [Double]) {
    let step = max(1, (targets.count + Self.mostRows - 1) / Self.mostRows)
    let rows = stride(from: 0, to: targets.count, by: step).map {
      (error: targets[$0] - predictions[$0].mean, spread: predictions[$0].standardDeviation)
    }
    let typical = Statistics.median(rows.map(\.spread))
    let error = Statistics.mean(rows.map { abs($0.error) })
    guard error > 0 else {
      (scale, addition) = (1, 0)
      return
    }
    var best = (score: Double.infinity, scale: 1.0, addition: 0.0)
    // Where most rows claim to be certain, the errors tell how much to add.
    for part in Self.additions.map({ $0 * (typical > 0 ? typical : error) }) {
      let shapes = rows.map { (error: $0.error, spread: hypot(part, $0.spread)) }
      let mean = Statistics.mean(shapes.map(\.spread))
      guard mean > 0 else { continue }
      let (scale, score) = Self.bestScale(shapes, around: error / mean)
      // A strict improvement, so that equal ones add the least.
      if score < best.score * (1 - 1e-9) { best = (score, scale, part * scale) }
    }
    (scale, addition) = (best.scale, best.addition)
  }

  /// The factor of the least mean score: golden sections of its logarithm, on which the score has
  /// one minimum.
  private static func bestScale(
    _ rows: [(error: Double, spread: Double)], around start: Double
  ) -> (scale: Double, score: Double) {
    func score(_ logarithm: Double) -> Double {
      let scale = exp(logarithm)
      return rows.reduce(0) {
        $0 + NormalScore.rankedProbability(error: $1.error, spread: scale * $1.spread)
      } / Double(rows.count)
    }
    let golden = (5.0.squareRoot() - 1) / 2
    var (low, high) = (log(start) - 3, log(start) + 3)
    var (left, right) = (high - golden * (high - low), low + golden * (high - low))
    var (atLeft, atRight) = (score(left), score(right))
    for _ in 0..<24 {
      if atLeft <= atRight {
        (high, right, atRight) = (right, left, atLeft)
        left = high - golden * (high - low)
        atLeft = score(left)
      } else {
        (low, left, atLeft) = (left, right, atRight)
        right = low + golden * (high - low)
        atRight = score(right)
      }
    }
    return atLeft <= atRight ? (exp(left), atLeft) : (exp(right), atRight)
  }
}

/// Scores of one target against a normal prediction.
enum NormalScore {
  /// The continuous ranked probability score, in the unit of the target.
  ///
  /// - Parameters:
  ///   - error: Target − mean.
  ///   - spread: Standard deviation; zero or more.
  static func rankedProbability(error: Double, spread: Double) -> Double {
    guard spread > 0 else { return abs(error) }
    let z = error / spread
    let inside = z * (2 * Normal.cumulative(z) - 1) + 2 * Normal.density(z)
    return spread * (inside - 1 / Double.pi.squareRoot())
  }
}
