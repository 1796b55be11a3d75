public import DenseMath
public import Learning

/// Finds the batch of points in a box whose joint log expected improvement is largest.
///
/// In order of priority: a high value, equal answers for equal settings, speed. Points are added one
/// after the other, each by gradient ascent from the best of many starts given those before; then all
/// climb together. The batches of a few restarts are compared by the value itself.
public struct JointBoxSearch: Sendable {
  public let process: GaussianProcess

  /// One range a coordinate, in the process's units.
  public let bounds: [ClosedRange<Double>]

  /// Whether low targets are wanted; all values are then those of the negated ones.
  public var minimizes = false

  /// Points of a Sobol sequence that are looked at before each ascent, and how many of the best
  /// climb.
  public var raw = 256
  public var climbers = 3

  /// Draws over which the improvement is averaged.
  public var samples = 256

  /// Whole batches built from different starts; the best one is answered.
  public var restarts = 3
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
  ///   - best: The incumbent, in the process's units; negated where ``minimizes``.
  ///   - pending: `[p, d]`: points on their way.
  /// - Throws: ``CholeskyError`` when a covariance cannot be factored.
  public func best(
    _ count: Int, over best: Double, pending: Matrix? = nil
  ) throws(CholeskyError) -> Batch {
    let ascent = try BoxAscent(self, count: count, best: best, pending: pending?.elements ?? [])
    var winner: (points: [Double], value: Double)?
    for restart in 0..<max(restarts, 1) {
      let found = try ascent.batch(count, restart: UInt64(restart))
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
    process = try DifferentiableProcess(search.process, sign: search.minimizes ? -1 : 1)
    improvement = JointLogImprovement(
      candidates: count + pending.count / search.bounds.count, samples: search.samples,
      seed: search.seed &+ 1)
    self.best = best
    self.pending = pending
  }

  func batch(
    _ count: Int, restart: UInt64
  ) throws(CholeskyError) -> (points: [Double], value: Double) {
    var chosen: [Double] = []
    for number in 0..<count {
      chosen += try next(after: chosen, seed: restart &* 1000 &+ UInt64(number))
    }
    return climb(from: chosen)
  }

  /// One more point, with those on their way and those chosen before where they are.
  private func next(after chosen: [Double], seed: UInt64) throws(CholeskyError) -> [Double] {
    let fixed = process.posterior(pending + chosen)
    let last = try JointLogImprovement.Last(
      improvement, means: fixed.means, covariance: fixed.covariance, best: best)
    let points = starts(seed: seed)
    let values = process.beside(fixed, points.flatMap { $0 }).map {
      last.value($0, draws: Self.draws)
    }
    let order = points.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
    let climbed = order.prefix(max(search.climbers, 1)).map { start in
      climb(from: points[start], beside: fixed, last)
    }
    return climbed.dropFirst().reduce(climbed[0]) { $1.value > $0.value ? $1 : $0 }.point
  }

  /// Over which starts are compared.
  private static let draws = 64

  /// Points of a sequence, and points around the best measurements.
  private func starts(seed: UInt64) -> [[Double]] {
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
    let targets = search.process.targets.map { search.minimizes ? -$0 : $0 }
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
    return points
  }

  private func climb(
    from start: [Double], beside fixed: DifferentiableProcess.Posterior,
    _ last: JointLogImprovement.Last
  ) -> (point: [Double], value: Double) {
    let result = ascent(60).minimize(from: start, bounds: search.bounds) { point, gradient in
      let beside = process.beside(fixed, point)[0]
      let slope = last.slope(beside)
      gradient = process.gradient(
        beside, fixed, mean: -slope.mean, variance: -slope.variance,
        covariances: slope.covariances.map { -$0 })
      return -slope.value
    }
    return (result.point, -result.value)
  }

  private func ascent(_ iterations: Int) -> LBFGS {
    var ascent = LBFGS()
    ascent.maximumIterations = iterations
    ascent.functionTolerance = 1e-6
    ascent.gradientTolerance = 1e-5
    return ascent
  }

  /// All points together.
  private func climb(from start: [Double]) -> (points: [Double], value: Double) {
    let copies = start.count / search.bounds.count
    let bounds = (0..<copies).flatMap { _ in search.bounds }
    let result = ascent(100).minimize(from: start, bounds: bounds) { point, gradient in
      let posterior = process.posterior(pending + point)
      guard
        let slope = try? improvement.slope(
          means: posterior.means, covariance: posterior.covariance, best: best)
      else { return .infinity }
      let all = process.gradient(
        posterior, means: slope.means, covariances: slope.covariance)
      for place in point.indices { gradient[place] = -all[pending.count + place] }
      return -slope.value
    }
    return (result.point, -result.value)
  }
}
