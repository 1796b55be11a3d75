import Foundation

/// A neighbor with its distance, for searches whose reach is not known beforehand.
struct NeighborRing {
  let neighbor: Int32
  let image: SIMD3<Int32>
  /// From the site, Å.
  let vector: SIMD3<Double>
  let distance: Double

  /// The radius of a sphere that holds a number of sites on the average, Å.
  static func radius(holding count: Double, _ density: Double) -> Double {
    cbrt(count / density * 3 / (4 * .pi))
  }

  /// Widens the search until every site has what it needs.
  ///
  /// - Parameters:
  ///   - radius: Where to begin, Å.
  ///   - take: What comes of a site's neighbors, sorted by distance, within a cutoff; `nil` to ask for
  ///     a larger one.
  /// - Throws: ``NeighborListError`` when a list does not fit.
  static func search<Result>(
    _ crystal: Crystal, from radius: Double, _ take: ([NeighborRing], Double) -> Result?
  ) throws(NeighborListError) -> [Result] {
    var results = [Result?](repeating: nil, count: crystal.siteCount)
    var open = Array(crystal.positions.indices)
    var cutoff = radius
    let places = crystal.cartesianPositions
    while !open.isEmpty {
      let list = try NeighborList(of: crystal, cutoff: cutoff)
      var left: [Int] = []
      for site in open {
        let ring = list.row(site).map { pair in
          let image = list.images[pair]
          let vector =
            places[Int(list.neighbors[pair])] - places[site]
            + crystal.lattice.cartesian(SIMD3<Double>(image))
          return NeighborRing(
            neighbor: list.neighbors[pair], image: image, vector: vector, distance: length(vector))
        }
        // Rows are in order of neighbor and image already: equal distances keep it.
        let order = ring.indices.sorted {
          (ring[$0].distance, $0) < (ring[$1].distance, $1)
        }
        results[site] = take(order.map { ring[$0] }, cutoff)
        if results[site] == nil { left.append(site) }
      }
      open = left
      cutoff *= 1.5
    }
    return results.compactMap { $0 }
  }
}
