public import DenseMath

/// A stationary covariance `k(x, x′) = signalVariance · f(x − x′)` with one lengthscale for each
/// coordinate.
public struct Kernel: Codable, Hashable, Sendable {
  public var family: KernelFamily

  /// One for each coordinate, in its unit; positive.
  public var lengthscales: [Double]

  /// `k(x, x)`; positive.
  public var signalVariance: Double

  public init(family: KernelFamily, lengthscales: [Double], signalVariance: Double) {
    self.family = family
    self.lengthscales = lengthscales
    self.signalVariance = signalVariance
  }

  /// Covariances between the rows of two tables of points.
  ///
  /// - Parameters:
  ///   - a: `[m, d]`.
  ///   - b: `[n, d]`.
  /// - Returns: `[m, n]`; O(m n d).
  public func covariance(_ a: Matrix, _ b: Matrix) -> Matrix {
    covariance(a, ScaledPoints(b, lengthscales: lengthscales))
  }

  func covariance(_ a: Matrix, _ b: ScaledPoints) -> Matrix {
    precondition(
      a.columns == lengthscales.count,
      "\(a.columns) coordinates, but \(lengthscales.count) lengthscales")
    var result = Matrix(rows: a.rows, columns: b.count)
    let factors = lengthscales.map { 1 / $0 }
    var point = factors
    result.elements.withUnsafeMutableBufferPointer { values in
      for row in 0..<a.rows {
        for column in factors.indices { point[column] = a[row, column] * factors[column] }
        let own = UnsafeMutableBufferPointer(rebasing: values[row * b.count..<(row + 1) * b.count])
        b.addDistances(from: point, to: own, for: family)
      }
      family.correlate(values)
      for place in values.indices { values[place] *= signalVariance }
    }
    return result
  }
}
