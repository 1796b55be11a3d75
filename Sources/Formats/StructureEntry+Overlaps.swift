import Matter

extension StructureEntry {
  /// Atoms closer than this lie at one place, Å.
  static let leastDistance = 0.01

  /// Refuses two atoms at one place; sites that share it by their occupancies are data.
  ///
  /// CIF says more about such sites, and its reader merges or refuses them itself.
  func refuseOverlaps(file: String) throws(ReadingError) {
    guard let (first, second) = overlap else { return }
    throw ReadingError(
      file: file, line: line,
      message: "Sites \(first + 1) and \(second + 1) lie at one place; remove one, or give both an "
        + "occupancy below 1.")
  }

  /// Says so where two atoms lie at one place.
  mutating func noteOverlaps() {
    guard let (first, second) = overlap else { return }
    notices.append(
      ReadingNotice(line: line, "Sites \(first + 1) and \(second + 1) lie at one place."))
  }

  private var overlap: (Int, Int)? {
    switch arrangement {
    case .crystal(let crystal): Self.overlap(in: crystal)
    case .molecule(let molecule): Self.overlap(in: molecule)
    }
  }

  private static func overlap(in crystal: Crystal) -> (Int, Int)? {
    // A cell in which no list can be made is refused by whoever needs one.
    guard let pairs = try? NeighborList(of: crystal, cutoff: leastDistance, kind: .half) else {
      return nil
    }
    for site in 0..<crystal.siteCount {
      for pair in pairs.row(site) {
        let other = Int(pairs.neighbors[pair])
        let filled = 2 - crystal.vacancy(of: site) - crystal.vacancy(of: other)
        if site != other, filled > Crystal.mostOccupancy { return (site, other) }
      }
    }
    return nil
  }

  private static func overlap(in molecule: Molecule) -> (Int, Int)? {
    var places: [SIMD3<Double>: Int] = [:]
    for (site, position) in molecule.positions.enumerated() {
      let place = (position / leastDistance).rounded(.toNearestOrAwayFromZero)
      if let earlier = places.updateValue(site, forKey: place) { return (earlier, site) }
    }
    return nil
  }
}
