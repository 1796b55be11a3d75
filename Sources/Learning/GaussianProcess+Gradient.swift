import DenseMath

extension GaussianProcess {
  /// The gradient of the mean.
  ///
  /// With a stationary covariance of all columns `Σ_i w_i 2 k′(r²_i) (x − x_i) / ℓ²`, with the derivative of
  /// the kernel by the squared distance; where distances are sums of differences, `Σ_i w_i k′(r_i)
  /// sign(x − x_i) / ℓ`.
  func gradient(at point: [Double]) -> [Double] {
    guard let kernel, let points = points.allScaledColumns else { return slopes(at: point) }
    let factors = kernel.lengthscales.map { 1 / $0 }
    let scaled = zip(point, factors).map { $0 * $1 }
    var squares = [Double](repeating: 0, count: points.count)
    var slopes = squares
    squares.withUnsafeMutableBufferPointer { squares in
      points.addDistances(from: scaled, to: squares, for: kernel.family)
      slopes.withUnsafeMutableBufferPointer { kernel.family.correlate(squares, slopes: $0) }
    }
    if kernel.family.isCityBlock {
      return factors.indices.map { dimension in
        let own = points.coordinates[dimension * points.count..<(dimension + 1) * points.count]
        var sum = 0.0
        for (place, value) in own.enumerated() where value != scaled[dimension] {
          sum += slopes[place] * weights[place] * (scaled[dimension] > value ? 1 : -1)
        }
        return kernel.signalVariance * factors[dimension] * sum
      }
    }
    let pulls = zip(slopes, weights).map { 2 * kernel.signalVariance * $0 * $1 }
    let total = pulls.reduce(0, +)
    return factors.indices.map { dimension in
      let start = dimension * points.count
      var pulled = 0.0
      for place in pulls.indices { pulled += pulls[place] * points.coordinates[start + place] }
      return factors[dimension] * (total * scaled[dimension] - pulled)
    }
  }

  /// The same of any covariance, the point standing after the measurements.
  private func slopes(at point: [Double]) -> [Double] {
    let all = Matrix(
      rows: inputs.rows + 1, columns: inputs.columns, elements: inputs.elements + point)
    let traced = Covariance.warped(covariance, by: InputWarp(columns: [], ranges: []))
    return PreparedCovariance(traced, all).slopesByLastPoint(weights: weights + [0])
  }
}
