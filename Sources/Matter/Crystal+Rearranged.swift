extension Crystal {
  /// A crystal made of sites of this one, each with its occupants and label.
  ///
  /// - Parameters:
  ///   - sites: The source of each new site.
  ///   - positions: Of the new sites, in fractions of the new cell.
  ///   - magneticMoments: Of the new sites; `nil` to leave them out.
  func rearranged(
    sites: [Int], positions: [SIMD3<Double>], lattice: Lattice,
    magneticMoments: [SIMD3<Double>]?
  ) throws(CrystalError) -> Crystal {
    var occupants: [Occupant] = []
    occupants.reserveCapacity(sites.count)
    var counts: [Int] = []
    counts.reserveCapacity(sites.count)
    for site in sites {
      let shared = self.occupants(of: site)
      occupants.append(contentsOf: shared)
      counts.append(shared.count)
    }
    return try Crystal(
      lattice: lattice, occupants: occupants, counts: counts, positions: positions,
      labels: labels.map { labels in sites.map { labels[$0] } }, magneticMoments: magneticMoments)
  }
}
