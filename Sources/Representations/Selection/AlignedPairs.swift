/// The points of two columns in rising order of the first; points at one place of it by the second.
///
/// The kernel of ``MutualInformation``: half of the time of a ranking is spent in ``radius(at:_:)``,
/// hence the unsafe buffers.
struct AlignedPairs {
  private let x: [Double]
  private let y: [Double]

  /// Where each point stands in the rising order of the second column.
  private let rankInY: [Int32]
  private let sortedY: [Double]

  init(_ first: SortedColumn, _ second: SortedColumn) {
    x = first.sorted
    sortedY = second.sorted
    var ranks = first.order.map { second.ranks[Int($0)] }
    if first.distinct < first.count {
      var start = 0
      while start < ranks.count {
        var end = start + 1
        while end < ranks.count, first.sorted[end] == first.sorted[start] { end += 1 }
        if end - start > 1 { ranks[start..<end].sort() }
        start = end
      }
    }
    rankInY = ranks
    y = ranks.map { second.sorted[Int($0)] }
  }

  /// Σ ψ(points as near in both) − ψ(points as near in x) − ψ(points as near in y).
  func sum(neighbors: Int, digamma: Digamma) -> Double {
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        sortedY.withUnsafeBufferPointer { sortedY in
          withUnsafeTemporaryAllocation(of: Double.self, capacity: neighbors) { nearest in
            nearest.initialize(repeating: .infinity)
            let kernel = PairKernel(x: x, y: y)
            var sum = 0.0
            for point in 0..<x.count {
              let radius = kernel.radius(at: point, nearest)
              let inX = PairKernel.reach(x, from: point, radius)
              let inY = PairKernel.reach(sortedY, from: Int(rankInY[point]), radius)
              let inBoth = radius > 0 ? neighbors : kernel.coincident(point)
              sum += digamma[inBoth] - digamma[inX] - digamma[inY]
            }
            return sum
          }
        }
      }
    }
  }
}

private struct PairKernel {
  let x: UnsafeBufferPointer<Double>
  let y: UnsafeBufferPointer<Double>

  /// The distance to the last of the nearest points, the larger of both coordinates.
  ///
  /// - Parameter nearest: Room for as many distances as neighbors count.
  func radius(at point: Int, _ nearest: UnsafeMutableBufferPointer<Double>) -> Double {
    let (px, py) = (x[point], y[point])
    let last = nearest.count - 1
    for place in 0...last { nearest[place] = .infinity }
    var largest = Double.infinity
    var place = point + 1
    while place < x.count {
      let dx = x[place] - px
      if dx >= largest { break }
      let dy = abs(y[place] - py)
      if dy < largest { largest = Self.insert(max(dx, dy), into: nearest, last) }
      place += 1
    }
    place = point - 1
    while place >= 0 {
      let dx = px - x[place]
      if dx >= largest { break }
      let dy = abs(y[place] - py)
      if dy < largest { largest = Self.insert(max(dx, dy), into: nearest, last) }
      place -= 1
    }
    return largest
  }

  /// - Returns: The largest distance that is kept.
  private static func insert(
    _ distance: Double, into nearest: UnsafeMutableBufferPointer<Double>, _ last: Int
  ) -> Double {
    var place = last
    while place > 0, nearest[place - 1] > distance {
      nearest[place] = nearest[place - 1]
      place -= 1
    }
    nearest[place] = distance
    return nearest[last]
  }

  /// Points at the very place of one.
  func coincident(_ point: Int) -> Int {
    var (first, last) = (point, point)
    while first > 0, x[first - 1] == x[point], y[first - 1] == y[point] { first -= 1 }
    while last + 1 < x.count, x[last + 1] == x[point], y[last + 1] == y[point] { last += 1 }
    return last - first + 1
  }

  /// Sorted values nearer to one of them than `radius`, or equal to it where that is 0.
  static func reach(
    _ sorted: UnsafeBufferPointer<Double>, from place: Int, _ radius: Double
  ) -> Int {
    let limit = radius > 0 ? radius : .leastNonzeroMagnitude
    let value = sorted[place]
    let above = gallop(sorted.count - place) { sorted[place + $0] - value < limit }
    let below = gallop(place + 1) { value - sorted[place - $0] < limit }
    return above + below - 1
  }

  /// How many of `0 ..< count` satisfy a condition that 0 satisfies and that none regains: in steps
  /// that double, then by halves.
  @inline(__always)
  private static func gallop(_ count: Int, _ isInside: (Int) -> Bool) -> Int {
    var inside = 0
    var step = 1
    while inside + step < count, isInside(inside + step) {
      inside += step
      step *= 2
    }
    var outside = min(inside + step, count)
    while outside - inside > 1 {
      let middle = (inside + outside) / 2
      if isInside(middle) { inside = middle } else { outside = middle }
    }
    return inside + 1
  }
}
