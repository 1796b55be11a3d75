import DenseMath
import Foundation

/// `exp(−mean([xᵢ ≠ xᵢ′]/ℓᵢ))` for columns that hold numbers of classes.
///
/// The Hamming distance of mixed spaces, as BoTorch's `CategoricalKernel` has it (Ru et al., ICML 2020,
/// arXiv:1906.08878, use it too): numbers are compared, never subtracted.
public struct CategoricalCovariance: CovarianceLeaf {
  /// One a column, or one for all; positive.
  public var lengthscales: [Double]
  public let columns: [Int]

  /// - Parameter lengthscales: One a column, or one for all.
  public init(lengthscales: [Double], columns: [Int]) {
    checkLengthscales(lengthscales.count, columns)
    self.lengthscales = lengthscales
    self.columns = columns
  }

  var parameters: [Double] {
    get { lengthscales.map { log($0) } }
    set { lengthscales = newValue.map { exp($0) } }
  }

  var parameterNames: [String] { lengthscaleNames(lengthscales.count, columns) }
  var priors: [ParameterPrior] { lengthscales.map { _ in .positive() } }

  func prepared(_ points: Matrix) -> LeafPoints {
    LeafPoints(scaled: ScaledPoints(points, columns: columns))
  }

  /// What a difference in a column costs.
  private func rate(_ dimension: Int) -> Double {
    1 / (lengthscales[lengthscales.count == 1 ? 0 : dimension] * Double(columns.count))
  }

  func fill(
    _ row: Int, of queries: LeafPoints, to points: LeafPoints,
    _ values: UnsafeMutableBufferPointer<Double>
  ) {
    values.update(repeating: 0)
    let center = queries.scaled.point(row)
    points.scaled.coordinates.withUnsafeBufferPointer { all in
      for dimension in columns.indices {
        let (rate, start) = (rate(dimension), dimension * points.count)
        for place in values.indices where all[start + place] != center[dimension] {
          values[place] -= rate
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
      points.scaled.coordinates.withUnsafeBufferPointer { all in
        for dimension in columns.indices {
          let start = dimension * points.count
          var sum = 0.0
          for place in values.indices where all[start + place] != all[start + row] {
            sum += weights[place] * values[place]
          }
          gradient[lengthscales.count == 1 ? 0 : dimension] += rate(dimension) * sum
        }
      }
      return values.indices.reduce(0) { $0 + weights[$1] * values[$1] }
    }
  }
}
