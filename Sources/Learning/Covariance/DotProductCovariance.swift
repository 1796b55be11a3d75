import DenseMath
import Foundation

/// `(c + Σ vᵢ xᵢ xᵢ′)^ζ`: linear functions (ζ = 1), polynomials, and the covariance of SOAP vectors.
///
/// Rasmussen and Williams (2006), equation 4.22. With `isNormalized`, vectors are first divided by
/// their lengths, so that the variance of every point is 1 (Bartók, Kondor and Csányi, Phys. Rev. B
/// 87, 184115 (2013), equation 36).
public struct DotProductCovariance: CovarianceLeaf {
  /// `vᵢ`, one a column, or one for all; or none, where all are 1 and not learned.
  public var weightVariances: [Double]

  /// `c`; `nil` for 0, which is not learned.
  public var offset: Double?

  /// `ζ`, at least 1.
  public let exponent: Int
  public let isNormalized: Bool
  public let columns: [Int]

  public init(
    weightVariances: [Double] = [], offset: Double? = nil, exponent: Int = 1,
    isNormalized: Bool = false, columns: [Int]
  ) {
    precondition(exponent >= 1, "the exponent is \(exponent), less than 1")
    precondition(
      [0, 1, columns.count].contains(weightVariances.count),
      "\(weightVariances.count) variances for \(columns.count) columns")
    precondition(
      !isNormalized || weightVariances.isEmpty, "normalized vectors have no variances of columns")
    self.weightVariances = weightVariances
    self.offset = offset
    self.exponent = exponent
    self.isNormalized = isNormalized
    self.columns = columns
  }

  /// Of variances of columns, then of the offset.
  var parameters: [Double] {
    get { (weightVariances + (offset.map { [$0] } ?? [])).map { log($0) } }
    set {
      weightVariances = newValue.prefix(weightVariances.count).map { exp($0) }
      if offset != nil { offset = exp(newValue[newValue.count - 1]) }
    }
  }

  var parameterNames: [String] {
    let each =
      weightVariances.count == columns.count
      ? columns.map { "weight variance \($0)" } : weightVariances.map { _ in "weight variance" }
    return each + (offset == nil ? [] : ["offset"])
  }

  /// The more columns, the less each adds to the variance of the whole.
  var priors: [ParameterPrior] {
    let typical = -log(Double(max(columns.count, 1)))
    let each = weightVariances.map { _ in
      ParameterPrior.positive(around: typical, spread: 3.0.squareRoot())
    }
    return each + (offset == nil ? [] : [.positive()])
  }

  /// Sizes are squared lengths, those of the vectors before they are normalized.
  func prepared(_ points: Matrix) -> LeafPoints {
    var scaled = ScaledPoints(
      points, columns: columns, factors: weightVariances.map { $0.squareRoot() })
    let squares = scaled.squaredLengths
    if isNormalized { scaled.multiply(squares.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }) }
    return LeafPoints(scaled: scaled, sizes: squares)
  }

  func variances(_ points: LeafPoints) -> [Double] {
    points.sizes.map { size in
      power((isNormalized ? (size > 0 ? 1 : 0) : size) + (offset ?? 0), exponent)
    }
  }

  func fill(
    _ row: Int, of queries: LeafPoints, to points: LeafPoints,
    _ values: UnsafeMutableBufferPointer<Double>
  ) {
    values.update(repeating: offset ?? 0)
    addProducts(row, of: queries.scaled, to: points.scaled, values)
    guard exponent > 1 else { return }
    for place in values.indices { values[place] = power(values[place], exponent) }
  }

  func addSlopes(
    _ row: Int, _ points: LeafPoints, weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) -> Double {
    withScratch(weights.count) { products in
      addProducts(row, of: points.scaled, to: points.scaled, products)
      return withScratch(weights.count) { slopes in
        var (sum, whole) = (0.0, 0.0)
        for place in slopes.indices {
          let base = products[place] + (offset ?? 0)
          let lesser = power(base, exponent - 1)
          slopes[place] = weights[place] * Double(exponent) * lesser
          whole += weights[place] * base * lesser
          sum += slopes[place]
        }
        if let offset { gradient[gradient.count - 1] += offset * sum }
        if !weightVariances.isEmpty { addVarianceSlopes(row, points, slopes, to: gradient) }
        if let inputs { addInputSlopes(row, points, slopes, products, to: inputs) }
        return whole
      }
    }
  }

  private func addVarianceSlopes(
    _ row: Int, _ points: LeafPoints, _ slopes: UnsafeMutableBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>
  ) {
    points.scaled.coordinates.withUnsafeBufferPointer { all in
      for dimension in columns.indices {
        let start = dimension * points.count
        var sum = 0.0
        for place in slopes.indices { sum += slopes[place] * all[start + place] }
        gradient[weightVariances.count == 1 ? 0 : dimension] += sum * all[start + row]
      }
    }
  }

  private func addInputSlopes(
    _ row: Int, _ points: LeafPoints, _ slopes: UnsafeMutableBufferPointer<Double>,
    _ products: UnsafeMutableBufferPointer<Double>, to inputs: UnsafeMutablePointer<Double>
  ) {
    // Of a normalized vector only what is across it moves the product, over its length.
    func share(_ place: Int, _ size: Double) -> (factor: Double, along: Double) {
      guard isNormalized else { return (1, 0) }
      return (size > 0 ? 1 / size.squareRoot() : 0, products[place])
    }
    for dimension in columns.indices {
      let all = points.scaled.coordinates[dimension * points.count..<(dimension + 1) * points.count]
      let first = all.startIndex
      let root =
        weightVariances.isEmpty
        ? 1 : weightVariances[weightVariances.count == 1 ? 0 : dimension].squareRoot()
      let own = inputs + columns[dimension] * points.count
      let center = all[first + row]
      for place in slopes.indices {
        let (here, there) = (share(place, points.sizes[row]), share(place, points.sizes[place]))
        let value = all[first + place]
        own[row] += root * slopes[place] * here.factor * (value - here.along * center)
        own[place] += root * slopes[place] * there.factor * (center - there.along * value)
      }
    }
  }
}

/// `base` times itself, `exponent` ≥ 0 times.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}

extension ScaledPoints {
  /// `Σ xᵢ²` of each point.
  var squaredLengths: [Double] {
    var sums = [Double](repeating: 0, count: count)
    for dimension in 0..<dimensions {
      for place in 0..<count {
        let value = coordinates[dimension * count + place]
        sums[place] += value * value
      }
    }
    return sums
  }

  /// Multiplies each point by a number.
  mutating func multiply(_ factors: [Double]) {
    for dimension in 0..<dimensions {
      for place in 0..<count { coordinates[dimension * count + place] *= factors[place] }
    }
  }
}
