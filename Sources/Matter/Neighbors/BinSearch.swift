/// The search behind ``NeighborList`` for many sites: bins, half a stencil, no sorting.
///
/// The cell is divided into bins about half a cutoff wide. Copies of sites around the cell fill a
/// margin of bins, so the inner loop reads runs of neighboring bins straight through, without
/// wrapping (Allen and Tildesley, Computer Simulation of Liquids, chapter 5 (2017)). Each pair is
/// met once, from the site whose bin comes first, and written in both directions: a list is
/// symmetric even where a distance rounds to the cutoff. Two passes of scattering put rows in order:
/// going through the sites by number, each adds itself to the rows of its neighbors.
struct BinSearch {
  private let cutoff: Double
  private let siteCount: Int
  /// Whether one site can be the neighbor of another in more than one image.
  private let imagesRepeat: Bool
  /// Bins along each reduced vector in the cell, and in the margins: none before the cell along the
  /// first vector, since half a stencil looks ahead only.
  private let bins: SIMD3<Int>
  private let margin: SIMD3<Int>
  /// Where each bin's copies begin in the arrays below; bins of the whole grid, c fastest.
  private let binStarts: [Int32]
  /// Coordinates of the copies in order of bin and then of site, Å.
  private let x, y, z: [Double]
  private let owners: [Int32]
  /// The cells that copies lie in, in the given basis, relative to the wrapped sites.
  private let cells: [SIMD3<Int32>]
  /// The cells that the given positions lie in.
  private let wraps: [SIMD3<Int32>]

  init(
    _ basis: ReducedBasis, positions: [SIMD3<Double>], lattice: Lattice, cutoff: Double
  ) throws(NeighborListError) {
    self.cutoff = cutoff
    siteCount = positions.count
    let grid = try BinGrid(basis, sites: siteCount, cutoff: cutoff)
    bins = grid.bins
    margin = grid.margin
    imagesRepeat = grid.leastHeight < 2 * cutoff * (1 + 1e-9)

    var fractions: [SIMD3<Double>] = []
    var wraps: [SIMD3<Int32>] = []
    var homeBins: [SIMD3<Int>] = []
    fractions.reserveCapacity(siteCount)
    wraps.reserveCapacity(siteCount)
    homeBins.reserveCapacity(siteCount)
    let (u, v, w) = basis.reciprocal
    let counts = SIMD3<Double>(bins)
    for (site, position) in positions.enumerated() {
      let place = lattice.cartesian(position)
      let fraction = SIMD3(dot(place, u), dot(place, v), dot(place, w))
      let cell = fraction.rounded(.down)
      guard max(abs(cell.x), abs(cell.y), abs(cell.z)) < NeighborList.farthestCell else {
        throw .positionTooFar(site: site)
      }
      let wrapped = fraction - cell
      let bin = SIMD3<Int>(wrapped * counts)
      fractions.append(wrapped)
      wraps.append(basis.original(SIMD3<Int32>(cell)))
      homeBins.append(pointwiseMin(bin, bins &- 1))
    }
    self.wraps = wraps

    // Count, then place (a counting sort by bin keeps the order of sites inside a bin).
    var starts = [Int32](repeating: 0, count: grid.count + 1)
    for home in homeBins {
      grid.forEachCopy(of: home) { bin, _ in starts[bin + 1] += 1 }
    }
    for bin in 1..<starts.count { starts[bin] += starts[bin - 1] }
    let total = Int(starts[starts.count - 1])
    var next = starts
    var x = [Double](repeating: 0, count: total)
    var (y, z) = (x, x)
    var owners = [Int32](repeating: 0, count: total)
    var cells = [SIMD3<Int32>](repeating: .zero, count: total)
    let (a, b, c) = basis.vectors
    for (site, home) in homeBins.enumerated() {
      grid.forEachCopy(of: home) { bin, cell in
        let slot = Int(next[bin])
        next[bin] += 1
        let f = fractions[site] + SIMD3<Double>(cell)
        let place = f.x * a + f.y * b + f.z * c
        x[slot] = place.x
        y[slot] = place.y
        z[slot] = place.z
        owners[slot] = Int32(site)
        cells[slot] = basis.original(SIMD3<Int32>(truncatingIfNeeded: cell))
      }
    }
    binStarts = starts
    self.x = x
    self.y = y
    self.z = z
    self.owners = owners
    self.cells = cells
  }

  /// The packed rows of all sites.
  func rows(_ kind: NeighborList.Kind) throws(NeighborListError) -> NeighborRows {
    let found = try search()
    var counts = [Int32](repeating: 0, count: siteCount)
    for (order, center) in found.centers.enumerated() {
      let range = Int(found.starts[order])..<Int(found.starts[order + 1])
      counts[Int(center)] += Int32(range.count)
      for hit in range { counts[Int(owners[Int(found.hits.base[hit])])] += 1 }
    }
    let offsets = Self.sums(counts)
    let entries = unsorted(found, offsets)
    defer { entries.deallocate() }
    return write(kind, entries, offsets)
  }

  // MARK: - Finding

  /// Each pair once: the sites in order of bin, and the copies near each.
  private struct Found {
    var centers: [Int32] = []
    var starts: [Int32] = [0]
    var hits = Scratch<Int32>(capacity: 4096)
  }

  private func search() throws(NeighborListError) -> Found {
    var found = Found()
    found.centers.reserveCapacity(siteCount)
    found.starts.reserveCapacity(siteCount + 1)
    let rowLength = bins.z + 2 * margin.z
    let rowCount = bins.y + 2 * margin.y
    var runs: [Range<Int>] = []
    for i in 0..<bins.x {
      for j in margin.y..<(margin.y + bins.y) {
        for k in margin.z..<(margin.z + bins.z) {
          let bin = (i * rowCount + j) * rowLength + k
          let homes = Int(binStarts[bin])..<Int(binStarts[bin + 1])
          guard !homes.isEmpty else { continue }
          runs.removeAll(keepingCapacity: true)
          for ahead in 0...margin.x {
            for side in (ahead == 0 ? 1 : -margin.y)..<(margin.y + 1) {
              let row = ((i + ahead) * rowCount + j + side) * rowLength + k - margin.z
              let run = Int(binStarts[row])..<Int(binStarts[row + 2 * margin.z + 1])
              if !run.isEmpty { runs.append(run) }
            }
          }
          let last = Int(binStarts[bin + margin.z + 1])
          try search(homes, last, runs, into: &found)
        }
      }
    }
    return found
  }

  /// - Parameters:
  ///   - homes: The sites of one bin.
  ///   - last: Where the run of bins that begins behind each of them ends.
  ///   - runs: The other runs of copies ahead.
  private func search(
    _ homes: Range<Int>, _ last: Int, _ runs: [Range<Int>], into found: inout Found
  ) throws(NeighborListError) {
    let candidates = runs.reduce(last - homes.lowerBound) { $0 + $1.count }
    for home in homes {
      found.hits.reserve(candidates)
      var count = compact(home + 1..<last, near: home, found.hits.base, found.hits.count)
      for run in runs { count = compact(run, near: home, found.hits.base, count) }
      guard 2 * count <= NeighborList.mostPairs else { throw .tooManyPairs(2 * Double(count)) }
      found.hits.count = count
      found.centers.append(owners[home])
      found.starts.append(Int32(count))
    }
  }

  /// Appends the near copies of a run of bins.
  ///
  /// Every candidate is written and only a neighbor advances the count: no branch to mispredict.
  private func compact(
    _ run: Range<Int>, near home: Int, _ hits: UnsafeMutablePointer<Int32>, _ first: Int
  ) -> Int {
    let limit = cutoff * cutoff
    return x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        z.withUnsafeBufferPointer { z in
          let (x0, y0, z0) = (x[home], y[home], z[home])
          var count = first
          for copy in run {
            let (dx, dy, dz) = (x[copy] - x0, y[copy] - y0, z[copy] - z0)
            hits[count] = Int32(truncatingIfNeeded: copy)
            count &+= dx * dx + dy * dy + dz * dz < limit ? 1 : 0
          }
          return count
        }
      }
    }
  }

  // MARK: - Ordering

  /// A neighbor, and the copy that makes it one: as found, or `~copy` where the roles are exchanged.
  private typealias Entry = SIMD2<Int32>

  /// Both directions of each pair in the row of their site, in no useful order.
  private func unsorted(
    _ found: Found, _ offsets: [Int]
  ) -> UnsafeMutablePointer<Entry> {
    let entries = UnsafeMutablePointer<Entry>.allocate(capacity: max(offsets[siteCount], 1))
    adviseLargePages(entries, count: offsets[siteCount])
    var next = offsets.map { Int32($0) }
    next.withUnsafeMutableBufferPointer { next in
      owners.withUnsafeBufferPointer { owners in
        for (order, center) in found.centers.enumerated() {
          for hit in Int(found.starts[order])..<Int(found.starts[order + 1]) {
            let copy = found.hits.base[hit]
            let owner = owners[Int(copy)]
            entries[Int(next[Int(center)])] = Entry(owner, copy)
            next[Int(center)] &+= 1
            entries[Int(next[Int(owner)])] = Entry(center, ~copy)
            next[Int(owner)] &+= 1
          }
        }
      }
    }
    return entries
  }

  /// Adds each site, by number, to the rows of its neighbors.
  private func write(
    _ kind: NeighborList.Kind, _ entries: UnsafeMutablePointer<Entry>, _ all: [Int]
  ) -> NeighborRows {
    let offsets = kind == .full ? all : Self.sums(halfCounts(entries, all))
    let total = offsets[siteCount]
    let isWrapped = wraps.contains { $0 != .zero }
    var next = offsets.map { Int32($0) }
    var images: [SIMD3<Int32>] = []
    let neighbors = [Int32](unsafeUninitializedCapacity: total) { neighbors, neighborCount in
      images = [SIMD3<Int32>](unsafeUninitializedCapacity: total) { images, imageCount in
        adviseLargePages(neighbors.baseAddress, count: total)
        adviseLargePages(images.baseAddress, count: total)
        next.withUnsafeMutableBufferPointer { next in
          for site in 0..<siteCount {
            for entry in UnsafeBufferPointer(
              rebasing: UnsafeBufferPointer(
                start: entries, count: all[siteCount])[all[site]..<all[site + 1]])
            {
              guard kind == .full || isListed(entry, site) else { continue }
              let row = Int(entry.x)
              var image = imageBack(entry)
              if isWrapped { image = image &+ wraps[row] &- wraps[site] }
              let slot = Int(next[row])
              next[row] &+= 1
              neighbors[slot] = Int32(truncatingIfNeeded: site)
              images[slot] = image
            }
          }
        }
        if imagesRepeat {
          for site in 0..<siteCount {
            NeighborRows.sortImages(neighbors, images, offsets[site]..<offsets[site + 1])
          }
        }
        imageCount = total
      }
      neighborCount = total
    }
    return NeighborRows(offsets: offsets, neighbors: neighbors, images: images)
  }

  /// The image of the row's site seen from the entry's neighbor.
  private func imageBack(_ entry: Entry) -> SIMD3<Int32> {
    cells.withUnsafeBufferPointer { cells in
      entry.y >= 0 ? SIMD3<Int32>.zero &- cells[Int(entry.y)] : cells[Int(~entry.y)]
    }
  }

  /// Whether a half list holds `site` in the row of the entry's neighbor.
  private func isListed(_ entry: Entry, _ site: Int) -> Bool {
    Int(entry.x) == site ? imageBack(entry).isPositive : Int(entry.x) < site
  }

  private func halfCounts(
    _ entries: UnsafeMutablePointer<Entry>, _ offsets: [Int]
  ) -> [Int32] {
    var counts = [Int32](repeating: 0, count: siteCount)
    for site in 0..<siteCount {
      for index in offsets[site]..<offsets[site + 1] where isListed(entries[index], site) {
        counts[Int(entries[index].x)] += 1
      }
    }
    return counts
  }

  private static func sums(_ counts: [Int32]) -> [Int] {
    var offsets = [0]
    offsets.reserveCapacity(counts.count + 1)
    for count in counts { offsets.append(offsets[offsets.count - 1] + Int(count)) }
    return offsets
  }
}
