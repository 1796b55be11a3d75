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
}
