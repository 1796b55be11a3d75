internal import Matter

/// Partly filled sites so near each other that only one of them holds the atom.
enum AlternativeSites {
  /// Nearer sites cannot both be filled, Å.
  static let reach = 1.0

  /// The structure with alternatives of one atom as one site, at their mean position by shares.
  ///
  /// Two sites are alternatives when they are nearer than ``reach`` and their shares sum to one atom
  /// at most; the nearest join first.
  static func merged(_ structure: AtomicStructure) throws -> AtomicStructure {
    guard let lattice = structure.lattice else { return structure }
    var groups = structure.positions.indices.map { site in
      Group(
        position: structure.positions[site],
        occupants: Array(structure.occupants(of: site)))
    }
    guard groups.contains(where: { $0.filling < 0.99 }) else { return structure }
    // Each round joins one pair, so there are fewer rounds than sites.
    while let pair = try nearestPair(groups, lattice) {
      groups[pair.first].join(groups[pair.second], at: pair.vector)
      groups.remove(at: pair.second)
    }
    let crystal = try Crystal(
      lattice: lattice,
      occupants: groups.flatMap { group in
        group.occupants.map { Occupant(Species($0.element), occupancy: $0.share) }
      }, counts: groups.map(\.occupants.count),
      positions: groups.map { lattice.fractional($0.position) })
    return AtomicStructure(crystal)
  }

  private struct Group {
    var position: SIMD3<Double>
    var occupants: [(element: Element, share: Double)]

    var filling: Double { occupants.reduce(0) { $0 + $1.share } }

    mutating func join(_ other: Group, at vector: SIMD3<Double>) {
      position += other.filling / (filling + other.filling) * vector
      for (element, share) in other.occupants {
        if let place = occupants.firstIndex(where: { $0.element == element }) {
          occupants[place].share += share
        } else {
          occupants.append((element, share))
        }
      }
      occupants.sort { $0.element < $1.element }
    }
  }

  private static func nearestPair(
    _ groups: [Group], _ lattice: Lattice
  ) throws -> (first: Int, second: Int, vector: SIMD3<Double>)? {
    let list = try NeighborList(
      lattice: lattice, positions: groups.map { lattice.fractional($0.position) }, cutoff: reach,
      kind: .half)
    var best: (first: Int, second: Int, vector: SIMD3<Double>)?
    var shortest = Double.infinity
    for site in groups.indices {
      for pair in list.row(site) {
        let other = Int(list.neighbors[pair])
        guard other != site, groups[site].filling + groups[other].filling <= Crystal.mostOccupancy
        else { continue }
        let shift = lattice.cartesian(SIMD3<Double>(list.images[pair]))
        let vector = groups[other].position + shift - groups[site].position
        if length(vector) < shortest - 1e-9 {
          (best, shortest) = ((site, other, vector), length(vector))
        }
      }
    }
    return best
  }
}
