public import DenseMath
import Foundation

/// A Gaussian process with mean 0 that conditions each prediction on the nearest measurements alone.
///
/// Vecchia's approximation of the posterior (J. R. Stat. Soc. B 50, 297 (1988); nearest-neighbor
/// processes: Datta et al., J. Am. Stat. Assoc. 111, 800 (2016); predictions: Katzfuss et al.,
/// J. Agric. Biol. Environ. Stat. 25, 383 (2020)): where a function is local, what is far adds nothing
/// to what the neighbors say, and variances never fall below the exact ones. With as many neighbors as
/// rows it is the exact process. Memory is linear in the rows; a prediction is O(m³) after the search.
public struct NeighborProcess: Sendable {
  public let kernel: Kernel

  /// Variance of the noise that all measurements share.
  public let noiseVariance: Double

  /// What each measurement's variance has beyond ``noiseVariance``: one number a row, or empty.
  public let knownNoiseVariances: [Double]

  /// How much of ``noiseVariance`` each measurement has: one number a row, or empty for all of it.
  public let noiseFactors: [Double]

  /// `[n, d]`.
  public let inputs: Matrix

  /// `[n]`.
  public let targets: [Double]

  /// How many measurements a prediction rests on.
  public let neighbors: Int

  private let search: NeighborSearch

  /// Of the lengthscales.
  private let factors: [Double]

  /// - Parameters:
  ///   - inputs: `[n, d]` finite numbers, `d` as many as the kernel has lengthscales.
  ///   - targets: `[n]` finite numbers.
  ///   - noiseFactors: `[n]` positive numbers, or empty.
  ///   - neighbors: At least 1.
  ///   - threads: Changes no result.
  public init(
    kernel: Kernel, noiseVariance: Double, knownNoiseVariances: [Double] = [],
    noiseFactors: [Double] = [], inputs: Matrix, targets: [Double], neighbors: Int,
    threads: Int = 1
  ) {
    self.init(
      kernel: kernel, noiseVariance: noiseVariance, knownNoiseVariances: knownNoiseVariances,
      noiseFactors: noiseFactors, inputs: inputs, targets: targets, neighbors: neighbors,
      cells: nil, threads: threads)
  }

  /// - Parameter cells: Of a former search in the same rows, if there was one.
  init(
    kernel: Kernel, noiseVariance: Double, knownNoiseVariances: [Double],
    noiseFactors: [Double], inputs: Matrix, targets: [Double], neighbors: Int, cells: [Int]?,
    threads: Int
  ) {
    precondition(
      inputs.rows == targets.count, "\(inputs.rows) inputs, but \(targets.count) targets")
    precondition(neighbors > 0, "a prediction rests on neighbors")
    for list in [knownNoiseVariances, noiseFactors] {
      precondition(
        list.isEmpty || list.count == targets.count,
        "\(list.count) variances or factors, but \(targets.count) targets")
    }
    self.kernel = kernel
    self.noiseVariance = noiseVariance
    self.knownNoiseVariances = knownNoiseVariances
    self.noiseFactors = noiseFactors
    self.inputs = inputs
    self.targets = targets
    self.neighbors = neighbors
    factors = kernel.lengthscales.map { 1 / $0 }
    search = NeighborSearch(
      inputs, factors: factors, isCityBlock: kernel.family.isCityBlock, cells: cells,
      threads: threads)
  }

  /// The cell of each row in the search for neighbors.
  var cells: [Int] { search.cells }

  /// The variance of a row's measurement around the latent function.
  func noise(_ row: Int) -> Double {
    noiseVariance * (noiseFactors.isEmpty ? 1 : noiseFactors[row])
      + (knownNoiseVariances.isEmpty ? 0 : knownNoiseVariances[row])
  }

  /// Mean and variance of the latent function at each point.
  ///
  /// - Parameters:
  ///   - queries: `[m, d]`.
  ///   - threads: Changes no result.
  /// - Returns: `[m]` and `[m]`.
  public func predict(
    _ queries: Matrix, threads: Int = 1
  ) throws -> (mean: [Double], variance: [Double]) {
    let blocks = stride(from: 0, to: queries.rows, by: 32).map {
      $0..<min($0 + 32, queries.rows)
    }
    let parts = try parallelMap(blocks, threads: threads) { block in
      block.map { local(Array(queries.row($0))) }
    }
    let all = parts.flatMap { $0 }
    return (all.map(\.mean), all.map(\.variance))
  }

  private func local(_ point: [Double]) -> (mean: Double, variance: Double) {
    let rows = nearest(to: point)
    guard let (factor, cross) = factored(rows, around: point) else {
      return (0, kernel.signalVariance)
    }
    let own = factor.solveLower(rows.map { targets[$0] })
    let explained = factor.solveLower(cross)
    let mean = zip(own, explained).reduce(0) { $0 + $1.0 * $1.1 }
    let variance = kernel.signalVariance - explained.reduce(0) { $0 + $1 * $1 }
    return (mean, max(0, variance))
  }

  /// Rows that a prediction at a point rests on, ascending.
  func nearest(to point: [Double]) -> [Int] {
    search.nearest(neighbors, to: zip(point, factors).map { $0 * $1 })
  }

  /// The factor of the covariance of some measurements, and the covariances of a point with them.
  ///
  /// - Returns: `nil` where the covariance cannot be factored even with a hundredth of its diagonal
  ///   added: such rows say nothing.
  func factored(_ rows: [Int], around point: [Double]) -> (factor: Cholesky, cross: [Double])? {
    let local = inputs.rows(at: rows)
    let points = ScaledPoints(local, lengthscales: kernel.lengthscales)
    var covariance = kernel.covariance(local, points)
    for (place, row) in rows.enumerated() { covariance[place, place] += noise(row) }
    let center = Matrix(rows: 1, columns: point.count, elements: point)
    let cross = kernel.covariance(center, points).elements
    if let factor = try? Cholesky(addingJitterTo: covariance) { return (factor, cross) }
    for place in rows.indices { covariance[place, place] *= 1.01 }
    return (try? Cholesky(covariance)).map { ($0, cross) }
  }
}

extension NeighborProcess {
  /// One draw of the latent function at all points together: a draw from the prior by random Fourier
  /// features, corrected at each point for the measurements nearest to it.
  ///
  /// Wilson et al., ICML 2020, arXiv:2002.09309, the correction being local. Marginal variances agree
  /// with those of ``predict(_:threads:)`` to a few per cent of the signal variance.
  ///
  /// - Parameter queries: `[m, d]`.
  public func sample(_ queries: Matrix, using generator: inout SplitMix64) -> [Double] {
    let prior = PriorDraw(kernel: kernel, features: 1024, using: &generator)
    let noiseSeed = generator.next()
    let around = (0..<queries.rows).map { nearest(to: Array(queries.row($0))) }
    let used = Set(around.joined()).sorted()
    let drawn = Dictionary(uniqueKeysWithValues: zip(used, prior.values(inputs.rows(at: used))))
    var result = prior.values(queries)
    for row in 0..<queries.rows {
      let rows = around[row]
      guard let (factor, cross) = factored(rows, around: Array(queries.row(row))) else { continue }
      let residuals = rows.map { place in
        // The same noise wherever the measurement is a neighbor.
        var own = SplitMix64(seed: noiseSeed, stream: UInt64(place))
        return targets[place] - (drawn[place] ?? 0) - noise(place).squareRoot() * own.normal()
      }
      result[row] += zip(cross, factor.solve(residuals)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return result
  }

  /// The process after more measurements, with the same hyperparameters; O(n √n d).
  public func conditioned(on newInputs: Matrix, targets newTargets: [Double]) -> Self {
    precondition(
      newInputs.columns == inputs.columns,
      "\(newInputs.columns) coordinates, but the process has \(inputs.columns)")
    return NeighborProcess(
      kernel: kernel, noiseVariance: noiseVariance,
      knownNoiseVariances: knownNoiseVariances.isEmpty
        ? [] : knownNoiseVariances + newTargets.map { _ in 0 },
      noiseFactors: noiseFactors.isEmpty ? [] : noiseFactors + newTargets.map { _ in 1 },
      inputs: Matrix(
        rows: inputs.rows + newInputs.rows, columns: inputs.columns,
        elements: inputs.elements + newInputs.elements),
      targets: targets + newTargets, neighbors: neighbors)
  }
}
