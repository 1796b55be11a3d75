import DenseMath
import Foundation

/// How much of the difference between materials is left in learned vectors.
///
/// Encoders may map what differs onto one place (feature collapse: van Amersfoort et al.,
/// arXiv:2102.11409); whatever looks at the vectors alone is then certain of materials that it does not
/// know.
public struct VectorQuality: Codable, Hashable, Sendable {
  /// Numbers of a vector.
  public var width: Int

  /// How many directions the vectors fill: the exponential of the entropy of their covariance's
  /// eigenvalues (Roy and Vetterli, EUSIPCO 2007); 0 where all vectors are equal.
  public var effectiveRank: Double

  /// Share of pairs of materials of unequal descriptors whose vectors coincide: nearer than a thousandth
  /// of the typical distance of such descriptors would make them.
  public var coinciding: Double

  /// The 5 % quantile of the ratio of distances, vectors to descriptors, over its median: near 1 keeps
  /// distances, near 0 loses some of them.
  public var contraction: Double

  /// - Parameters:
  ///   - vectors: `[n, width]`, columns of spread 1 or less.
  ///   - descriptors: `[n, d]`, standardized.
  init(vectors: Matrix, descriptors: Matrix, seed: UInt64) {
    precondition(vectors.rows == descriptors.rows, "vectors and descriptors of the same rows")
    width = vectors.columns
    effectiveRank = Self.effectiveRank(vectors)
    let ratios = Self.ratios(vectors, descriptors, seed: seed)
    coinciding =
      ratios.isEmpty ? 0 : Double(ratios.count { $0 < 1e-3 }) / Double(ratios.count)
    let sorted = ratios.sorted()
    let median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    contraction = median > 0 ? sorted[sorted.count / 20] / median : 0
  }

  /// The mean of several.
  init?(mean parts: [VectorQuality]) {
    guard let first = parts.first else { return nil }
    let count = Double(parts.count)
    width = first.width
    effectiveRank = parts.reduce(0) { $0 + $1.effectiveRank } / count
    coinciding = parts.reduce(0) { $0 + $1.coinciding } / count
    contraction = parts.reduce(0) { $0 + $1.contraction } / count
  }

  /// Whether the vectors alone cannot tell materials apart: they lie on a line, or some that differ
  /// coincide.
  public var isCollapsed: Bool { effectiveRank < 1.5 || coinciding > 0.01 }

  private static func effectiveRank(_ vectors: Matrix) -> Double {
    let means = (0..<vectors.columns).map { Statistics.mean(vectors.column($0)) }
    var centered = vectors
    for row in 0..<vectors.rows {
      for column in means.indices { centered[row, column] -= means[column] }
    }
    let columns = centered.transposed
    let values = SymmetricEigen(columns.multiplied(byTransposeOf: columns)).values
    let positive = values.filter { $0 > 1e-12 * Double(max(vectors.rows, 1)) }
    let total = positive.reduce(0, +)
    guard total > 0 else { return 0 }
    return exp(-positive.reduce(0) { $0 + $1 / total * log($1 / total) })
  }

  /// Ratios of root-mean-square distances over pairs of rows at random.
  private static func ratios(_ vectors: Matrix, _ descriptors: Matrix, seed: UInt64) -> [Double] {
    guard vectors.rows > 1 else { return [] }
    var generator = SplitMix64(seed: seed, stream: 0xC011)
    return (0..<4000).compactMap { _ in
      let (a, b) = (
        generator.index(below: vectors.rows), generator.index(below: vectors.rows)
      )
      let apart = distance(descriptors, a, b)
      return apart > 1e-3 ? distance(vectors, a, b) / apart : nil
    }
  }

  private static func distance(_ rows: Matrix, _ a: Int, _ b: Int) -> Double {
    let sum = zip(rows.row(a), rows.row(b)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (sum / Double(max(rows.columns, 1))).squareRoot()
  }
}
