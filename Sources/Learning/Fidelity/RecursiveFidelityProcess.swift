public import DenseMath
public import Matter

/// Gaussian processes one above the other: each sees the inputs and what the one below it says of them.
///
/// What is not known of the lower value is carried up: mean and variance at each step are those over the
/// normal distribution of the lower value, by Gauss and Hermite's quadrature of five points, which is
/// exact where the link is linear.
public struct RecursiveFidelityProcess: Surrogate {
  /// One method above another.
  struct Step: Sendable {
    let form: FidelityLink.Form

    /// Of the inputs, and of the lower value.
    let inputs: FeatureStandardization
    let below: TargetStandardization
    let target: TargetStandardization

    /// On standardized inputs and the lower value behind them.
    let process: GaussianProcess

    /// Of a measurement, in the unit of the target squared.
    var noise: Double { target.scale * target.scale * process.noiseVariance }

    /// - Parameters:
    ///   - inputs: Standardized, `[n, d]`.
    ///   - below: In the unit of the target.
    func points(_ inputs: Matrix, below values: [Double]) -> Matrix {
      inputs.appending(column: below(values))
    }
  }

  public let features: CandidateFeatures
  public let variables: Int

  /// Of the cheapest method.
  let base: any StorableSurrogate

  /// From the second method to the last.
  let steps: [Step]

  public func predict(_ candidates: [Candidate]) throws -> [Prediction] {
    let raw = try features.matrix(candidates, variables: variables)
    var beliefs = try base.predict(candidates)
    for step in steps { beliefs = step.predict(step.inputs(raw), beliefs) }
    return beliefs
  }

  /// Draws the lower function first, then the one above it given the draw.
  public func sample(
    _ candidates: [Candidate], using generator: inout SplitMix64
  ) throws -> [Double] {
    let raw = try features.matrix(candidates, variables: variables)
    var values = try base.sample(candidates, using: &generator)
    for step in steps {
      let drawn = step.process.sample(
        step.points(step.inputs(raw), below: values), using: &generator)
      values = drawn.map { step.target.mean + step.target.scale * $0 }
    }
    return values
  }
}

extension RecursiveFidelityProcess.Step {
  /// Nodes and weights for a standard normal distribution: Abramowitz and Stegun (1964), table 25.10,
  /// in closed form.
  private static let quadrature: [(node: Double, weight: Double)] = {
    let root = 10.0.squareRoot()
    let (near, far) = ((5 - root).squareRoot(), (5 + root).squareRoot())
    let (inner, outer) = ((7 + 2 * root) / 60, (7 - 2 * root) / 60)
    return [(-far, outer), (-near, inner), (0, 8.0 / 15), (near, inner), (far, outer)]
  }()

  /// - Parameters:
  ///   - inputs: Standardized.
  ///   - beliefs: Of the method below.
  func predict(_ inputs: Matrix, _ beliefs: [Prediction]) -> [Prediction] {
    var means = [Double](repeating: 0, count: beliefs.count)
    var squares = means
    var variances = means
    for (node, weight) in Self.quadrature {
      let values = beliefs.map { $0.mean + node * $0.epistemicVariance.squareRoot() }
      let found = process.predict(points(inputs, below: values))
      for row in beliefs.indices {
        means[row] += weight * found.mean[row]
        squares[row] += weight * found.mean[row] * found.mean[row]
        variances[row] += weight * found.variance[row]
      }
    }
    let scale = target.scale * target.scale
    return beliefs.indices.map { row in
      Prediction(
        mean: target.mean + target.scale * means[row], aleatoricVariance: noise,
        epistemicVariance: scale
          * (variances[row] + max(squares[row] - means[row] * means[row], 0)))
    }
  }
}

extension Matrix {
  /// - Parameter values: One a row.
  func appending(column values: [Double]) -> Matrix {
    var result: [Double] = []
    result.reserveCapacity(rows * (columns + 1))
    for row in 0..<rows {
      result += self.row(row)
      result.append(values[row])
    }
    return Matrix(rows: rows, columns: columns + 1, elements: result)
  }
}
