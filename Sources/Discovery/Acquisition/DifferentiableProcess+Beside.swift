import DenseMath

extension DifferentiableProcess {
  /// One more point of a posterior, beside points that stay where they are.
  struct Beside {
    let mean: Double
    let variance: Double

    /// `[q]`: with the points that stay.
    let covariances: [Double]
    fileprivate let point: [Double]

    /// `[n]`: `K⁻¹` times the covariances with the rows.
    fileprivate let explained: [Double]

    /// `[n]` and `[q]`: derivatives of the kernel by half of the squared distance.
    fileprivate let slopes: [Double]
    fileprivate let between: [Double]
  }

  /// O(n²) for each point.
  ///
  /// - Parameters:
  ///   - points: `[m, d]`, row by row, each alone beside the others.
  ///   - fixed: Those that stay.
  func beside(_ fixed: Posterior, _ points: [Double]) -> [Beside] {
    let own = divided(points)
    let (cross, slopes) = kernels(own)
    let explained = cross.multiplied(byTransposeOf: precision)
    let means = cross.multiplied(by: weights)
    let shared = cross.multiplied(byTransposeOf: fixed.explained)
    return means.indices.map { row in
      var (covariances, between) = ([Double](), [Double]())
      for other in fixed.means.indices {
        let (value, slope) = kernel(
          squaredDistance(own, row * dimensions, fixed.points, other * dimensions))
        covariances.append(value - shared[row, other])
        between.append(slope)
      }
      var variance = kernel(0).value
      for (a, b) in zip(explained.row(row), cross.row(row)) { variance -= a * b }
      return Beside(
        mean: means[row], variance: variance, covariances: covariances,
        point: Array(own[row * dimensions..<(row + 1) * dimensions]),
        explained: Array(explained.row(row)), slopes: Array(slopes.row(row)), between: between)
    }
  }

  /// - Parameters:
  ///   - mean: The derivative of a function by the point's mean.
  ///   - variance: By its variance.
  ///   - covariances: `[q]`: by its covariances with the points that stay.
  /// - Returns: By the point, `[d]`.
  func gradient(
    _ beside: Beside, _ fixed: Posterior, mean: Double, variance: Double, covariances: [Double]
  ) -> [Double] {
    var pulls = weights.map { mean * $0 }
    for (row, factor) in covariances.enumerated() {
      add(-factor, fixed.explained, row, to: &pulls)
    }
    for place in pulls.indices {
      pulls[place] = (pulls[place] - 2 * variance * beside.explained[place]) * beside.slopes[place]
    }
    let others = zip(covariances, beside.between).map { $0 * $1 }
    return gradient(at: beside.point, pulls, others, fixed.points)
  }
}
