import Foundation

/// Finds a local minimum of a smooth function, within bounds if any are given.
///
/// Limited-memory BFGS (Liu and Nocedal, Math. Program. 45, 503 (1989)) with a line search for the
/// weak Wolfe conditions by bisection and doubling. Bounds are kept by projection: variables that
/// lie on a bound and would leave it are held for the step. Points at which the function is not
/// finite count as too far.
public struct LBFGS: Sendable {
  /// How many steps are remembered.
  public var memory = 8
  public var maximumIterations = 100

  /// Ends when no free component of the gradient is larger.
  public var gradientTolerance = 1e-5

  /// Ends when a step lowers the function by less than this share of its size (at least 1).
  public var functionTolerance = 1e-10

  public init() {}

  /// Fills the gradient and answers the function's value.
  public typealias Objective = (_ point: [Double], _ gradient: inout [Double]) -> Double

  public struct Result: Sendable {
    public var point: [Double]
    public var value: Double
    public var gradient: [Double]
    public var iterations: Int
    public var evaluations: Int

    /// False when the iterations ran out first.
    public var converged: Bool
  }

  /// - Parameters:
  ///   - start: Moved to the nearest bound where it lies outside.
  ///   - bounds: One range a variable, or empty for none.
  public func minimize(
    from start: [Double], bounds: [ClosedRange<Double>] = [], _ objective: Objective
  ) -> Result {
    precondition(
      bounds.isEmpty || bounds.count == start.count,
      "\(bounds.count) bounds for \(start.count) variables")
    return withoutActuallyEscaping(objective) { objective in
      var search = Search(start: start, bounds: bounds, memory: memory, objective: objective)
      return descend(&search)
    }
  }

  private func descend(_ search: inout Search) -> Result {
    while search.iterations < maximumIterations {
      guard search.largestFreeGradient > gradientTolerance else { return search.result(true) }
      let before = search.value
      guard search.step() else { return search.result(true) }
      let scale = max(abs(search.value), abs(before), 1)
      if before - search.value <= functionTolerance * scale { return search.result(true) }
    }
    return search.result(false)
  }
}

private struct Search {
  var point: [Double]
  var value: Double
  var gradient: [Double]
  var iterations = 0
  var evaluations = 1
  let bounds: [ClosedRange<Double>]
  let memory: Int
  let objective: LBFGS.Objective
  var moves: [[Double]] = []
  var changes: [[Double]] = []

  init(
    start: [Double], bounds: [ClosedRange<Double>], memory: Int,
    objective: @escaping LBFGS.Objective
  ) {
    point = start
    for (place, range) in bounds.enumerated() {
      point[place] = min(max(start[place], range.lowerBound), range.upperBound)
    }
    gradient = [Double](repeating: 0, count: start.count)
    value = objective(point, &gradient)
    self.bounds = bounds
    self.memory = memory
    self.objective = objective
  }

  func result(_ converged: Bool) -> LBFGS.Result {
    LBFGS.Result(
      point: point, value: value, gradient: gradient, iterations: iterations,
      evaluations: evaluations, converged: converged)
  }

  /// Whether a variable lies on a bound that descent would cross.
  func isHeld(_ place: Int) -> Bool {
    guard !bounds.isEmpty else { return false }
    let (position, slope) = (point[place], gradient[place])
    return (position <= bounds[place].lowerBound && slope > 0)
      || (position >= bounds[place].upperBound && slope < 0)
  }

  var largestFreeGradient: Double {
    gradient.indices.reduce(0) { isHeld($1) ? $0 : max($0, abs(gradient[$1])) }
  }

  /// One line search. Answers false when no lower point is found.
  mutating func step() -> Bool {
    iterations += 1
    if search(along: direction()) { return true }
    guard !moves.isEmpty else { return false }
    moves = []
    changes = []
    return search(along: direction())
  }

  /// The two-loop recursion, in the subspace of the variables that are free.
  func direction() -> [Double] {
    let free = gradient.indices.map { isHeld($0) ? 0.0 : 1.0 }
    var result = gradient.indices.map { -gradient[$0] * free[$0] }
    var factors: [Double] = []
    for (move, change) in zip(moves, changes).reversed() {
      let factor = product(move, result) / product(move, change)
      factors.append(factor)
      for place in result.indices { result[place] -= factor * change[place] }
    }
    if let move = moves.last, let change = changes.last {
      let scale = product(move, change) / product(change, change)
      for place in result.indices { result[place] *= scale }
    } else {
      let length = product(result, result).squareRoot()
      if length > 1 { for place in result.indices { result[place] /= length } }
    }
    for ((move, change), factor) in zip(zip(moves, changes), factors.reversed()) {
      let back = product(change, result) / product(move, change)
      for place in result.indices { result[place] += (factor - back) * move[place] }
    }
    for place in result.indices { result[place] *= free[place] }
    return result
  }

  mutating func search(along direction: [Double]) -> Bool {
    let slope = product(direction, gradient)
    guard slope < 0 else { return false }
    var (shortest, longest, length) = (0.0, Double.infinity, 1.0)
    var best: (point: [Double], value: Double, gradient: [Double])?
    for _ in 0..<30 {
      let trial = moved(by: length, along: direction)
      var trialGradient = gradient
      let trialValue = objective(trial, &trialGradient)
      evaluations += 1
      let change = zip(trial, point).map { $0 - $1 }
      let isLower =
        trialValue.isFinite && trialValue <= value + 1e-4 * min(product(change, gradient), 0)
      guard isLower else {
        longest = length
        if best != nil { break }
        length = shorter(length, shortest, slope, trialValue)
        continue
      }
      best = (trial, trialValue, trialGradient)
      let newSlope = product(direction, trialGradient)
      guard newSlope < 0.9 * slope, longest.isInfinite, length < 1e6 else { break }
      shortest = length
      length *= 2
    }
    guard let best, best.value < value else { return false }
    remember(best.point, best.gradient)
    (point, value, gradient) = best
    return true
  }

  /// The minimum of the parabola through value, slope and trial value, kept inside the bracket.
  private func shorter(
    _ length: Double, _ shortest: Double, _ slope: Double, _ trialValue: Double
  ) -> Double {
    guard trialValue.isFinite else { return shortest + 0.1 * (length - shortest) }
    let curvature = trialValue - value - slope * length
    let vertex = curvature > 0 ? -slope * length * length / (2 * curvature) : 0.5 * length
    return min(max(vertex, shortest + 0.1 * (length - shortest)), 0.5 * (shortest + length))
  }

  private func moved(by length: Double, along direction: [Double]) -> [Double] {
    point.indices.map { place in
      let position = point[place] + length * direction[place]
      guard !bounds.isEmpty else { return position }
      return min(max(position, bounds[place].lowerBound), bounds[place].upperBound)
    }
  }

  private mutating func remember(_ newPoint: [Double], _ newGradient: [Double]) {
    let move = zip(newPoint, point).map { $0 - $1 }
    let change = zip(newGradient, gradient).map { $0 - $1 }
    let curvature = product(move, change)
    guard curvature > 1e-10 * (product(move, move) * product(change, change)).squareRoot() else {
      return
    }
    moves.append(move)
    changes.append(change)
    if moves.count > memory {
      moves.removeFirst()
      changes.removeFirst()
    }
  }

  private func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for place in a.indices { sum += a[place] * b[place] }
    return sum
  }
}
