public import DenseMath
public import Matter

/// A Gaussian process of what several methods measure, in one covariance of all their rows.
///
/// Answers for the last of its levels unless another is asked for. Epistemic variance is that of the
/// latent function, aleatoric variance the fitted noise of the level.
public struct JointFidelityProcess: FidelitySurrogate {
  public let features: CandidateFeatures
  public let levels: [String]

  /// How many variables each candidate has.
  public let variables: Int
  public let inputStandardization: FeatureStandardization

  /// From which the covariance of ``process`` is made.
  let form: FidelityCoupling.Form

  /// Of each level.
  public let targetStandardizations: [TargetStandardization]

  /// On standardized inputs, the number of the level, and that of the measurement.
  public let process: GaussianProcess

  public func predict(_ candidates: [Candidate], level: Int) throws -> [Prediction] {
    let (means, variances) = process.predict(try points(candidates, level: level))
    let target = targetStandardizations[level]
    let noise = target.scale * target.scale * noiseVariance(level)
    return zip(means, variances).map { mean, variance in
      Prediction(
        mean: target.mean + target.scale * mean, aleatoricVariance: noise,
        epistemicVariance: target.scale * target.scale * variance)
    }
  }

  public func agreement(_ candidates: [Candidate], level: Int) throws -> [Double] {
    let own = PreparedCovariance(process.covariance, try points(candidates, level: level))
    let top = PreparedCovariance(
      process.covariance, try points(candidates, level: levels.count - 1))
    let solved = [own, top].map { process.factor.solveLower(rows: process.points.values(of: $0)) }
    let variances = [own, top].map(\.variances)
    return candidates.indices.map { row in
      func product(_ a: Int, _ b: Int) -> Double {
        zip(solved[a].row(row), solved[b].row(row)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      let spread =
        max(variances[0][row] - product(0, 0), 0) * max(variances[1][row] - product(1, 1), 0)
      guard spread > 0 else { return 0 }
      return min(max((top.value(row, with: own) - product(0, 1)) / spread.squareRoot(), -1), 1)
    }
  }

  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    let level = levels.count - 1
    let target = targetStandardizations[level]
    return process.sample(try points(candidates, level: level), using: &generator)
      .map { target.mean + target.scale * $0 }
  }

  /// The process after further measurements by one method: hyperparameters and standardizations stay.
  ///
  /// - Parameter level: From 0.
  public func conditioned(
    on candidates: [Candidate], level: Int, targets: [Double]
  ) throws -> JointFidelityProcess {
    let first = process.inputs.rows
    let rows = Self.points(
      inputStandardization(try features.matrix(candidates, variables: variables)),
      levels: candidates.map { _ in level },
      measurements: candidates.indices.map { first + $0 })
    return JointFidelityProcess(
      features: features, levels: levels, variables: variables,
      inputStandardization: inputStandardization, form: form,
      targetStandardizations: targetStandardizations,
      process: process.conditioned(on: rows, targets: targetStandardizations[level](targets)))
  }

  /// Of a measurement of the level, on standardized targets.
  func noiseVariance(_ level: Int) -> Double {
    guard case .sum(let parts) = process.covariance, case .measurement(let noise)? = parts.last
    else { return process.noiseVariance }
    return process.noiseVariance + noise.noiseVariances[level]
  }

  /// `[n, d + 2]`; of the noiseless function.
  private func points(_ candidates: [Candidate], level: Int) throws -> Matrix {
    Self.points(
      inputStandardization(try features.matrix(candidates, variables: variables)),
      levels: candidates.map { _ in level }, measurements: candidates.map { _ in -1 })
  }

  /// - Parameter inputs: `[n, d]`.
  static func points(_ inputs: Matrix, levels: [Int], measurements: [Int]) -> Matrix {
    var elements: [Double] = []
    elements.reserveCapacity(inputs.rows * (inputs.columns + 2))
    for row in 0..<inputs.rows {
      elements += inputs.row(row)
      elements += [Double(levels[row]), Double(measurements[row])]
    }
    return Matrix(rows: inputs.rows, columns: inputs.columns + 2, elements: elements)
  }
}
