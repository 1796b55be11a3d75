import Matter

extension StructureEntry {
  /// Refuses atoms at one place; sites that share it by their occupancies are data.
  ///
  /// CIF says more about such sites, and its reader merges or refuses them itself.
  func refuseOverlaps(file: String) throws(ReadingError) {
    guard let message = overlapMessage else { return }
    throw ReadingError(file: file, line: line, message: message)
  }

  /// Says so where atoms lie at one place.
  mutating func noteOverlaps() {
    guard let (first, second) = overlap else { return }
    notices.append(
      ReadingNotice(line: line, "Sites \(first + 1) and \(second + 1) lie at one place."))
  }

  /// Why the atoms cannot all be there, and what to do; `nil` where they can.
  var overlapMessage: String? {
    guard let (first, second) = overlap else { return nil }
    return "Sites \(first + 1) and \(second + 1) lie at one place; remove one, or give both an "
      + "occupancy below 1."
  }

  private var overlap: (Int, Int)? {
    switch arrangement {
    case .crystal(let crystal): crystal.overlap
    case .molecule(let molecule): molecule.overlap
    }
  }
}

extension Molecule {
  fileprivate var overlap: (Int, Int)? {
    var search = OverlapSearch(count: positions.count)
    return search.first(in: positions, filled: { _ in 1 }, images: { _ in [] })
  }
}

extension Crystal {
  /// Two sites of the cell, or of neighboring ones, that lie at one place which they, with others
  /// there, overfill.
  fileprivate var overlap: (Int, Int)? {
    let (u, v, w) = lattice.reciprocal
    let reach = SIMD3(length(u), length(v), length(w)) * OverlapSearch.leastDistance
    // In cells flatter than this, which no crystal has, images of images would meet.
    guard reach.max() < 0.1 else { return nil }
    let wrapped = positions.map { $0 - $0.rounded(.down) }
    let cartesian = wrapped.map { lattice.cartesian($0) }
    var search = OverlapSearch(count: siteCount)
    return search.first(
      in: cartesian, filled: { 1 - vacancy(of: $0) },
      images: { site in Self.shifts(wrapped[site], reach).map { lattice.cartesian($0) } })
  }

  /// The lattice vectors by which a site must be moved to meet those behind the faces of the cell.
  private static func shifts(_ position: SIMD3<Double>, _ reach: SIMD3<Double>) -> [SIMD3<Double>] {
    guard any(position .< reach) || any(position .> 1 - reach) else { return [] }
    var shifts = [SIMD3<Double>.zero]
    for axis in 0..<3 {
      let step = position[axis] < reach[axis] ? 1.0 : position[axis] > 1 - reach[axis] ? -1 : 0
      guard step != 0 else { continue }
      shifts += shifts.map { shift in
        var moved = shift
        moved[axis] = step
        return moved
      }
    }
    return Array(shifts.dropFirst())
  }
}

/// Looks for points at one place in time that grows with their number: a hash of cubes of four times
/// the least distance, in each of which few points can be apart.
private struct OverlapSearch {
  /// Atoms closer than this lie at one place, Å.
  static let leastDistance = 0.01

  /// More sites than this never share a place.
  private static let mostSharing = 1_000

  private static let side = 4 * leastDistance

  /// The latest point of each slot, and for each point the one before it; -1 for none.
  private var latest: [Int32]
  private var earlier: [Int32]

  init(count: Int) {
    var slots = 16
    while slots < 2 * count { slots *= 2 }
    latest = [Int32](repeating: -1, count: slots)
    earlier = [Int32](repeating: -1, count: count)
  }

  /// The first point at whose place the points before it leave no room for it, and one of those.
  ///
  /// - Parameters:
  ///   - filled: How much of a place a point takes.
  ///   - images: Vectors by which the point must be moved to meet others.
  mutating func first(
    in positions: [SIMD3<Double>], filled: (Int) -> Double,
    images: (Int) -> [SIMD3<Double>]
  ) -> (Int, Int)? {
    guard positions.count <= Int(Int32.max) else { return nil }
    for (point, position) in positions.enumerated() {
      var (other, sum, sharing) = (-1, filled(point), 0)
      func meet(_ place: SIMD3<Double>) {
        visit(place) { candidate in
          let apart = positions[candidate] - place
          guard (apart * apart).sum() < Self.leastDistance * Self.leastDistance else { return }
          (other, sum, sharing) = (candidate, sum + filled(candidate), sharing + 1)
        }
      }
      meet(position)
      for shift in images(point) { meet(position + shift) }
      if sharing > 0, sum > Crystal.mostOccupancy || sharing > Self.mostSharing {
        return (other, point)
      }
      let slot = slot(of: (position / Self.side).rounded(.down))
      earlier[point] = latest[slot]
      latest[slot] = Int32(truncatingIfNeeded: point)
    }
    return nil
  }

  /// The points of all cubes that reach near a place; some may be far.
  @inline(__always)
  private func visit(_ place: SIMD3<Double>, _ body: (Int) -> Void) {
    let scaled = place / Self.side
    let cube = scaled.rounded(.down)
    let rest = scaled - cube
    var steps = SIMD3<Double>.zero
    // Cubes whose slots coincide hold the same points.
    var slots = SIMD8<Int>(repeating: -1)
    for axis in 0..<3 { steps[axis] = rest[axis] < 0.26 ? -1 : rest[axis] > 0.74 ? 1 : 0 }
    for corner in 0..<8 {
      var neighbor = cube
      var isNew = true
      for axis in 0..<3 where corner >> axis & 1 == 1 {
        isNew = isNew && steps[axis] != 0
        neighbor[axis] += steps[axis]
      }
      guard isNew else { continue }
      let slot = slot(of: neighbor)
      guard all(slots .!= slot) else { continue }
      slots[corner] = slot
      var point = latest[slot]
      while point >= 0 {
        body(Int(point))
        point = earlier[Int(point)]
      }
    }
  }

  @inline(__always)
  private func slot(of cube: SIMD3<Double>) -> Int {
    var hash: UInt64 = 0
    for axis in 0..<3 {
      // Adding zero makes -0 the same as 0.
      hash = (hash ^ (cube[axis] + 0).bitPattern) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    return Int(truncatingIfNeeded: hash >> 16) & (latest.count - 1)
  }
}
