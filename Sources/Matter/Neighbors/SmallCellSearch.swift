/// The search behind ``NeighborList`` for few sites: for each pair of sites, the lattice points in a
/// sphere, found line by line.
///
/// In a frame where c lies along one axis and b in one plane, the bounds of the first index follow
/// from the cutoff, those of the second from the first, and those of the third from both: nothing
/// outside of the sphere is ever tested (Fincke and Pohst, Math. Comput. 44, 463 (1985)). Indices
/// ascend, so images come out in order; the other direction of a pair is the same run backwards.
struct SmallCellSearch {
  /// The most sites for which this search is the faster one.
  static let mostSites = 100

  private let basis: ReducedBasis
  private let cutoff: Double
  /// Components of a, b and c along three axes: c is `(c3, 0, 0)`, b is `(b3, b2, 0)`.
  private let a1, a2, a3, b2, b3, c3: Double

  /// Lines that one pair of sites takes, about.
  private let lines: Double

  init(_ basis: ReducedBasis, cutoff: Double) {
    self.basis = basis
    self.cutoff = cutoff
    let (a, b, c) = basis.vectors
    c3 = length(c)
    let e3 = c / c3
    b3 = dot(b, e3)
    let across = b - b3 * e3
    b2 = length(across)
    let e2 = across / b2
    a3 = dot(a, e3)
    a2 = dot(a, e2)
    let rest = a - a3 * e3 - a2 * e2
    a1 = length(rest)
    lines = (2 * cutoff / a1 + 1) * (2 * cutoff / b2 + 1)
  }

  /// The search in the given basis, or in the reduced one where that takes far fewer lines.
  ///
  /// - Throws: ``NeighborListError/tooLarge(copies:)`` when no basis keeps the work in bounds.
  static func best(
    _ lattice: Lattice, sites: Int, cutoff: Double, reduced: ReducedBasis
  ) throws(NeighborListError) -> SmallCellSearch {
    let given = SmallCellSearch(ReducedBasis(given: lattice), cutoff: cutoff)
    guard !reduced.isGiven else { return try given.checked(sites) }
    let other = SmallCellSearch(reduced.longestFirst, cutoff: cutoff)
    return try (given.lines <= 3 * other.lines ? given : other).checked(sites)
  }

  private func checked(_ sites: Int) throws(NeighborListError) -> SmallCellSearch {
    let pairs = Double(sites * sites)
    guard pairs * lines < 1e9 else { throw .tooLarge(copies: pairs * lines) }
    return self
  }

  /// The packed rows of all sites.
  func rows(
    _ kind: NeighborList.Kind, positions: [SIMD3<Double>], lattice: Lattice,
    _ scratch: Scratch<SIMD3<Int32>>
  ) throws(NeighborListError) -> NeighborRows {
    let sites = positions.count
    let (u, v, w) = basis.reciprocal
    // Fractions along this search's basis, wrapped, and the cells they were in.
    var fractions = positions
    var cells = [SIMD3<Int32>](repeating: .zero, count: sites)
    for (site, position) in positions.enumerated() {
      if !basis.isGiven {
        let place = lattice.cartesian(position)
        fractions[site] = SIMD3(dot(place, u), dot(place, v), dot(place, w))
      }
      let cell = fractions[site].rounded(.down)
      guard max(abs(cell.x), abs(cell.y), abs(cell.z)) < NeighborList.farthestCell else {
        throw .positionTooFar(site: site)
      }
      fractions[site] -= cell
      cells[site] = SIMD3<Int32>(cell)
    }
    scratch.count = 0
    // Runs of the pairs i ≤ j, row by row.
    var starts: [Int32] = [0]
    starts.reserveCapacity(sites * (sites + 1) / 2 + 1)
    for i in 0..<sites {
      for j in i..<sites {
        try collect(fractions[j] - fractions[i], cells[i] &- cells[j], isSelf: i == j, scratch)
        starts.append(Int32(scratch.count))
      }
    }
    return write(kind, sites, starts, scratch.base)
  }

  /// Appends the images in which a site at an offset lies within the cutoff, in order.
  ///
  /// - Parameters:
  ///   - offset: From the center to the other site, fractions of the basis.
  ///   - shift: What to add to an image.
  ///   - isSelf: For the images of a site around itself: only the positive half.
  private func collect(
    _ offset: SIMD3<Double>, _ shift: SIMD3<Int32>, isSelf: Bool, _ found: Scratch<SIMD3<Int32>>
  ) throws(NeighborListError) {
    let first = found.count
    let limit = cutoff * cutoff
    let (perB, perC) = (1 / b2, 1 / c3)
    let reach = cutoff / a1
    let low = isSelf ? 0 : floor(-offset.x - reach) &+ 1
    let high = floor(-offset.x + reach)
    guard low <= high else { return }
    for i in low...high {
      let s = offset.x + Double(i)
      let x = s * a1
      let left = limit - x * x
      guard left > 0 else { continue }
      let y0 = s * a2 + offset.y * b2
      let half = left.squareRoot()
      let isCentral = isSelf && i == 0
      let start = isCentral ? 0 : floor((-y0 - half) * perB) &+ 1
      let end = floor((-y0 + half) * perB)
      guard start <= end else { continue }
      for j in start...end {
        let y = y0 + Double(j) * b2
        let rest = left - y * y
        guard rest > 0 else { continue }
        let z0 = s * a3 + (offset.y + Double(j)) * b3 + offset.z * c3
        let half = rest.squareRoot()
        var bottom = floor((-z0 - half) * perC) &+ 1
        var top = floor((-z0 + half) * perC)
        // Rounding may have moved an end by one.
        if square(z0 + Double(bottom - 1) * c3) < rest { bottom -= 1 }
        if square(z0 + Double(top + 1) * c3) < rest { top += 1 }
        if isCentral && j == 0 { bottom = 1 }
        while bottom <= top && square(z0 + Double(bottom) * c3) >= rest { bottom += 1 }
        while top >= bottom && square(z0 + Double(top) * c3) >= rest { top -= 1 }
        guard bottom <= top else { continue }
        found.reserve(top - bottom + 1)
        let target = found.base + found.count
        let image = SIMD3<Int32>(truncatingIfNeeded: SIMD3(i, j, bottom)) &+ shift
        for k in 0...(top - bottom) {
          target[k] = SIMD3(image.x, image.y, image.z &+ Int32(truncatingIfNeeded: k))
        }
        found.count += top - bottom + 1
      }
    }
    guard 2 * found.count <= NeighborList.mostPairs else {
      throw .tooManyPairs(2 * Double(found.count))
    }
    if !basis.isGiven { restore(first..<found.count, isSelf: isSelf, found) }
  }

  /// Expresses images in the given basis and sorts them.
  private func restore(_ range: Range<Int>, isSelf: Bool, _ found: Scratch<SIMD3<Int32>>) {
    for index in range {
      let image = basis.original(found.base[index])
      found.base[index] = isSelf && !image.isPositive ? .zero &- image : image
    }
    UnsafeMutableBufferPointer(start: found.base, count: range.upperBound).sort(range)
  }

  private func write(
    _ kind: NeighborList.Kind, _ sites: Int, _ starts: [Int32],
    _ found: UnsafeMutablePointer<SIMD3<Int32>>
  ) -> NeighborRows {
    /// The run of the pair i ≤ j.
    func run(_ i: Int, _ j: Int) -> Range<Int> {
      let pair = i * (2 * sites - i + 1) / 2 + j - i
      return Int(starts[pair])..<Int(starts[pair + 1])
    }
    let total = Int(starts[starts.count - 1]) * (kind == .full ? 2 : 1)
    var offsets = [0]
    offsets.reserveCapacity(sites + 1)
    var images: [SIMD3<Int32>] = []
    let neighbors = [Int32](unsafeUninitializedCapacity: total) { neighbors, neighborCount in
      images = [SIMD3<Int32>](unsafeUninitializedCapacity: total) { images, imageCount in
        var next = 0
        for i in 0..<sites {
          if kind == .full {
            for j in 0...i {
              let run = run(j, i)
              for k in 0..<run.count {
                neighbors[next] = Int32(truncatingIfNeeded: j)
                images[next] = .zero &- found[run.upperBound - 1 - k]
                next += 1
              }
            }
          }
          for j in i..<sites {
            for index in run(i, j) {
              neighbors[next] = Int32(truncatingIfNeeded: j)
              images[next] = found[index]
              next += 1
            }
          }
          offsets.append(next)
        }
        imageCount = total
      }
      neighborCount = total
    }
    return NeighborRows(offsets: offsets, neighbors: neighbors, images: images)
  }

  @inline(__always)
  private func square(_ value: Double) -> Double { value * value }

  /// The greatest integer not above a value of modest size.
  @inline(__always)
  private func floor(_ value: Double) -> Int {
    let whole = Int(value)
    return whole &- (Double(whole) > value ? 1 : 0)
  }
}
