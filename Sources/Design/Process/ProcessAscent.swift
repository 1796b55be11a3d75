import DenseMath
import Matter

/// Climbs a score in the settings of a process that take any number; the other settings stay.
///
/// L-BFGS with central differences, whose points are scored in one batch. Settings that follow from
/// equations follow; beyond other constraints nothing is looked at.
struct ProcessAscent {
  let space: ProcessSpace

  /// Places of the settings that move.
  private let free: [Int]
  var iterations = 30

  /// - Returns: `nil` where nothing can move.
  init?(_ space: any Space) {
    guard let space = space as? ProcessSpace else { return nil }
    let dependent = Set(space.solution.dependents.map(\.name))
    free = space.variables.indices.filter {
      guard case .interval = space.variables[$0].domain else { return false }
      return !dependent.contains(space.variables[$0].name)
    }
    guard !free.isEmpty else { return nil }
    self.space = space
  }

  /// The member nearest to the summit above a member; `nil` where rounding leaves the constraints.
  ///
  /// - Parameter score: Higher is better; it is asked about settings between those of members too.
  func summit<Failure: Error>(
    above candidate: Candidate, score: ([Candidate]) throws(Failure) -> [Double]
  ) throws(Failure) -> Candidate? {
    guard let start = space.setting(of: candidate) else { return nil }
    var failure: Failure?
    var ascent = LBFGS()
    ascent.maximumIterations = iterations
    ascent.functionTolerance = 1e-7
    let result = ascent.minimize(
      from: shares(of: start), bounds: free.map { _ in 0...1 }
    ) { point, gradient in
      do throws(Failure) {
        let (value, slope) = try slope(at: point, start, score)
        gradient = slope.map { -$0 }
        return -value
      } catch {
        failure = failure ?? error
        return .infinity
      }
    }
    if let failure { throw failure }
    return member(result.point, start)
  }

  /// A score and its derivatives by the shares of the ranges.
  private func slope<Failure: Error>(
    at point: [Double], _ start: ProcessSpace.Setting,
    _ score: ([Candidate]) throws(Failure) -> [Double]
  ) throws(Failure) -> (value: Double, slope: [Double]) {
    var points = [point]
    for place in point.indices {
      for side in [-1.0, 1] {
        var moved = point
        moved[place] = min(max(moved[place] + side * Self.difference, 0), 1)
        points.append(moved)
      }
    }
    let settings = points.map { setting($0, start) }
    guard let center = settings[0] else {
      return (-.infinity, point.map { _ in 0 })
    }
    // A side that breaks a constraint counts as the point itself.
    let scores = try score(settings.map { space.candidate($0 ?? center) })
    let slope = point.indices.map { place in
      let (below, above) = (1 + 2 * place, 2 + 2 * place)
      let low = settings[below] == nil ? point[place] : points[below][place]
      let high = settings[above] == nil ? point[place] : points[above][place]
      let rise = scores[above] - scores[below]
      return high > low && rise.isFinite ? rise / (high - low) : 0
    }
    return (scores[0], slope)
  }

  /// In shares of a range.
  private static let difference = 1e-5

  private func shares(of setting: ProcessSpace.Setting) -> [Double] {
    free.map { place in
      guard let (lower, upper) = space.variables[place].bounds else { return 0 }
      return (setting.values[place] - lower) / (upper - lower)
    }
  }

  /// `nil` where a constraint is broken.
  private func setting(
    _ point: [Double], _ start: ProcessSpace.Setting, rounded: Bool = false
  ) -> ProcessSpace.Setting? {
    var next = start
    for (place, share) in zip(free, point) {
      guard let (lower, upper) = space.variables[place].bounds else { continue }
      let value = min(max(lower + share * (upper - lower), lower), upper)
      next.values[place] = rounded ? space.variables[place].nearest(value) : value
    }
    guard let solved = space.solved(next), space.isMember(solved) else { return nil }
    return solved
  }

  private func member(_ point: [Double], _ start: ProcessSpace.Setting) -> Candidate? {
    setting(point, start, rounded: true).map(space.candidate)
  }
}
