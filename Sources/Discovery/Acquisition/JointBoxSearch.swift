public import DenseMath
public import Learning

/// Finds the batch of points in a box whose joint log expected improvement is largest.
///
/// In order of priority: a high value, equal answers for equal settings, speed. Points are added one
/// after the other, each by gradient ascent from the best of many starts given those before; then all
/// climb together. Minima of a few restarts are compared by the value itself.
public struct JointBoxSearch: Sendable {
  public let process: GaussianProcess

  /// One range a coordinate, in the process's units.
  public let bounds: [ClosedRange<Double>]

  /// Points of a Sobol sequence that are looked at before each ascent, and how many of the best
  /// climb.
  public var raw = 256
  public var climbers = 3

  /// Draws over which the improvement is averaged.
  public var samples = 256

  /// Whole batches built from different starts; the best one is answered.
  public var restarts = 2
  public var seed: UInt64 = 0

  /// - Precondition: The kernel is squared exponential, Matérn 3/2 or 5/2.
  public init(_ process: GaussianProcess, bounds: [ClosedRange<Double>]) {
    precondition(
      bounds.count == process.inputs.columns,
      "\(bounds.count) ranges for \(process.inputs.columns) coordinates")
    precondition(
      process.kernel.map { DifferentiableProcess.isSmooth($0.family) } ?? false,
      "gradient ascent needs one smooth stationary kernel")
    self.process = process
    self.bounds = bounds
  }

  public struct Batch: Sendable {
    /// `[count, d]`.
    public let points: Matrix

    /// ``JointLogImprovement`` of the points and those on their way.
    public let value: Double
  }

  /// - Parameters:
  ///   - best: The incumbent, in the process's units.
  ///   - pending: `[p, d]`: points on their way.
  /// - Throws: ``CholeskyError`` when a covariance cannot be factored.
  public func best(
    _ count: Int, over best: Double, pending: Matrix? = nil
  ) throws(CholeskyError) -> Batch {
    let ascent = try BoxAscent(self, count: count, best: best, pending: pending?.elements ?? [])
    var winner: (points: [Double], value: Double)?
    for restart in 0..<max(restarts, 1) {
      let found = ascent.batch(count, restart: UInt64(restart))
      if winner.map({ found.value > $0.value }) ?? true { winner = found }
    }
    return Batch(
      points: Matrix(
        rows: count, columns: bounds.count, elements: winner?.points ?? []),
      value: winner?.value ?? -.infinity)
  }
}

/// Ascents of the joint value from many starts.
private struct BoxAscent {
  let search: JointBoxSearch
  let process: DifferentiableProcess
  let improvement: JointLogImprovement
  let best: Double
  let pending: [Double]

  init(
    _ search: JointBoxSearch, count: Int, best: Double, pending: [Double]
  ) throws(CholeskyError) {
    self.search = search
    process = try DifferentiableProcess(search.process)
    improvement = JointLogImprovement(
      candidates: count + pending.count / search.bounds.count, samples: search.samples,
      seed: search.seed &+ 1)
    self.best = best
    self.pending = pending
  }

  func batch(_ count: Int, restart: UInt64) -> (points: [Double], value: Double) {
    var chosen: [Double] = []
    for number in 0..<count {
      let starts = starts(after: chosen, seed: restart &* 1000 &+ UInt64(number))
      var top: (points: [Double], value: Double)?
      for start in starts {
        let found = climb(from: start, fixed: pending + chosen)
        if top.map({ found.value > $0.value }) ?? true { top = found }
      }
      chosen += top?.points ?? starts[0]
    }
    return climb(from: chosen, fixed: pending, iterations: 100)
  }

  /// The best of a sequence, and of points around the best measurements.
  private func starts(after chosen: [Double], seed: UInt64) -> [[Double]] {
    let bounds = search.bounds
    var generator = SplitMix64(seed: search.seed, stream: seed)
    var sequence = SobolSequence(
      dimensions: min(bounds.count, SobolSequence.maximumDimensions), seed: generator.next())
    var points: [[Double]] = (0..<search.raw).map { _ in
      let unit = sequence.next()
      return bounds.indices.map { place in
        let share = place < unit.count ? unit[place] : generator.uniform()
        return bounds[place].lowerBound
          + share * (bounds[place].upperBound - bounds[place].lowerBound)
      }
    }
    let targets = search.process.targets
    let ranked = targets.indices.sorted { (-targets[$0], $0) < (-targets[$1], $1) }
    for row in ranked.prefix(8) {
      for spread in [0.02, 0.1, 0.1, 0.3] {
        points.append(
          bounds.indices.map { place in
            let range = bounds[place]
            let moved =
              search.process.inputs[row, place]
              + spread * (range.upperBound - range.lowerBound) * generator.normal()
            return min(max(moved, range.lowerBound), range.upperBound)
          })
      }
    }
    let values = points.map { value($0, fixed: pending + chosen) }
    let order = points.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
    return order.prefix(max(search.climbers, 1)).map { points[$0] }
  }

  private func value(_ points: [Double], fixed: [Double]) -> Double {
    let posterior = process.posterior(fixed + points)
    let value = try? improvement.value(
      means: posterior.means, covariance: posterior.covariance, best: best)
    return value ?? -.infinity
  }

  private func climb(
    from start: [Double], fixed: [Double], iterations: Int = 60
  ) -> (points: [Double], value: Double) {
    var ascent = LBFGS()
    ascent.maximumIterations = iterations
    ascent.functionTolerance = 1e-6
    ascent.gradientTolerance = 1e-5
    let copies = start.count / search.bounds.count
    let bounds = (0..<copies).flatMap { _ in search.bounds }
    let result = ascent.minimize(from: start, bounds: bounds) { point, gradient in
      let posterior = process.posterior(fixed + point)
      guard
        let slope = try? improvement.slope(
          means: posterior.means, covariance: posterior.covariance, best: best)
      else { return .infinity }
      let all = process.gradient(
        posterior, means: slope.means, covariances: slope.covariance)
      for place in point.indices { gradient[place] = -all[fixed.count + place] }
      return -slope.value
    }
    return (result.point, -result.value)
  }
}
