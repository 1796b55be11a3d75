public import DenseMath
import Foundation

extension GaussianProcess {
  /// One draw of the latent function at all points together.
  ///
  /// Up to ``exactSampleLimit`` points the draw is exact, O(m³). Beyond, it follows Wilson et al.,
  /// ICML 2020, arXiv:2002.09309: a draw from the prior by random Fourier features, corrected
  /// exactly for the measurements; O(m (n + features)), and marginal variances agree with the exact
  /// ones to a few per cent of the signal variance.
  ///
  /// - Parameter queries: `[m, d]`.
  /// - Throws: ``CholeskyError`` when the posterior covariance cannot be factored.
  public func sample(
    _ queries: Matrix, using generator: inout SplitMix64
  ) throws(CholeskyError) -> [Double] {
    if queries.rows > GaussianProcess.exactSampleLimit {
      return samplePathwise(queries, features: 1024, using: &generator)
    }
    let (mean, covariance) = posterior(queries)
    var regular = covariance
    // Where a posterior variance is 0, rounding may leave it below.
    for row in 0..<queries.rows { regular[row, row] += 1e-10 * kernel.signalVariance }
    let root = try Cholesky(addingJitterTo: regular)
    let normals = (0..<queries.rows).map { _ in generator.normal() }
    return zip(mean, root.multiplyLower(normals)).map { $0 + $1 }
  }

  /// The number of points up to which ``sample(_:using:)`` is exact.
  public static let exactSampleLimit = 800

  func samplePathwise(
    _ queries: Matrix, features count: Int, using generator: inout SplitMix64
  ) -> [Double] {
    let prior = PriorDraw(kernel: kernel, features: count, using: &generator)
    let atInputs = prior.values(inputs)
    let residuals = targets.indices.map { row in
      let known = knownNoiseVariances.isEmpty ? 0 : knownNoiseVariances[row]
      let noise = (noiseVariance + known).squareRoot() * generator.normal()
      return targets[row] - atInputs[row] - noise
    }
    let correction = factor.solve(residuals)
    var result = prior.values(queries)
    for start in stride(from: 0, to: queries.rows, by: 256) {
      let end = min(start + 256, queries.rows)
      let cross = kernel.covariance(queries.rows(start..<end), points)
      for (row, value) in cross.multiplied(by: correction).enumerated() {
        result[start + row] += value
      }
    }
    return result
  }
}

/// A draw from the prior as a sum of random cosines (Rahimi and Recht, NeurIPS 2007).
struct PriorDraw {
  /// `[features, d]`, rad per unit of the coordinate.
  let frequencies: Matrix
  let phases: [Double]
  let amplitudes: [Double]

  init(kernel: Kernel, features: Int, using generator: inout SplitMix64) {
    let dimensions = kernel.lengthscales.count
    var frequencies = Matrix(rows: features, columns: dimensions)
    for row in 0..<features {
      var stretch = kernel.family.spectralStretch(using: &generator)
      for column in 0..<dimensions {
        // A product over coordinates: each has a stretch of its own.
        if kernel.family.isCityBlock { stretch = kernel.family.spectralStretch(using: &generator) }
        frequencies[row, column] = stretch * generator.normal() / kernel.lengthscales[column]
      }
    }
    self.frequencies = frequencies
    phases = (0..<features).map { _ in 2 * .pi * generator.uniform() }
    let scale = (2 * kernel.signalVariance / Double(features)).squareRoot()
    amplitudes = (0..<features).map { _ in scale * generator.normal() }
  }

  func values(_ points: Matrix) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(points.rows)
    for start in stride(from: 0, to: points.rows, by: 128) {
      let block = points.rows(start..<min(start + 128, points.rows))
      let angles = block.multiplied(byTransposeOf: frequencies)
      for row in 0..<block.rows {
        var sum = 0.0
        for (feature, angle) in angles.row(row).enumerated() {
          sum += amplitudes[feature] * cos(angle + phases[feature])
        }
        result.append(sum)
      }
    }
    return result
  }
}

extension KernelFamily {
  /// The spectral density of a Matérn kernel of order ν is Student's t with 2ν degrees of freedom:
  /// a normal times this number.
  fileprivate func spectralStretch(using generator: inout SplitMix64) -> Double {
    let degrees =
      switch self {
      case .matern12, .laplace: 1
      case .matern32: 3
      case .matern52: 5
      case .rbf: 0
      }
    guard degrees > 0 else { return 1 }
    let chiSquare = (0..<degrees).reduce(0.0) { sum, _ in
      let normal = generator.normal()
      return sum + normal * normal
    }
    return (Double(degrees) / max(chiSquare, .leastNormalMagnitude)).squareRoot()
  }
}
