import DenseMath
import Foundation

/// `exp(−2 Σ sin²(π Δᵢ/pᵢ)/ℓᵢ²)`: functions that repeat along each column.
///
/// MacKay (1998), as in Rasmussen and Williams (2006), equation 4.31, with a period and a lengthscale
/// for each column. (On the Euclidean distance of several columns together it is no covariance.)
public struct PeriodicCovariance: CovarianceLeaf {
  /// In units of the column; positive.
  public var periods: [Double]

  /// Dimensionless; positive.
  public var lengthscales: [Double]
  public let columns: [Int]

  public init(periods: [Double], lengthscales: [Double], columns: [Int]) {
    precondition(
      periods.count == columns.count && lengthscales.count == columns.count,
      "\(periods.count) periods and \(lengthscales.count) lengthscales for \(columns.count) columns"
    )
    self.periods = periods
    self.lengthscales = lengthscales
    self.columns = columns
  }

  /// Lengthscales, then periods.
  var parameters: [Double] {
    get { (lengthscales + periods).map { log($0) } }
    set {
      lengthscales = newValue.prefix(columns.count).map { exp($0) }
      periods = newValue.suffix(columns.count).map { exp($0) }
    }
  }

  var parameterNames: [String] {
    columns.map { "lengthscale \($0)" } + columns.map { "period \($0)" }
  }

  /// The sine is at most 1 whatever the period: lengthscales are sought around 1.
  var priors: [ParameterPrior] {
    let each = columns.map { _ in
      ParameterPrior.positive(around: 0.5 * log(Double(columns.count)))
    }
    return each + periods.map { _ in .positive() }
  }

  /// Coordinates are phases in units of π.
  func prepared(_ points: Matrix) -> LeafPoints {
    LeafPoints(scaled: ScaledPoints(points, columns: columns, factors: periods.map { 1 / $0 }))
  }

  func fill(
    _ row: Int, of queries: LeafPoints, to points: LeafPoints,
    _ values: UnsafeMutableBufferPointer<Double>
  ) {
    values.update(repeating: 0)
    let (all, center) = (points.scaled, queries.scaled.point(row))
    all.coordinates.withUnsafeBufferPointer { coordinates in
      for dimension in columns.indices {
        let factor = -2 / (lengthscales[dimension] * lengthscales[dimension])
        let start = dimension * all.count
        for place in values.indices {
          let sine = Self.sine(center[dimension] - coordinates[start + place])
          values[place] += factor * sine * sine
        }
      }
    }
    for place in values.indices { values[place] = exp(values[place]) }
  }

  func addSlopes(
    _ row: Int, _ points: LeafPoints, weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) -> Double {
    return withScratch(weights.count) { values in
      fill(row, of: points, to: points, values)
      let all = points.scaled
      for dimension in columns.indices {
        let factor = 2 / (lengthscales[dimension] * lengthscales[dimension])
        let start = dimension * all.count
        var (byLength, byPeriod, bySelf) = (0.0, 0.0, 0.0)
        for place in values.indices {
          let phase = all.coordinates[start + row] - all.coordinates[start + place]
          let (sine, cosine) = (Self.sine(phase), Self.sine(phase + 0.5))
          let weighted = weights[place] * values[place] * factor
          byLength += 2 * weighted * sine * sine
          let byPhase = -2 * Double.pi * weighted * sine * cosine
          byPeriod -= byPhase * phase
          guard let inputs else { continue }
          inputs[columns[dimension] * all.count + place] -= byPhase / periods[dimension]
          bySelf += byPhase / periods[dimension]
        }
        gradient[dimension] += byLength
        gradient[columns.count + dimension] += byPeriod
        inputs?[columns[dimension] * all.count + row] += bySelf
      }
      return values.indices.reduce(0) { $0 + weights[$1] * values[$1] }
    }
  }

  /// `sin(π t)`, exact to rounding for large `t` too.
  private static func sine(_ t: Double) -> Double {
    sin(.pi * t.remainder(dividingBy: 2))
  }
}
