import DenseMath
import Foundation

/// `(1 + r²/2α)^−α`: a mixture of RBF correlations of many lengthscales.
///
/// Rasmussen and Williams (2006), equation 4.19, with one lengthscale a column.
public struct RationalQuadraticCovariance: CovarianceLeaf {
  /// One a column, or one for all; positive.
  public var lengthscales: [Double]

  /// `α`: the greater, the narrower the mixture; positive.
  public var mixture: Double
  public let columns: [Int]

  /// - Parameter lengthscales: One a column, or one for all.
  public init(lengthscales: [Double], mixture: Double = 1, columns: [Int]) {
    checkLengthscales(lengthscales.count, columns)
    self.lengthscales = lengthscales
    self.mixture = mixture
    self.columns = columns
  }

  var parameters: [Double] {
    get { lengthscales.map { log($0) } + [log(mixture)] }
    set {
      lengthscales = newValue.dropLast().map { exp($0) }
      mixture = exp(newValue[newValue.count - 1])
    }
  }

  var parameterNames: [String] { lengthscaleNames(lengthscales.count, columns) + ["mixture"] }

  var priors: [ParameterPrior] {
    lengthscales.map { _ in .lengthscale(dimensions: columns.count) } + [.positive()]
  }

  func prepared(_ points: Matrix) -> LeafPoints {
    LeafPoints(
      scaled: ScaledPoints(points, columns: columns, factors: lengthscales.map { 1 / $0 }))
  }

  func fill(
    _ row: Int, of queries: LeafPoints, to points: LeafPoints,
    _ values: UnsafeMutableBufferPointer<Double>
  ) {
    values.update(repeating: 0)
    points.scaled.addDistances(from: queries.scaled.point(row), to: values, for: .rbf)
    for place in values.indices {
      values[place] = exp(-mixture * log1p(values[place] / (2 * mixture)))
    }
  }

  func addSlopes(
    _ row: Int, _ points: LeafPoints, weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) -> Double {
    return withScratch(weights.count) { slopes in
      points.scaled.addDistances(from: points.scaled.point(row), to: slopes, for: .rbf)
      var (byMixture, sum) = (0.0, 0.0)
      for place in slopes.indices {
        let share = slopes[place] / (2 * mixture)
        let logarithm = log1p(share)
        let weighted = weights[place] * exp(-mixture * logarithm)
        sum += weighted
        byMixture += weighted * (share / (1 + share) - logarithm)
        slopes[place] = -0.5 * weighted / (1 + share)
      }
      gradient[gradient.count - 1] += mixture * byMixture
      let distances = ScaledDistances(
        points: points.scaled, columns: columns, lengthscales: lengthscales, isCityBlock: false)
      distances.addSlopes(row, UnsafeBufferPointer(slopes), to: gradient, inputs: inputs)
      return sum
    }
  }
}
