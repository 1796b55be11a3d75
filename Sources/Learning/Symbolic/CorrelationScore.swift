/// The largest correlation of a feature, whatever its sign, with one of several residuals.
struct CorrelationScore: FeatureScore {
  /// Residual after residual, each with mean 0 and length 1.
  private let residuals: [Double]
  private let rows: Int
  private let count: Int

  /// - Parameter residuals: What is left to explain; constant ones are left out.
  init(_ residuals: [[Double]]) {
    let rows = residuals.first?.count ?? 0
    var kept: [Double] = []
    for residual in residuals {
      let mean = residual.reduce(0, +) / Double(rows)
      let length = residual.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
      guard length > 0, length.isFinite else { continue }
      kept += residual.map { ($0 - mean) / length }
    }
    self.residuals = kept
    self.rows = rows
    count = rows == 0 ? 0 : kept.count / rows
  }

  func workspace() {}

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Double>) -> SIMD4<Double> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
  }

  func bound(_ values: UnsafeBufferPointer<Double>, _: inout Void) -> Double {
    guard let z = values.baseAddress else { return -1 }
    return residuals.withUnsafeBufferPointer { buffer in
      guard let first = buffer.baseAddress else { return -1 }
      let whole = rows & ~3
      var (sums, squares, products) = (SIMD4<Double>(), SIMD4<Double>(), SIMD4<Double>())
      for row in stride(from: 0, to: whole, by: 4) {
        let value = Self.load(z + row)
        sums += value
        squares += value * value
        products += value * Self.load(first + row)
      }
      var (sum, square, product) = (sums.sum(), squares.sum(), products.sum())
      for row in whole..<rows {
        sum += z[row]
        square += z[row] * z[row]
        product += z[row] * first[row]
      }
      let variation = square - sum * sum / Double(rows)
      // Constant but for rounding, or not finite.
      guard variation > 1e-13 * square else { return -1 }
      var largest = abs(product)
      for residual in 1..<max(count, 1) {
        largest = max(largest, abs(Self.product(z, first + residual * rows, rows)))
      }
      // Room for the rounding of nearly constant features.
      return largest / variation.squareRoot() * (1 + 1e-9) + 1e-9
    }
  }

  private static func product(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ rows: Int
  ) -> Double {
    let whole = rows & ~3
    var sums = SIMD4<Double>()
    for row in stride(from: 0, to: whole, by: 4) { sums += load(a + row) * load(b + row) }
    return (whole..<rows).reduce(sums.sum()) { $0 + a[$1] * b[$1] }
  }

  func exact(_ values: UnsafeBufferPointer<Double>) -> Double {
    let mean = values.reduce(0, +) / Double(rows)
    var (square, best) = (0.0, 0.0)
    for value in values { square += (value - mean) * (value - mean) }
    for residual in 0..<count {
      var product = 0.0
      for row in 0..<rows { product += (values[row] - mean) * residuals[residual * rows + row] }
      best = max(best, abs(product))
    }
    return (best / square.squareRoot() * 1e10).rounded() / 1e10
  }

  func key(_ values: UnsafeBufferPointer<Double>) -> ValueKey { ValueKey(upToScale: values) }
}
