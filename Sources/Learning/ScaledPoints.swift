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
    coordinates.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      var dimension = 0
      while dimension + 4 <= dimensions, !family.isCityBlock {
        addFourSquares(all + dimension * count, point[dimension..<dimension + 4], to: sums)
        dimension += 4
      }
      while dimension < dimensions {
        let (values, center) = (all + dimension * count, point[dimension])
        if family.isCityBlock {
          for place in 0..<sums.count { sums[place] += abs(values[place] - center) }
        } else {
          for place in 0..<sums.count {
            let difference = values[place] - center
            sums[place] += difference * difference
          }
        }
        dimension += 1
      }
    }
  }

  /// Four coordinates at once, summed in their order: a sum is loaded and stored once for all of them.
  private func addFourSquares(
    _ values: UnsafePointer<Double>, _ center: ArraySlice<Double>,
    to sums: UnsafeMutableBufferPointer<Double>
  ) {
    let first = center.startIndex
    let (c0, c1, c2, c3) = (center[first], center[first + 1], center[first + 2], center[first + 3])
    let (v1, v2, v3) = (values + count, values + 2 * count, values + 3 * count)
    for place in 0..<sums.count {
      let (d0, d1) = (values[place] - c0, v1[place] - c1)
      let (d2, d3) = (v2[place] - c2, v3[place] - c3)
      var sum = sums[place] + d0 * d0
      sum += d1 * d1
      sum += d2 * d2
      sum += d3 * d3
      sums[place] = sum
    }
  }
}
