import DenseMath
import Foundation

/// How likely some measurements are, each given the measurements around it, as a function of the
/// hyperparameters.
///
/// The logarithms of these conditional densities sum to Vecchia's likelihood where the conditioning
/// rows come before the row in some order, and to a predictive one where they are training rows and the
/// row was held out. Gradients are analytic. Columns are in groups, each with one lengthscale.
struct NeighborEvidence: Sendable {
  /// One measurement and those that it is conditioned on, the last of ``targets`` being its own.
  struct Term: Sendable {
    /// Of each group, by the incoming coordinates: what ``KernelFamily/correlate(_:)`` takes of each
    /// pair of points, below the diagonal, row after row.
    let distances: [[Double]]
    let targets: [Double]
    let noiseFactors: [Double]
    let knownNoiseVariances: [Double]
  }

  let family: KernelFamily
  let terms: [Term]

  /// Whether measurements that are conditioned on have noise of their own size: the hyperparameters then
  /// end with the logarithm of its variance.
  ///
  /// An encoder has fitted its training rows, so that they scatter less around it than rows that it has
  /// not seen.
  let hasOwnNoise: Bool
  var threads = 1

  /// - Parameters:
  ///   - logarithms: Of the groups' lengthscales, the signal variance, the noise variance, and that of
  ///     the conditioning rows if it is another.
  ///   - gradient: Receives the derivatives by `logarithms`.
  /// - Returns: The sum of the logarithms of the densities, or −∞ where a covariance cannot be factored.
  func value(_ logarithms: [Double], gradient: inout [Double]) -> Double {
    let settings = Settings(logarithms, family: family, hasOwnNoise: hasOwnNoise)
    let blocks = stride(from: 0, to: terms.count, by: 16).map { $0..<min($0 + 16, terms.count) }
    let parts = try? parallelMap(blocks, threads: threads) { block in
      var slopes = [Double](repeating: 0, count: logarithms.count)
      let sum = terms[block].reduce(0) { $0 + $1.logDensity(settings, adding: &slopes) }
      return (sum, slopes)
    }
    gradient = [Double](repeating: 0, count: logarithms.count)
    var sum = 0.0
    // Nothing in there throws.
    for (value, slopes) in parts ?? [] {
      sum += value
      for place in slopes.indices { gradient[place] += slopes[place] }
    }
    return sum.isNaN ? -.infinity : sum
  }

  fileprivate struct Settings: Sendable {
    let family: KernelFamily
    let groups: Int
    /// What distances of a group are multiplied by.
    let factors: [Double]
    let signal: Double
    let noise: Double
    let conditioningNoise: Double
    let hasOwnNoise: Bool

    init(_ logarithms: [Double], family: KernelFamily, hasOwnNoise: Bool) {
      self.family = family
      self.hasOwnNoise = hasOwnNoise
      groups = logarithms.count - (hasOwnNoise ? 3 : 2)
      let power: Double = family.isCityBlock ? -1 : -2
      factors = logarithms[0..<groups].map { exp(power * $0) }
      signal = exp(logarithms[groups])
      noise = exp(logarithms[groups + 1])
      conditioningNoise = hasOwnNoise ? exp(logarithms[groups + 2]) : noise
    }
  }
}

extension NeighborEvidence.Term {
  /// - Parameters:
  ///   - inputs: `[n, d]`.
  ///   - neighbors: Rows of `inputs`.
  ///   - own: Coordinates of the measurement, as those of `inputs`.
  ///   - groups: The group of each column, from 0.
  init(
    _ inputs: Matrix, neighbors: [Int], own: [Double], groups: [Int], isCityBlock: Bool,
    targets: [Double], noiseFactors: [Double], knownNoiseVariances: [Double]
  ) {
    let points = neighbors.map { Array(inputs.row($0)) } + [own]
    let pairs = points.count * (points.count - 1) / 2
    var distances = [[Double]](
      repeating: [Double](repeating: 0, count: pairs), count: (groups.max() ?? 0) + 1)
    for (column, group) in groups.enumerated() {
      let values = points.map { $0[column] }
      distances[group].withUnsafeMutableBufferPointer { sums in
        var pair = 0
        for row in 1..<max(values.count, 1) {
          for other in 0..<row {
            let difference = values[row] - values[other]
            sums[pair] += isCityBlock ? abs(difference) : difference * difference
            pair += 1
          }
        }
      }
    }
    self.distances = distances
    self.targets = targets
    self.noiseFactors = noiseFactors
    self.knownNoiseVariances = knownNoiseVariances
  }

  /// `log p(y | neighbors)`, by the rules for mean and variance of a normal density.
  ///
  /// With `a = K⁻¹ k` and `α = K⁻¹ y` the mean is `kᵀ α` and the variance `k** + noise − kᵀ a`; their
  /// derivatives are `dkᵀ α − aᵀ dK α` and `dk** − 2 dkᵀ a + aᵀ dK a`: no inverse is needed.
  fileprivate func logDensity(
    _ settings: NeighborEvidence.Settings, adding gradient: inout [Double]
  ) -> Double {
    let count = targets.count - 1
    var (correlations, slopes) = (summedDistances(settings.factors), [Double]())
    slopes = correlations
    correlations.withUnsafeMutableBufferPointer { values in
      slopes.withUnsafeMutableBufferPointer { settings.family.correlate(values, slopes: $0) }
    }
    guard let solved = solved(correlations, settings) else { return -.infinity }
    let noise = settings.noise * factor(count) + known(count)
    let variance = settings.signal + noise - solved.explained
    guard variance > 0 else { return -.infinity }
    let residual = targets[count] - solved.mean
    let byVariance = 0.5 * (residual * residual / variance - 1) / variance
    let byMean = residual / variance
    addSlopes(
      correlations, slopes, solved, byMean: byMean, byVariance: byVariance, settings,
      to: &gradient)
    return -0.5 * residual * byMean - 0.5 * log(variance) - Normal.logRootTwoPi
  }

  private func factor(_ row: Int) -> Double { noiseFactors.isEmpty ? 1 : noiseFactors[row] }
  private func known(_ row: Int) -> Double {
    knownNoiseVariances.isEmpty ? 0 : knownNoiseVariances[row]
  }

  private func summedDistances(_ factors: [Double]) -> [Double] {
    var sums = distances[0].map { $0 * factors[0] }
    for group in 1..<max(distances.count, 1) {
      let own = distances[group]
      for place in sums.indices { sums[place] += own[place] * factors[group] }
    }
    return sums
  }

  private struct Solved {
    /// `K⁻¹ k`.
    var a: [Double]
    /// `K⁻¹ y`.
    var alpha: [Double]
    var mean: Double
    var explained: Double
  }

  private func solved(
    _ correlations: [Double], _ settings: NeighborEvidence.Settings
  ) -> Solved? {
    let count = targets.count - 1
    guard count > 0 else { return Solved(a: [], alpha: [], mean: 0, explained: 0) }
    var covariance = Matrix(rows: count, columns: count)
    var pair = 0
    for row in 0..<count {
      for other in 0..<row {
        covariance.elements[row * count + other] = settings.signal * correlations[pair]
        pair += 1
      }
      covariance.elements[row * count + row] =
        settings.signal + settings.conditioningNoise * factor(row) + known(row)
    }
    guard let factor = try? Cholesky(addingJitterTo: covariance) else { return nil }
    let cross = correlations[pair...].map { settings.signal * $0 }
    let z = factor.solveLower(cross)
    let w = factor.solveLower(Array(targets[0..<count]))
    return Solved(
      a: factor.solveUpper(z), alpha: factor.solveUpper(w),
      mean: zip(z, w).reduce(0) { $0 + $1.0 * $1.1 }, explained: z.reduce(0) { $0 + $1 * $1 })
  }

  private func addSlopes(
    _ correlations: [Double], _ slopes: [Double], _ solved: Solved, byMean: Double,
    byVariance: Double, _ settings: NeighborEvidence.Settings, to gradient: inout [Double]
  ) {
    let count = targets.count - 1
    // What each covariance below the diagonal counts, both of its places together.
    var counts = [Double](repeating: 0, count: correlations.count)
    var pair = 0
    for row in 0..<count {
      let (a, alpha) = (solved.a[row], solved.alpha[row])
      let (byA, byAlpha) = (2 * byVariance * a - byMean * alpha, -byMean * a)
      for other in 0..<row {
        counts[pair] = byA * solved.a[other] + byAlpha * solved.alpha[other]
        pair += 1
      }
    }
    for other in 0..<count {
      counts[pair] = byMean * solved.alpha[other] - 2 * byVariance * solved.a[other]
      pair += 1
    }
    let signal = settings.signal
    var (bySignal, byNoise, diagonal) = (0.0, 0.0, byVariance)
    for place in counts.indices { bySignal += counts[place] * correlations[place] }
    for row in 0..<count {
      let own =
        byVariance * solved.a[row] * solved.a[row] - byMean * solved.a[row] * solved.alpha[row]
      diagonal += own
      byNoise += own * factor(row)
    }
    gradient[settings.groups] += signal * (bySignal + diagonal)
    gradient[settings.groups + 1] += settings.noise * factor(count) * byVariance
    gradient[settings.groups + (settings.hasOwnNoise ? 2 : 1)] +=
      settings.conditioningNoise * byNoise
    let power: Double = settings.family.isCityBlock ? -1 : -2
    for group in 0..<settings.groups {
      let own = distances[group]
      var sum = 0.0
      for place in counts.indices { sum += counts[place] * slopes[place] * own[place] }
      gradient[group] += power * settings.factors[group] * signal * sum
    }
  }
}
