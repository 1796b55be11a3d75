/// The nearest neighbors of every site, with whole shells.
///
/// Row `i` holds at least ``count`` neighbors, and every other one that is no farther than the last of
/// these by more than ``shellTolerance``: no shell is cut, so the rows of equivalent sites are alike
/// and do not depend on the order of sites. Rows are sorted by distance, then neighbor, then image.
public struct NearestNeighbors: Sendable {
  /// Asked for; rows hold as many or more.
  public let count: Int

  /// Å.
  public let shellTolerance: Double

  /// Where the row of each site begins, and the number of all neighbors at the end, `[sites + 1]`.
  public let offsets: [Int]

  /// The neighbor's site, `[neighbors]`.
  public let neighbors: [Int32]

  /// Which copy of the neighbor; see ``NeighborList/images``.
  public let images: [SIMD3<Int32>]

  /// Å.
  public let distances: [Double]

  /// Finds the neighbors of every site of a crystal, in a cell of any shape and size.
  ///
  /// - Parameters:
  ///   - count: 1 or more.
  ///   - shellTolerance: Å; 0 or more. Distances of one shell differ by rounding at least.
  /// - Throws: ``NeighborListError`` when so many neighbors do not fit, or the tolerance is no length.
  public init(
    of crystal: Crystal, count: Int, shellTolerance: Double = 0.01
  ) throws(NeighborListError) {
    precondition(count > 0, "A site has at least one nearest neighbor.")
    guard shellTolerance.isFinite && shellTolerance >= 0 else {
      throw .invalidCutoff(shellTolerance)
    }
    let density = Double(crystal.siteCount) / crystal.lattice.volume
    // A sphere with about twice as many sites as asked for; larger ones for those with too few.
    let radius = NeighborRing.radius(holding: 2 * Double(count), density) + shellTolerance
    let rows = try NeighborRing.search(crystal, from: radius) {
      (ring: [NeighborRing], cutoff: Double) -> ArraySlice<NeighborRing>? in
      guard ring.count >= count else { return nil }
      let end = ring[count - 1].distance + shellTolerance
      // A shell that reaches the cutoff may go on behind it.
      guard end < cutoff else { return nil }
      return ring.prefix { $0.distance <= end }
    }
    self.count = count
    self.shellTolerance = shellTolerance
    var offsets = [0]
    for row in rows { offsets.append(offsets[offsets.count - 1] + row.count) }
    self.offsets = offsets
    neighbors = rows.flatMap { $0.map(\.neighbor) }
    images = rows.flatMap { $0.map(\.image) }
    distances = rows.flatMap { $0.map(\.distance) }
  }

  public var siteCount: Int { offsets.count - 1 }

  /// The places of one site's neighbors in the arrays.
  public func row(_ site: Int) -> Range<Int> { offsets[site]..<offsets[site + 1] }
}
