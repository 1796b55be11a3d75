/// What surrounds a site.
public struct SiteEnvironment: Hashable, Sendable {
  public struct Neighbor: Hashable, Sendable {
    public let site: Int
    public let image: SIMD3<Int32>

    /// Å.
    public let distance: Double

    /// The solid angle in units of the largest, 0…1.
    public let weight: Double
  }

  public let site: Int

  /// Those whose weight reaches the threshold, nearest first.
  public let neighbors: [Neighbor]

  /// The sum of all weights, those below the threshold too.
  public let effectiveCoordination: Double

  /// The volume of the Voronoi cell, Å³.
  public let volume: Double

  public var coordination: Int { neighbors.count }

  /// How many neighbors of each element there are, by atomic number; shared sites count in part.
  public func composition(in crystal: Crystal) -> [(element: Element, count: Double)] {
    var counts: [Element: Double] = [:]
    for neighbor in neighbors {
      for occupant in crystal.occupants(of: neighbor.site) {
        counts[occupant.element, default: 0] += occupant.occupancy
      }
    }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension VoronoiTessellation {
  /// The environment of every site.
  ///
  /// - Parameter least: The weight from which on a neighbor counts, 0…1.
  public func environments(weight least: Double = 0.5) -> [SiteEnvironment] {
    let weights = weights
    return (0..<siteCount).map { site in
      let range = offsets[site]..<offsets[site + 1]
      return SiteEnvironment(
        site: site,
        neighbors: range.filter { weights[$0] >= least }.map { index in
          SiteEnvironment.Neighbor(
            site: faces[index].neighbor, image: faces[index].image,
            distance: faces[index].distance, weight: weights[index])
        },
        effectiveCoordination: weights[range].reduce(0, +), volume: volumes[site])
    }
  }
}

extension NeighborList {
  /// Listed neighbors of each site, `[sites]`: in a full list, the coordination number by distance.
  public var coordinationNumbers: [Int] { (0..<siteCount).map { row($0).count } }
}
