import DenseMath
import Foundation

/// Stretches columns before a covariance sees them: `1 − (1 − uᵃ)ᵇ` with `u` the place of the value in
/// a range, the cumulative distribution of Kumaraswamy.
///
/// Snoek et al., ICML 2014, arXiv:1402.0929, who use the beta distribution; Kumaraswamy's, which has
/// nearly its shapes and a closed form, stands for it as in BoTorch. `a` = `b` = 1 leaves the order and
/// the distances within the range as they are.
public struct InputWarp: Codable, Hashable, Sendable {
  public let columns: [Int]

  /// What maps to 0 and 1, one a column; values outside count as the nearest bound.
  public let ranges: [ClosedRange<Double>]

  /// `a`, one a column; positive.
  public var lower: [Double]

  /// `b`, one a column; positive.
  public var upper: [Double]

  public init(
    columns: [Int], ranges: [ClosedRange<Double>], lower: [Double]? = nil, upper: [Double]? = nil
  ) {
    let ones = [Double](repeating: 1, count: columns.count)
    precondition(
      ranges.count == columns.count && (lower ?? ones).count == columns.count
        && (upper ?? ones).count == columns.count,
      "each of \(columns.count) columns needs a range and two exponents")
    self.columns = columns
    self.ranges = ranges
    self.lower = lower ?? ones
    self.upper = upper ?? ones
  }

  var parameters: [Double] {
    get { (lower + upper).map { log($0) } }
    set {
      lower = newValue.prefix(columns.count).map { exp($0) }
      upper = newValue.suffix(columns.count).map { exp($0) }
    }
  }

  var parameterNames: [String] {
    columns.map { "warp \($0) lower" } + columns.map { "warp \($0) upper" }
  }

  /// BoTorch's prior: log-normal around 1 with variance 0.75 of the logarithm.
  var priors: [ParameterPrior] {
    (lower + upper).map { _ in
      ParameterPrior(location: 0, spread: 0.75.squareRoot(), range: log(0.05)...log(20))
    }
  }

  /// Neither end may have an infinite slope.
  private static let margin = 1e-7

  private func share(_ value: Double, _ place: Int) -> Double {
    let width = ranges[place].upperBound - ranges[place].lowerBound
    let share = width > 0 ? (value - ranges[place].lowerBound) / width : 0.5
    return min(max(share, Self.margin), 1 - Self.margin)
  }

  func callAsFunction(_ points: Matrix) -> Matrix {
    var result = points
    for (place, column) in columns.enumerated() {
      for row in 0..<points.rows {
        let share = share(points[row, column], place)
        result[row, column] = 1 - exp(upper[place] * log1p(-pow(share, lower[place])))
      }
    }
    return result
  }

  /// Turns derivatives by warped values into derivatives by the parameters, and in place by the values.
  ///
  /// - Parameters:
  ///   - slopes: `[width, n]`, a row for each column of `points`.
  ///   - gradient: Receives those by ``parameters``.
  func addSlopes(
    _ points: Matrix, _ slopes: inout [Double], to gradient: UnsafeMutableBufferPointer<Double>
  ) {
    for (place, column) in columns.enumerated() {
      let (a, b) = (lower[place], upper[place])
      let width = ranges[place].upperBound - ranges[place].lowerBound
      for row in 0..<points.rows {
        let value = points[row, column]
        let share = share(value, place)
        let power = pow(share, a)
        let rest = exp(b * log1p(-power))  // (1 − uᵃ)ᵇ
        let slope = slopes[column * points.rows + row]
        let byPower = b * rest / (1 - power)
        gradient[place] += slope * byPower * power * log(share) * a
        gradient[columns.count + place] -= slope * rest * log1p(-power) * b
        let isInside = ranges[place].contains(value) && width > 0
        slopes[column * points.rows + row] =
          isInside ? slope * byPower * a * power / (share * width) : 0
      }
    }
  }
}
