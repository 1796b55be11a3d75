import DenseMath

/// Points divided by their lengthscales, one row a coordinate, so that inner loops run along
/// points.
struct ScaledPoints: Sendable {
  let count: Int
  let dimensions: Int

  /// `[d, n]`.
  var coordinates: [Double]

  init(_ points: Matrix, lengthscales: [Double]) {
    precondition(
      points.columns == lengthscales.count,
      "\(points.columns) coordinates, but \(lengthscales.count) lengthscales")
    count = points.rows
    dimensions = points.columns
    coordinates = points.transposed.elements
    for dimension in 0..<dimensions {
      let factor = 1 / lengthscales[dimension]
      for place in dimension * count..<(dimension + 1) * count { coordinates[place] *= factor }
    }
  }

  /// - Parameter coordinates: `[d, n]`, already scaled.
  init(count: Int, dimensions: Int, coordinates: [Double]) {
    self.count = count
    self.dimensions = dimensions
    self.coordinates = coordinates
  }

  /// The scaled coordinates of one point.
  func point(_ index: Int) -> [Double] {
    (0..<dimensions).map { coordinates[$0 * count + index] }
  }

  /// Adds the distances from `point` to the first `sums.count` points: what `family` correlates.
  func addDistances(
    from point: [Double], to sums: UnsafeMutableBufferPointer<Double>, for family: KernelFamily
  ) {
    coordinates.withUnsafeBufferPointer { coordinates in
      for dimension in 0..<dimensions {
        let center = point[dimension]
        let own = coordinates[dimension * count..<(dimension + 1) * count]
        let values = UnsafeBufferPointer(rebasing: own)
        if family.isCityBlock {
          for place in 0..<sums.count { sums[place] += abs(values[place] - center) }
          continue
        }
        for place in 0..<sums.count {
          let difference = values[place] - center
          sums[place] += difference * difference
        }
      }
    }
  }
}
