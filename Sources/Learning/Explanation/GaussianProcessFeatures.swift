import DenseMath
public import Matter

extension GaussianProcessSurrogate: FeatureExplainable {
  /// Gradients of the mean by the standardized columns, integrated on the straight way from the mean
  /// of the training rows (Sundararajan, Taly and Yan, arXiv:1703.01365). A missing value counts as
  /// the mean and adds nothing.
  public func featureContributions(_ candidates: [Candidate]) throws -> FeatureTable? {
    let inputs = DescribedCandidates(features, variables: variables)
    let rows = try inputs.matrix(candidates)
    let ends = inputStandardization(rows)
    let scale = targetStandardization.scale
    var contributions: [[Double]] = []
    for row in 0..<ends.rows {
      var own = [Double](repeating: 0, count: inputStandardization.width)
      let found = process.integratedGradients(to: Array(ends.row(row)))
      for (column, value) in zip(inputStandardization.columns, found) {
        own[column] = scale * value
      }
      contributions.append(own)
    }
    var means = [Double](repeating: .nan, count: inputStandardization.width)
    for (column, mean) in zip(inputStandardization.columns, inputStandardization.means) {
      means[column] = mean
    }
    let origin = Matrix(rows: 1, columns: ends.columns)
    let start = process.predict(origin).mean[0]
    return FeatureTable(
      methods: [.integratedGradients], names: try inputs.columns(), values: rows.nestedRows,
      trainingMeans: means, contributions: contributions,
      base: targetStandardization.mean + scale * start)
  }

  public var featureCost: Double? {
    Double(GaussianProcess.steps * process.inputs.rows * process.inputs.columns)
  }
}

extension GaussianProcess {
  /// Steps of the integral; the mean is smooth, so that few are enough.
  fileprivate static let steps = 64

  /// What each coordinate adds to the mean on the straight way from the origin to a point, by the
  /// midpoint rule.
  ///
  /// - Returns: `[d]`; O(steps · n · d).
  fileprivate func integratedGradients(to end: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: end.count)
    for step in 0..<Self.steps {
      let share = (Double(step) + 0.5) / Double(Self.steps)
      let slopes = gradient(at: end.map { share * $0 })
      for place in sums.indices { sums[place] += slopes[place] / Double(Self.steps) }
    }
    return zip(sums, end).map { $0 * $1 }
  }

  /// The gradient of the mean: `Σ_i w_i 2 k′(r²_i) (x − x_i) / ℓ²`, with the derivative of the kernel
  /// by the squared distance; where distances are sums of differences, `Σ_i w_i k′(r_i) sign(x − x_i) / ℓ`.
  func gradient(at point: [Double]) -> [Double] {
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
}
