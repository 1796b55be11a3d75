/// The cell-list search behind ``NeighborList``.
///
/// The cell is divided into bins about half a cutoff wide. Copies of sites around the cell fill
/// a margin of bins, so the inner loop reads runs of neighboring bins straight through, without
/// wrapping. See Allen and Tildesley, Computer Simulation of Liquids, chapter 5 (2017).
struct PairSearch {
  private let cutoff: Double
  private let basis: ReducedBasis
  private let siteCount: Int
  /// Bins along each reduced vector, in the cell and in the margin on either side.
  private let bins: SIMD3<Int32>
  private let margin: SIMD3<Int32>
  /// Where each bin's copies begin in the arrays below; bins of the whole grid, c fastest.
  private let binStarts: [Int32]
  /// Copies in order of bin and then of site.
  private let places: [SIMD4<Double>]
  private let owners: [Int32]
  private let cells: [SIMD3<Int32>]
  /// Twice the owner, plus 1 where the copy's cell counts as positive in a half list.
  private let ranks: [Int32]
  /// For each site: the copy in the home cell, its bin, and the cell the given position lies in.
  private let homes: [Int32]
  private let homeBins: [SIMD3<Int32>]
  private let wraps: [SIMD3<Int32>]

  init(
    lattice: Lattice, positions: [SIMD3<Double>], cutoff: Double
  ) throws(NeighborListError) {
    self.cutoff = cutoff
    siteCount = positions.count
    basis = ReducedBasis(lattice)
    let (a, b, c) = basis.vectors
    let volume = abs(dot(a, cross(b, c)))
    let heights = SIMD3(
      volume / length(cross(b, c)), volume / length(cross(c, a)), volume / length(cross(a, b)))
    // About half a cutoff, but no finer than two sites in a bin call for.
    let roomy = 1.26 * (volume / Double(max(siteCount, 1))).cubeRoot
    let width = max(cutoff / 2, roomy)
    var bins = SIMD3<Int32>(repeating: 1)
    var margin = SIMD3<Int32>(repeating: 1)
    var copies = Double(siteCount)
    for k in 0..<3 {
      let count = min(max((heights[k] / width).rounded(.down), 1), 10_000)
      let reach = (cutoff / heights[k] * count * (1 + 1e-12)).rounded(.up)
      guard reach < 100_000 else { throw .tooLarge(copies: copies * reach) }
      bins[k] = Int32(count)
      margin[k] = Int32(reach)
      copies *= 1 + 2 * reach / count
    }
    guard copies < 500_000_000 else { throw .tooLarge(copies: copies) }
    self.bins = bins
    self.margin = margin

    // Fractions along the reduced vectors, wrapped into the cell.
    let inverse = (
      cross(b, c) / dot(a, cross(b, c)), cross(c, a) / dot(a, cross(b, c)),
      cross(a, b) / dot(a, cross(b, c))
    )
    var wraps: [SIMD3<Int32>] = []
    var homeBins: [SIMD3<Int32>] = []
    var fractions: [SIMD3<Double>] = []
    wraps.reserveCapacity(siteCount)
    homeBins.reserveCapacity(siteCount)
    fractions.reserveCapacity(siteCount)
    for (site, position) in positions.enumerated() {
      let place = lattice.cartesian(position)
      let fraction = SIMD3(
        dot(place, inverse.0), dot(place, inverse.1), dot(place, inverse.2))
      let cell = fraction.rounded(.down)
      guard abs(cell.x) < 1e9, abs(cell.y) < 1e9, abs(cell.z) < 1e9 else {
        throw .positionNotFinite(site: site)
      }
      let wrapped = fraction - cell
      let bin = SIMD3<Int32>(wrapped * SIMD3<Double>(bins))
      wraps.append(SIMD3<Int32>(cell))
      fractions.append(wrapped)
      homeBins.append(pointwiseMin(bin, bins &- 1))
    }
    self.wraps = wraps
    self.homeBins = homeBins

    // Count, then place (a counting sort by bin keeps the order of sites inside a bin).
    let grid = bins &+ 2 &* margin
    var starts = [Int32](repeating: 0, count: Int(grid.x) * Int(grid.y) * Int(grid.z) + 1)
    Self.forEachCopy(homeBins, bins, margin) { _, bin, _ in
      starts[Self.index(bin, grid) + 1] += 1
    }
    for bin in 1..<starts.count { starts[bin] += starts[bin - 1] }
    let total = Int(starts[starts.count - 1])
    var next = starts
    var places = [SIMD4<Double>](repeating: .zero, count: total)
    var owners = [Int32](repeating: 0, count: total)
    var ranks = owners
    var cells = [SIMD3<Int32>](repeating: .zero, count: total)
    var homes = [Int32](repeating: 0, count: siteCount)
    let basis = self.basis
    Self.forEachCopy(homeBins, bins, margin) { site, bin, cell in
      let slot = Int(next[Self.index(bin, grid)])
      next[Self.index(bin, grid)] += 1
      let f = fractions[site] + SIMD3<Double>(cell)
      places[slot] = SIMD4(f.x * a + f.y * b + f.z * c, 0)
      owners[slot] = Int32(site)
      cells[slot] = cell
      ranks[slot] = 2 &* Int32(site) &+ (Self.isPositive(basis.original(cell)) ? 1 : 0)
      if cell == .zero { homes[site] = Int32(slot) }
    }
    binStarts = starts
    self.places = places
    self.owners = owners
    self.cells = cells
    self.ranks = ranks
    self.homes = homes
  }

  /// The packed rows of all sites.
  func rows(
    _ kind: NeighborList.Kind
  ) -> (offsets: [Int], neighbors: [Int32], images: [SIMD3<Int32>]) {
    var offsets = [0]
    var neighbors: [Int32] = []
    var images: [SIMD3<Int32>] = []
    offsets.reserveCapacity(siteCount + 1)
    var found = [UInt64](repeating: 0, count: 256)
    let isPlain = basis.rows == (SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1))
    for site in 0..<siteCount {
      let count = search(site, kind, into: &found)
      if site == 64 {  // a first guess at the size, from the rows so far
        neighbors.reserveCapacity(neighbors.count * siteCount / 60)
        images.reserveCapacity(neighbors.count * siteCount / 60)
      }
      let first = neighbors.count
      let wrap = wraps[site]
      for key in found[0..<count] {
        let copy = Int(key & 0xFFFF_FFFF)
        let owner = owners[copy]
        let cell = cells[copy] &- wraps[Int(owner)] &+ wrap
        neighbors.append(owner)
        images.append(isPlain ? cell : basis.original(cell))
      }
      if !isPlain { Self.sortImages(neighbors, &images, from: first) }
      offsets.append(neighbors.count)
    }
    return (offsets, neighbors, images)
  }

  /// Writes the copies near a site as `owner << 32 | copy`, sorted; returns how many.
  private func search(
    _ site: Int, _ kind: NeighborList.Kind, into found: inout [UInt64]
  ) -> Int {
    let bound = kind == .half ? 2 * Int32(site) : -1
    let grid = bins &+ 2 &* margin
    let bin = homeBins[site] &+ margin
    var count = 0
    for i in (bin.x - margin.x)...(bin.x + margin.x) {
      for j in (bin.y - margin.y)...(bin.y + margin.y) {
        let row = Self.index(SIMD3(i, j, bin.z - margin.z), grid)
        let run = Int(binStarts[row])..<Int(binStarts[row + Int(2 * margin.z) + 1])
        if found.count < count + run.count {
          found += [UInt64](repeating: 0, count: max(found.count, run.count))
        }
        count = found.withUnsafeMutableBufferPointer { found in
          compact(run, near: Int(homes[site]), above: bound, into: found, from: count)
        }
      }
    }
    Self.sort(&found, count)
    return count
  }

  /// Appends the near copies of a run of bins.
  ///
  /// Every candidate is written and only a neighbor advances the count: no branch to mispredict.
  private func compact(
    _ run: Range<Int>, near home: Int, above bound: Int32,
    into found: UnsafeMutableBufferPointer<UInt64>, from first: Int
  ) -> Int {
    let limit = cutoff * cutoff
    return places.withUnsafeBufferPointer { places in
      ranks.withUnsafeBufferPointer { ranks in
        let here = places[home]
        var count = first
        for copy in run {
          let d = places[copy] - here
          let q = d * d
          let rank = ranks[copy]
          found[count] =
            UInt64(truncatingIfNeeded: rank >> 1) &<< 32 | UInt64(truncatingIfNeeded: copy)
          count &+= q.x + q.y + q.z < limit && rank > bound && copy != home ? 1 : 0
        }
        return count
      }
    }
  }

  /// Insertion sort for the usual short rows, the library's sort for long ones.
  private static func sort(_ keys: inout [UInt64], _ count: Int) {
    guard count <= 200 else {
      keys[0..<count].sort()
      return
    }
    keys.withUnsafeMutableBufferPointer { keys in
      var next = 1
      while next < count {
        let key = keys[next]
        var slot = next
        while slot > 0 && keys[slot &- 1] > key {
          keys[slot] = keys[slot &- 1]
          slot &-= 1
        }
        keys[slot] = key
        next &+= 1
      }
    }
  }

  /// Puts the images of equal neighbors into lexicographic order.
  private static func sortImages(
    _ neighbors: [Int32], _ images: inout [SIMD3<Int32>], from first: Int
  ) {
    guard first + 1 < neighbors.count else { return }
    for next in (first + 1)..<neighbors.count {
      let image = images[next]
      var slot = next
      while slot > first, neighbors[slot - 1] == neighbors[next],
        isPositive(images[slot - 1] &- image)
      {
        images[slot] = images[slot - 1]
        slot -= 1
      }
      images[slot] = image
    }
  }

  /// Whether the first component that is not zero is positive.
  private static func isPositive(_ n: SIMD3<Int32>) -> Bool {
    n.x != 0 ? n.x > 0 : n.y != 0 ? n.y > 0 : n.z > 0
  }

  private static func index(_ bin: SIMD3<Int32>, _ grid: SIMD3<Int32>) -> Int {
    (Int(bin.x) * Int(grid.y) + Int(bin.y)) * Int(grid.z) + Int(bin.z)
  }

  /// Visits every copy whose bin lies in the grid: site, bin in the grid, cell of the copy.
  private static func forEachCopy(
    _ homeBins: [SIMD3<Int32>], _ bins: SIMD3<Int32>, _ margin: SIMD3<Int32>,
    _ visit: (Int, SIMD3<Int32>, SIMD3<Int32>) -> Void
  ) {
    for (site, home) in homeBins.enumerated() {
      // The copy in cell n has the bin home + n·bins + margin, at least 0 and in the grid.
      var first = SIMD3<Int32>()
      var last = SIMD3<Int32>()
      for k in 0..<3 {
        first[k] = -((home[k] + margin[k]) / bins[k])
        last[k] = (bins[k] - 1 - home[k] + margin[k]) / bins[k]
      }
      for i in first.x...last.x {
        for j in first.y...last.y {
          for k in first.z...last.z {
            let cell = SIMD3(i, j, k)
            visit(site, home &+ cell &* bins &+ margin, cell)
          }
        }
      }
    }
  }
}

extension Double {
  /// The edge of a cube of this volume.
  fileprivate var cubeRoot: Double {
    // Newton's iteration from a power of two: no import for one cube root.
    guard self > 0, isFinite else { return 0 }
    var edge = Double(sign: .plus, exponent: Int(exponent) / 3, significand: 1)
    for _ in 0..<40 { edge = (2 * edge + self / (edge * edge)) / 3 }
    return edge
  }
}
