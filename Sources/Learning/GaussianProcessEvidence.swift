public import DenseMath
import Foundation

/// The log marginal likelihood of training data as a function of the hyperparameters.
///
/// Gradients are analytic: Rasmussen and Williams (2006), equation 5.9.
public struct GaussianProcessEvidence: Sendable {
  let family: KernelFamily

  /// `[n, d]`.
  let inputs: Matrix
  let targets: [Double]
  let knownNoiseVariances: [Double]

  /// How much of the common noise each measurement has; all of it if empty.
  let noiseFactors: [Double]

  /// - Parameters:
  ///   - inputs: `[n, d]`.
  ///   - knownNoiseVariances: `[n]`, or empty for none.
  ///   - noiseFactors: `[n]` positive numbers, or empty for 1 each.
  public init(
    family: KernelFamily, inputs: Matrix, targets: [Double], knownNoiseVariances: [Double] = [],
    noiseFactors: [Double] = []
  ) {
    precondition(
      inputs.rows == targets.count, "\(inputs.rows) inputs, but \(targets.count) targets")
    self.family = family
    self.inputs = inputs
    self.targets = targets
    self.knownNoiseVariances = knownNoiseVariances
    self.noiseFactors = noiseFactors
  }

  /// Up to `count` rows at random, in their order.
  func subset(_ count: Int, using generator: inout SplitMix64) -> GaussianProcessEvidence {
    guard targets.count > count else { return self }
    let rows = generator.shuffled(targets.indices).prefix(max(count, 1)).sorted()
    return GaussianProcessEvidence(
      family: family,
      inputs: Matrix(
        rows: rows.count, columns: inputs.columns, elements: rows.flatMap { inputs.row($0) }),
      targets: rows.map { targets[$0] },
      knownNoiseVariances: knownNoiseVariances.isEmpty ? [] : rows.map { knownNoiseVariances[$0] },
      noiseFactors: noiseFactors.isEmpty ? [] : rows.map { noiseFactors[$0] })
  }

  /// - Parameters:
  ///   - logarithms: Of the lengthscales (one a column, or one for all), then of the signal
  ///     variance and of the noise variance.
  ///   - gradient: Receives the derivatives by `logarithms`.
  /// - Returns: The log marginal likelihood, or −∞ where the covariance cannot be factored;
  ///   O(n³ + n² d).
  public func value(_ logarithms: [Double], gradient: inout [Double]) -> Double {
    let shared = logarithms.count == 3
    let (signal, noise) = (exp(logarithms[logarithms.count - 2]), exp(logarithms.last ?? 0))
    let lengthscales = (0..<inputs.columns).map { exp(logarithms[shared ? 0 : $0]) }
    let points = ScaledPoints(inputs, lengthscales: lengthscales)
    let (correlations, unweighted) = correlations(points)
    var slopes = unweighted
    guard let factor = factor(correlations, signal: signal, noise: noise) else {
      return -.infinity
    }
    let weights = factor.solve(targets)
    var sensitivity = factor.inverse.elements  // becomes αᵢ αⱼ − K⁻¹ᵢⱼ, below the diagonal
    let order = targets.count
    for row in 0..<order {
      for column in 0...row {
        let place = row * order + column
        sensitivity[place] = weights[row] * weights[column] - sensitivity[place]
      }
    }
    gradient = [Double](repeating: 0, count: logarithms.count)
    addVarianceSlopes(sensitivity, correlations, signal: signal, noise: noise, to: &gradient)
    for row in 0..<order {
      for place in row * order..<row * order + row {
        slopes[place] *= sensitivity[place] * signal
      }
    }
    addLengthscaleSlopes(slopes, points, shared: shared, to: &gradient)
    let fit = zip(targets, weights).reduce(0) { $0 + $1.0 * $1.1 }
    return -0.5 * fit - 0.5 * factor.logDeterminant - Double(order) * Normal.logRootTwoPi
  }

  /// Correlations and their slopes by the squared distance, below and on the diagonal of `[n, n]`.
  private func correlations(_ points: ScaledPoints) -> ([Double], [Double]) {
    let order = targets.count
    var values = [Double](repeating: 0, count: order * order)
    var slopes = values
    values.withUnsafeMutableBufferPointer { values in
      slopes.withUnsafeMutableBufferPointer { slopes in
        for row in 0..<order {
          let range = row * order..<row * order + row + 1
          let own = UnsafeMutableBufferPointer(rebasing: values[range])
          points.addDistances(from: points.point(row), to: own, for: family)
          family.correlate(own, slopes: UnsafeMutableBufferPointer(rebasing: slopes[range]))
        }
      }
    }
    return (values, slopes)
  }

  private func factor(_ correlations: [Double], signal: Double, noise: Double) -> Cholesky? {
    let order = targets.count
    var covariance = Matrix(
      rows: order, columns: order, elements: correlations.map { $0 * signal })
    for row in 0..<order {
      covariance[row, row] +=
        noise * noiseFactor(row) + (knownNoiseVariances.isEmpty ? 0 : knownNoiseVariances[row])
    }
    return try? Cholesky(addingJitterTo: covariance)
  }

  private func noiseFactor(_ row: Int) -> Double { noiseFactors.isEmpty ? 1 : noiseFactors[row] }

  private func addVarianceSlopes(
    _ sensitivity: [Double], _ correlations: [Double], signal: Double, noise: Double,
    to gradient: inout [Double]
  ) {
    let order = targets.count
    var (below, trace, diagonal) = (0.0, 0.0, 0.0)
    for row in 0..<order {
      for place in row * order..<row * order + row {
        below += sensitivity[place] * correlations[place]
      }
      let place = row * order + row
      diagonal += sensitivity[place] * correlations[place]
      trace += sensitivity[place] * noiseFactor(row)
    }
    gradient[gradient.count - 2] = signal * (below + 0.5 * diagonal)
    gradient[gradient.count - 1] = 0.5 * noise * trace
  }

  /// - Parameter slopes: `(αᵢ αⱼ − K⁻¹ᵢⱼ) ∂Kᵢⱼ/∂s` below the diagonal, `s` what the family correlates.
  private func addLengthscaleSlopes(
    _ slopes: [Double], _ points: ScaledPoints, shared: Bool, to gradient: inout [Double]
  ) {
    let order = targets.count
    slopes.withUnsafeBufferPointer { slopes in
      points.coordinates.withUnsafeBufferPointer { coordinates in
        guard let slopes = slopes.baseAddress, let all = coordinates.baseAddress else { return }
        for dimension in 0..<points.dimensions {
          let own = all + dimension * order
          var sum = 0.0
          for row in 1..<max(order, 1) {
            let weights = slopes + row * order
            sum +=
              family.isCityBlock
              ? weightedDistances(weights, own, center: own[row], row)
              : 2 * weightedSquares(weights, own, center: own[row], row)
          }
          gradient[shared ? 0 : dimension] -= sum
        }
      }
    }
  }
}

/// `Σ weights[k] |values[k] − center|`.
@inline(__always)
private func weightedDistances(
  _ weights: UnsafePointer<Double>, _ values: UnsafePointer<Double>, center: Double, _ count: Int
) -> Double {
  var sum = 0.0
  for k in 0..<count { sum += weights[k] * abs(values[k] - center) }
  return sum
}

/// `Σ weights[k] (values[k] − center)²`, in four running sums.
@inline(__always)
private func weightedSquares(
  _ weights: UnsafePointer<Double>, _ values: UnsafePointer<Double>, center: Double, _ count: Int
) -> Double {
  var sums = SIMD4<Double>.zero
  var k = 0
  while k + 4 <= count {
    let weight = UnsafeRawPointer(weights + k).loadUnaligned(as: SIMD4<Double>.self)
    let value = UnsafeRawPointer(values + k).loadUnaligned(as: SIMD4<Double>.self) - center
    sums += weight * value * value
    k += 4
  }
  var sum = sums.sum()
  while k < count {
    sum += weights[k] * (values[k] - center) * (values[k] - center)
    k += 1
  }
  return sum
}
