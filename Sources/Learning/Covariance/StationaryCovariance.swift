import DenseMath
import Foundation

/// A correlation that falls with the scaled distance between points: a ``KernelFamily``.
public struct StationaryCovariance: CovarianceLeaf {
  public var family: KernelFamily

  /// One a column, or one for all; positive.
  public var lengthscales: [Double]
  public let columns: [Int]

  /// - Parameter lengthscales: One a column, or one for all.
  public init(_ family: KernelFamily, lengthscales: [Double], columns: [Int]) {
    checkLengthscales(lengthscales.count, columns)
    self.family = family
    self.lengthscales = lengthscales
    self.columns = columns
  }

  var parameters: [Double] {
    get { lengthscales.map { log($0) } }
    set { lengthscales = newValue.map { exp($0) } }
  }

  var parameterNames: [String] { lengthscaleNames(lengthscales.count, columns) }

  var priors: [ParameterPrior] {
    lengthscales.map { _ in .lengthscale(dimensions: columns.count) }
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
    points.scaled.addDistances(from: queries.scaled.point(row), to: values, for: family)
    family.correlate(values)
  }

  func addSlopes(
    _ row: Int, _ points: LeafPoints, weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) -> Double {
    let (center, count) = (points.scaled.point(row), weights.count)
    return withScratch(3 * count) { scratch in
      let values = UnsafeMutableBufferPointer(rebasing: scratch[..<count])
      let slopes = UnsafeMutableBufferPointer(rebasing: scratch[count..<2 * count])
      let distances = UnsafeMutableBufferPointer(rebasing: scratch[(2 * count)...])
      points.scaled.addDistances(from: center, to: distances, for: family)
      _ = values.update(fromContentsOf: distances)
      family.correlate(values, slopes: slopes)
      var sum = 0.0
      for place in slopes.indices {
        sum += weights[place] * values[place]
        slopes[place] *= weights[place]
      }
      if lengthscales.count == 1, inputs == nil {
        // One lengthscale for all: the distance itself falls with it.
        let pull = slopes.indices.reduce(0) { $0 + slopes[$1] * distances[$1] }
        gradient[0] -= family.isCityBlock ? pull : 2 * pull
        return sum
      }
      let parts = ScaledDistances(
        points: points.scaled, columns: columns, lengthscales: lengthscales,
        isCityBlock: family.isCityBlock)
      parts.addSlopes(row, UnsafeBufferPointer(slopes), to: gradient, inputs: inputs)
      return sum
    }
  }
}

/// There is one lengthscale a column, or one for all.
func checkLengthscales(_ count: Int, _ columns: [Int]) {
  precondition(
    count == columns.count || count == 1, "\(count) lengthscales for \(columns.count) columns")
}

/// Names of one lengthscale a column, or of one for all.
func lengthscaleNames(_ count: Int, _ columns: [Int]) -> [String] {
  count == columns.count ? columns.map { "lengthscale \($0)" } : ["lengthscale"]
}

/// A buffer of zeros for one row.
func withScratch<Result>(
  _ count: Int, _ body: (UnsafeMutableBufferPointer<Double>) -> Result
) -> Result {
  withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { buffer in
    buffer.initialize(repeating: 0)
    return body(buffer)
  }
}

/// Derivatives of what depends on points by scaled distances alone.
struct ScaledDistances {
  let points: ScaledPoints
  let columns: [Int]
  let lengthscales: [Double]
  let isCityBlock: Bool

  /// - Parameter slopes: Weights times the derivative by the squared distance (city block: distance).
  func addSlopes(
    _ row: Int, _ slopes: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) {
    guard let weights = slopes.baseAddress else { return }
    let isShared = lengthscales.count == 1
    points.coordinates.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      var first = 0
      while first + 4 <= points.dimensions, !isCityBlock {
        let own = all + first * points.count
        let sums = weightedSquares(weights, own, stride: points.count, row: row, slopes.count)
        for lane in 0..<4 { gradient[isShared ? 0 : first + lane] -= 2 * sums[lane] }
        first += 4
      }
      for dimension in first..<points.dimensions {
        let own = all + dimension * points.count
        gradient[isShared ? 0 : dimension] -=
          isCityBlock
          ? weightedDistances(weights, own, center: own[row], slopes.count)
          : 2 * weightedSquares(weights, own, center: own[row], slopes.count)
      }
      guard let inputs else { return }
      for dimension in 0..<points.dimensions {
        let own = all + dimension * points.count
        let factor = 1 / lengthscales[isShared ? 0 : dimension]
        addInputs(
          row, weights, own, slopes.count, factor,
          to: inputs + columns[dimension] * points.count)
      }
    }
  }

  private func addInputs(
    _ row: Int, _ weights: UnsafePointer<Double>, _ values: UnsafePointer<Double>, _ count: Int,
    _ factor: Double, to slopes: UnsafeMutablePointer<Double>
  ) {
    var sum = 0.0
    for place in 0..<count {
      let difference = values[row] - values[place]
      let step = isCityBlock ? (difference > 0 ? 1 : difference < 0 ? -1 : 0) : 2 * difference
      let slope = weights[place] * step * factor
      slopes[place] -= slope
      sum += slope
    }
    slopes[row] += sum
  }
}

/// `Σ weights[k] |values[k] − center|`.
@inline(__always)
private func weightedDistances(
  _ weights: UnsafePointer<Double>, _ values: UnsafePointer<Double>, center: Double, _ count: Int
) -> Double {
  var sum = 0.0
  for k in 0..<count { sum += weights[k] * abs(values[k] - center) }
  return sum
}

/// `Σ weights[k] (values[k] − values[row])²` of four coordinates, which lie `stride` apart.
@inline(__always)
private func weightedSquares(
  _ weights: UnsafePointer<Double>, _ values: UnsafePointer<Double>, stride: Int, row: Int,
  _ count: Int
) -> SIMD4<Double> {
  let (v0, v1) = (values, values + stride)
  let (v2, v3) = (values + 2 * stride, values + 3 * stride)
  let (c0, c1, c2, c3) = (v0[row], v1[row], v2[row], v3[row])
  var (s0, s1) = (SIMD2<Double>.zero, SIMD2<Double>.zero)
  var (s2, s3) = (s0, s0)
  var k = 0
  while k + 2 <= count {
    let weight = UnsafeRawPointer(weights + k).loadUnaligned(as: SIMD2<Double>.self)
    let d0 = UnsafeRawPointer(v0 + k).loadUnaligned(as: SIMD2<Double>.self) - c0
    let d1 = UnsafeRawPointer(v1 + k).loadUnaligned(as: SIMD2<Double>.self) - c1
    let d2 = UnsafeRawPointer(v2 + k).loadUnaligned(as: SIMD2<Double>.self) - c2
    let d3 = UnsafeRawPointer(v3 + k).loadUnaligned(as: SIMD2<Double>.self) - c3
    s0 += weight * d0 * d0
    s1 += weight * d1 * d1
    s2 += weight * d2 * d2
    s3 += weight * d3 * d3
    k += 2
  }
  var sums = SIMD4(s0.sum(), s1.sum(), s2.sum(), s3.sum())
  if k < count {
    let last = SIMD4(v0[k] - c0, v1[k] - c1, v2[k] - c2, v3[k] - c3)
    sums += weights[k] * last * last
  }
  return sums
}

/// `Σ weights[k] (values[k] − center)²`, in four running sums.
@inline(__always)
private func weightedSquares(
  _ weights: UnsafePointer<Double>, _ values: UnsafePointer<Double>, center: Double, _ count: Int
) -> Double {
  var sums = SIMD4<Double>.zero
  var k = 0
  while k + 4 <= count {
    let weight = UnsafeRawPointer(weights + k).loadUnaligned(as: SIMD4<Double>.self)
    let value = UnsafeRawPointer(values + k).loadUnaligned(as: SIMD4<Double>.self) - center
    sums += weight * value * value
    k += 4
  }
  var sum = sums.sum()
  while k < count {
    sum += weights[k] * (values[k] - center) * (values[k] - center)
    k += 1
  }
  return sum
}
