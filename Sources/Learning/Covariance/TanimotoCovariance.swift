import DenseMath

/// `x·x′ / (|x|² + |x′|² − x·x′)`: shared bits of fingerprints over all bits, or the same of counts.
///
/// A covariance for any real vectors (Ralaivola et al., Neural Netw. 18, 1093 (2005)). Two vectors of
/// zeros are equal: 1. It has no parameters.
public struct TanimotoCovariance: CovarianceLeaf {
  public let columns: [Int]

  public init(columns: [Int]) {
    self.columns = columns
  }

  var parameters: [Double] {
    get { [] }
    set { precondition(newValue.isEmpty, "a Tanimoto covariance has no parameters") }
  }

  var parameterNames: [String] { [] }
  var priors: [ParameterPrior] { [] }

  func prepared(_ points: Matrix) -> LeafPoints {
    let scaled = ScaledPoints(points, columns: columns)
    return LeafPoints(scaled: scaled, sizes: scaled.squaredLengths)
  }

  func fill(
    _ row: Int, of queries: LeafPoints, to points: LeafPoints,
    _ values: UnsafeMutableBufferPointer<Double>
  ) {
    values.update(repeating: 0)
    addProducts(row, of: queries.scaled, to: points.scaled, values)
    let size = queries.sizes[row]
    for place in values.indices {
      let union = size + points.sizes[place] - values[place]
      values[place] = union > 0 ? values[place] / union : 1
    }
  }

  func addSlopes(
    _ row: Int, _ points: LeafPoints, weights: UnsafeBufferPointer<Double>,
    to gradient: UnsafeMutableBufferPointer<Double>, inputs: UnsafeMutablePointer<Double>?
  ) -> Double {
    withScratch(weights.count) { products in
      addProducts(row, of: points.scaled, to: points.scaled, products)
      var sum = 0.0
      for place in products.indices {
        let both = points.sizes[row] + points.sizes[place]
        let union = both - products[place]
        sum += weights[place] * (union > 0 ? products[place] / union : 1)
        guard let inputs, union > 0 else { continue }
        let byProduct = weights[place] * both / (union * union)
        let bySize = -weights[place] * products[place] / (union * union)
        for dimension in columns.indices {
          let start = dimension * points.count
          let (center, value) = (
            points.scaled.coordinates[start + row], points.scaled.coordinates[start + place]
          )
          let own = inputs + columns[dimension] * points.count
          own[row] += byProduct * value + 2 * bySize * center
          own[place] += byProduct * center + 2 * bySize * value
        }
      }
      return sum
    }
  }
}
