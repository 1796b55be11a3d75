/// Volume and order of sets of points with several objectives, all to be maximized.
public enum ParetoFront {
  /// The places of the points that no other point dominates, ascending. Copies of such a point
  /// all count. O(n² m).
  ///
  /// One point dominates another when it is nowhere worse and somewhere better.
  public static func nonDominated(_ points: [[Double]]) -> [Int] {
    points.indices.filter { place in
      !points.contains { dominates($0, points[place]) }
    }
  }

  static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
    var isBetter = false
    for (x, y) in zip(a, b) {
      if x < y { return false }
      if x > y { isBetter = true }
    }
    return isBetter
  }

  /// The volume that the points dominate above `reference`: exact, for any number of objectives.
  ///
  /// Up to three objectives: slices along the last one. More: the exclusive volumes of the points
  /// one by one (WFG: While, Bradstreet and Barone, IEEE Trans. Evol. Comput. 16, 86 (2012)), much
  /// faster than its worst case, which is exponential in the points.
  ///
  /// - Parameter points: Each as long as `reference`. Points that are not above it in every
  ///   objective add nothing.
  public static func hypervolume(_ points: [[Double]], reference: [Double]) -> Double {
    check(points, reference)
    let inside = points.filter { zip($0, reference).allSatisfy { $0 > $1 } }
    return volume(inside, reference[...])
  }

  static func check(_ points: [[Double]], _ reference: [Double]) {
    precondition(!reference.isEmpty, "a hypervolume needs at least one objective")
    for point in points {
      precondition(
        point.count == reference.count,
        "a point of \(point.count) objectives, but the reference has \(reference.count)")
    }
  }

  private static func volume(_ points: [[Double]], _ reference: ArraySlice<Double>) -> Double {
    guard let floor = reference.last, !points.isEmpty else { return 0 }
    let last = reference.count - 1
    if last == 0 { return points.reduce(0) { max($0, $1[0] - floor) } }
    if last == 1 { return area(points, reference) }
    if last > 2 { return sumOfExclusive(points, Array(reference)) }
    var total = 0.0
    forEachSlice(points, along: last, above: floor) { bottom, top, active in
      total += (top - bottom) * volume(active, reference.dropLast())
    }
    return total
  }

  /// Each point's volume less what the points after it dominate of it.
  private static func sumOfExclusive(_ points: [[Double]], _ reference: [Double]) -> Double {
    let front = nonDominated(points).map { points[$0] }.sorted {
      // Those that reach highest in the last objective leave the smallest problems behind.
      ($0[reference.count - 1], $0[0]) > ($1[reference.count - 1], $1[0])
    }
    var total = 0.0
    for (place, point) in front.enumerated() {
      let own = zip(point, reference).reduce(1.0) { $0 * ($1.0 - $1.1) }
      let rest = front[(place + 1)...].map { other in zip(point, other).map { min($0, $1) } }
      var limited: [[Double]] = []
      for candidate in rest {
        if limited.contains(where: { zip($0, candidate).allSatisfy { $0 >= $1 } }) { continue }
        limited.removeAll { zip(candidate, $0).allSatisfy { $0 >= $1 } }
        limited.append(candidate)
      }
      total += own - volume(limited, reference[...])
    }
    return total
  }

  /// The staircase under points of two objectives; O(n log n).
  private static func area(_ points: [[Double]], _ reference: ArraySlice<Double>) -> Double {
    let (x, y) = (reference[reference.startIndex], reference[reference.startIndex + 1])
    var (height, total) = (y, 0.0)
    for point in points.sorted(by: { $0[0] > $1[0] }) where point[1] > height {
      total += (point[0] - x) * (point[1] - height)
      height = point[1]
    }
    return total
  }

  /// Cuts space at the points' values of one objective, from above.
  ///
  /// - Parameter body: Receives the ends of a slice and the points that reach through it, without
  ///   those dominated in the objectives before `objective`.
  static func forEachSlice(
    _ points: [[Double]], along objective: Int, above floor: Double,
    _ body: (_ bottom: Double, _ top: Double, _ active: [[Double]]) -> Void
  ) {
    let ordered = points.sorted { $0[objective] > $1[objective] }
    var active: [[Double]] = []
    for (place, point) in ordered.enumerated() {
      insert(Array(point[..<objective]), into: &active)
      let next = place + 1 < ordered.count ? max(ordered[place + 1][objective], floor) : floor
      if point[objective] > next { body(next, point[objective], active) }
    }
  }

  /// Adds a point to a front unless one there is at least as good; drops those it dominates.
  private static func insert(_ point: [Double], into front: inout [[Double]]) {
    if front.contains(where: { zip($0, point).allSatisfy { $0 >= $1 } }) { return }
    front.removeAll { zip(point, $0).allSatisfy { $0 >= $1 } }
    front.append(point)
  }
}
