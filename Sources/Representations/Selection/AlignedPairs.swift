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

  /// For each point the first behind it with another x.
  private let blockEnds: [Int32]

  /// For each point how many stand at its very place, itself among them.
  private let coincident: [Int32]

  init(_ first: SortedColumn, _ second: SortedColumn) {
    x = first.sorted
    sortedY = second.sorted
    var ranks = first.order.map { second.ranks[Int($0)] }
    var ends = [Int32](repeating: 0, count: ranks.count)
    Self.forEachRun(ranks.count, { first.sorted[$0] == first.sorted[$1] }) { run in
      if run.count > 1 { ranks[run].sort() }
      for place in run { ends[place] = Int32(run.upperBound) }
    }
    let aligned = ranks.map { second.sorted[Int($0)] }
    var coincident = [Int32](repeating: 1, count: ranks.count)
    Self.forEachRun(ranks.count, { ends[$0] == ends[$1] && aligned[$0] == aligned[$1] }) { run in
      for place in run { coincident[place] = Int32(run.count) }
    }
    rankInY = ranks
    y = aligned
    blockEnds = ends
    self.coincident = coincident
  }

  /// Neighboring places that are the same.
  private static func forEachRun(
    _ count: Int, _ areSame: (Int, Int) -> Bool, _ body: (Range<Int>) -> Void
  ) {
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, areSame(start, end) { end += 1 }
      body(start..<end)
      start = end
    }
  }

  /// Σ ψ(points as near in both) − ψ(points as near in x) − ψ(points as near in y).
  func sum(neighbors: Int, digamma: Digamma) -> Double {
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        blockEnds.withUnsafeBufferPointer { ends in
          withUnsafeTemporaryAllocation(of: Double.self, capacity: neighbors) { nearest in
            nearest.initialize(repeating: .infinity)
            let kernel = PairKernel(x: x, y: y, blockEnds: ends)
            var sum = 0.0
            for point in 0..<x.count {
              let radius = kernel.radius(at: point, nearest)
              let inX = PairKernel.reach(x, from: point, radius)
              let inY = sortedY.withUnsafeBufferPointer {
                PairKernel.reach($0, from: Int(rankInY[point]), radius)
              }
              let inBoth = radius > 0 ? neighbors : Int(coincident[point])
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
  let blockEnds: UnsafeBufferPointer<Int32>

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
      let rise = y[place] - py
      if abs(rise) < largest {
        largest = Self.insert(max(dx, abs(rise)), into: nearest, last)
      } else if rise > 0 {
        place = Int(blockEnds[place])  // y rises on to the end of the block
        continue
      }
      place += 1
    }
    place = point - 1
    while place >= 0 {
      let dx = px - x[place]
      if dx >= largest { break }
      let dy = abs(y[place] - py)
      if dy < largest {
        largest = Self.insert(max(dx, dy), into: nearest, last)
      } else if y[place] < py {
        place = blockStart(place) - 1  // y falls on to the start of the block
        continue
      }
      place -= 1
    }
    return largest
  }

  /// The first point with the x of another, by halves: blocks are few where they are long.
  private func blockStart(_ place: Int) -> Int {
    if place == 0 || x[place - 1] != x[place] { return place }
    var (outside, inside) = (-1, place)
    while inside - outside > 1 {
      let middle = (inside + outside) / 2
      if x[middle] == x[place] { inside = middle } else { outside = middle }
    }
    return inside
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
