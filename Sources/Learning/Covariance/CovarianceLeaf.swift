import DenseMath

/// A covariance of some columns that is not made of others.
///
/// Laws: ``fill(_:of:to:_:)`` is symmetric and positive semidefinite; ``addSlopes(_:_:weights:to:inputs:)``
/// gives its derivatives.
protocol CovarianceLeaf: Codable, Hashable, Sendable {
  /// The columns of the points that it reads.
  var columns: [Int] { get }

  /// Logarithms of what is positive, other numbers as they are.
  var parameters: [Double] { get set }
  var parameterNames: [String] { get }

  /// One for each of ``parameters``.
  var priors: [ParameterPrior] { get }

  func prepared(_ points: Matrix) -> LeafPoints

  /// `k(x, x)` of each point; 1 unless a leaf says otherwise.
  func variances(_ points: LeafPoints) -> [Double]

  /// Writes the covariances of a point of `queries` with the first `values.count` of `points`.
  func fill(
    _ row: Int, of queries: LeafPoints, to points: LeafPoints,
    _ values: UnsafeMutableBufferPointer<Double>)

  /// Adds `Σⱼ weights[j] ∂k(xᵣ, xⱼ)/∂θ` over the first points, `r` being `row`.
  ///
  /// - Parameters:
  ///   - gradient: One number for each of ``parameters``.
  ///   - inputs: Receives the derivatives by both points where it is given: `[width, n]`, a row for
  ///     each column of the *unscaled* points.
  /// - Returns: `Σⱼ weights[j] k(xᵣ, xⱼ)`.
  func addSlopes(
    _ row: Int, _ points: LeafPoints, weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) -> Double
}

/// Points as a leaf reads them.
struct LeafPoints: Sendable {
  let scaled: ScaledPoints

  /// One number a point whose meaning is the leaf's: as a rule a squared length.
  var sizes: [Double] = []

  var count: Int { scaled.count }
}

extension ScaledPoints {
  /// Beyond this, squares of differences would no longer be finite.
  static let largestCoordinate = 1e100

  /// Some columns, each multiplied by a factor (one each, or one for all, or none for 1).
  init(_ points: Matrix, columns: [Int], factors: [Double] = []) {
    var coordinates: [Double] = []
    coordinates.reserveCapacity(columns.count * points.rows)
    let most = ScaledPoints.largestCoordinate
    for (place, column) in columns.enumerated() {
      let factor = factors.isEmpty ? 1 : factors[factors.count == 1 ? 0 : place]
      for row in 0..<points.rows {
        coordinates.append(min(max(points[row, column] * factor, -most), most))
      }
    }
    self.init(count: points.rows, dimensions: columns.count, coordinates: coordinates)
  }
}

extension CovarianceLeaf {
  /// Those of a correlation, which most leaves are.
  func variances(_ points: LeafPoints) -> [Double] {
    [Double](repeating: 1, count: points.count)
  }

  /// Sums of products of a point's coordinates with those of the first points.
  func addProducts(
    _ row: Int, of queries: ScaledPoints, to points: ScaledPoints,
    _ sums: UnsafeMutableBufferPointer<Double>
  ) {
    points.coordinates.withUnsafeBufferPointer { all in
      for dimension in 0..<points.dimensions {
        let factor = queries.coordinates[dimension * queries.count + row]
        guard factor != 0 else { continue }
        let start = dimension * points.count
        for place in 0..<sums.count { sums[place] += factor * all[start + place] }
      }
    }
  }
}
