public import DenseMath
import Foundation

extension GaussianProcess {
  /// One draw of the latent function at all points together.
  ///
  /// Up to ``exactSampleLimit`` points the draw is exact, O(m³). Beyond, with a stationary covariance of
  /// all columns it follows Wilson et al., ICML 2020, arXiv:2002.09309: a draw from the prior by random
  /// Fourier features, corrected exactly for the measurements; O(m (n + features)), and marginal
  /// variances agree with the exact ones to a few per cent of the signal variance. With any other
  /// covariance the draw is exact at ``exactSampleLimit`` points chosen at random, and each other point
  /// is drawn given those alone: marginal moments are exact, O(m (n + limit)²).
  ///
  /// - Parameter queries: `[m, d]`.
  public func sample(_ queries: Matrix, using generator: inout SplitMix64) -> [Double] {
    if queries.rows > GaussianProcess.exactSampleLimit {
      guard let kernel else { return sampleAroundAnchors(queries, using: &generator) }
      return samplePathwise(queries, kernel: kernel, features: 1024, using: &generator)
    }
    let (mean, covariance) = posterior(queries)
    var regular = covariance
    // Where a posterior variance is 0, rounding may leave it below.
    let priors = self.covariance.variances(queries)
    let typical = priors.reduce(0, +) / Double(max(priors.count, 1))
    for row in 0..<queries.rows { regular[row, row] += 1e-10 * typical }
    let root = Cholesky(regularizing: regular)
    let normals = (0..<queries.rows).map { _ in generator.normal() }
    return zip(mean, root.multiplyLower(normals)).map { $0 + $1 }
  }

  private func sampleAroundAnchors(
    _ queries: Matrix, using generator: inout SplitMix64
  ) -> [Double] {
    let anchors = generator.shuffled(0..<queries.rows).prefix(GaussianProcess.exactSampleLimit)
      .sorted()
    let chosen = queries.rows(at: anchors)
    let drawn = sample(chosen, using: &generator)
    // The draw is the latent function itself: known without noise.
    let informed = GaussianProcess(
      covariance: covariance, noiseVariance: 0,
      knownNoiseVariances: targets.indices.map { noise[$0] } + anchors.map { _ in 0 },
      inputs: Matrix(
        rows: inputs.rows + anchors.count, columns: inputs.columns,
        elements: inputs.elements + chosen.elements), targets: targets + drawn)
    let (mean, variance) = informed.predict(queries)
    var result = zip(mean, variance).map { $0 + $1.squareRoot() * generator.normal() }
    for (place, row) in anchors.enumerated() { result[row] = drawn[place] }
    return result
  }

  /// The number of points up to which ``sample(_:using:)`` is exact.
  public static let exactSampleLimit = 800

  func samplePathwise(
    _ queries: Matrix, kernel: Kernel, features count: Int, using generator: inout SplitMix64
  ) -> [Double] {
    let prior = PriorDraw(kernel: kernel, features: count, using: &generator)
    let atInputs = prior.values(inputs)
    let residuals = targets.indices.map { row in
      targets[row] - atInputs[row] - noise[row].squareRoot() * generator.normal()
    }
    let correction = factor.solve(residuals)
    var result = prior.values(queries)
    for start in stride(from: 0, to: queries.rows, by: 256) {
      let end = min(start + 256, queries.rows)
      let cross = points.values(
        of: PreparedCovariance(covariance, queries.rows(start..<end)))
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
