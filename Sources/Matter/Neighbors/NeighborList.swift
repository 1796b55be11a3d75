/// All pairs of sites closer than a cutoff in a periodic crystal, packed row by row.
///
/// Row `i` holds the neighbors of site `i` in the range `offsets[i] ..< offsets[i + 1]` of
/// ``neighbors`` and ``images``, sorted by neighbor and then by image (lexicographic): the order
/// depends on the input alone. Cells may be of any shape and size, also much smaller than the
/// cutoff: the search runs in a reduced basis of the same lattice, and every image is counted.
///
/// Goals in order: complete and deterministic, linear in the number of pairs, small in memory.
public struct NeighborList: Sendable {
  /// Which of the two directions of a pair are listed.
  public enum Kind: Hashable, Sendable {
    /// Each pair once: `j > i`, or `j == i` with an image whose first component that is not zero
    /// is positive.
    case half
    /// Each pair in both directions.
    case full
  }

  /// Pairs with a distance below this are listed, Å.
  public let cutoff: Double

  public let kind: Kind

  /// Where the row of each site begins, and the number of pairs at the end; `[sites + 1]`.
  public let offsets: [Int]

  /// The neighbor's site, `[pairs]`.
  public let neighbors: [Int32]

  /// Which copy of the neighbor: the displacement from site `i` to its neighbor `j` is
  /// `r_j + image.x·a + image.y·b + image.z·c − r_i` with positions as given, not wrapped;
  /// `[pairs]`.
  public let images: [SIMD3<Int32>]

  /// A list holds no more pairs than this.
  public static let mostPairs = 1 << 28

  /// Positions lie no more cells away than this from the origin.
  public static let farthestCell = 1e8

  /// Finds the neighbors of every site of a crystal.
  ///
  /// Two sites at the same place are neighbors at distance 0. Cost: O(pairs) plus O(sites).
  ///
  /// - Parameters:
  ///   - cutoff: Å; finite and positive.
  ///   - kind: Whether each pair is listed once or in both directions.
  /// - Throws: ``NeighborListError`` when the cutoff is not usable or the list would not fit.
  public init(
    of crystal: Crystal, cutoff: Double, kind: Kind = .full
  ) throws(NeighborListError) {
    try self.init(
      lattice: crystal.lattice, positions: crystal.positions, cutoff: cutoff, kind: kind)
  }

  /// Finds the neighbors of every site, given in fractions of the cell vectors.
  ///
  /// - Throws: ``NeighborListError`` when the cutoff is not usable, a position is not finite or
  ///   the list would not fit.
  public init(
    lattice: Lattice, positions: [SIMD3<Double>], cutoff: Double, kind: Kind = .full
  ) throws(NeighborListError) {
    var search = NeighborSearch()
    self = try search.list(lattice: lattice, positions: positions, cutoff: cutoff, kind: kind)
  }

  init(_ rows: NeighborRows, cutoff: Double, kind: Kind) {
    self.cutoff = cutoff
    self.kind = kind
    offsets = rows.offsets
    neighbors = rows.neighbors
    images = rows.images
  }

  /// Sites whose neighbors are listed.
  public var siteCount: Int { offsets.count - 1 }

  /// Listed pairs: directed ones in a full list.
  public var pairCount: Int { neighbors.count }

  /// The places of one site's pairs in ``neighbors`` and ``images``.
  public func row(_ site: Int) -> Range<Int> { offsets[site]..<offsets[site + 1] }

  /// The vectors from sites to their neighbors, Å, in the order of ``neighbors``.
  ///
  /// - Parameter crystal: The crystal whose list this is, or one with the same sites slightly
  ///   moved.
  public func displacements(in crystal: Crystal) -> [SIMD3<Double>] {
    precondition(
      crystal.positions.count == siteCount,
      "The list has \(siteCount) sites, the crystal \(crystal.positions.count).")
    let places = crystal.cartesianPositions
    let lattice = crystal.lattice
    var result: [SIMD3<Double>] = []
    result.reserveCapacity(pairCount)
    for site in 0..<siteCount {
      for pair in row(site) {
        let shift = lattice.cartesian(SIMD3<Double>(images[pair]))
        result.append(places[Int(neighbors[pair])] + shift - places[site])
      }
    }
    return result
  }
}

/// Why a neighbor list cannot be made.
public enum NeighborListError: Error, Hashable, Sendable, CustomStringConvertible {
  case invalidCutoff(Double)
  case positionNotFinite(site: Int)
  case positionTooFar(site: Int)
  case tooLarge(copies: Double)
  case tooManyPairs(Double)

  public var description: String {
    switch self {
    case .invalidCutoff(let cutoff):
      "A cutoff of \(cutoff) Å is not usable; give a finite distance greater than zero."
    case .positionNotFinite(let site):
      "Site \(site + 1) has a coordinate that is not a finite number."
    case .positionTooFar(let site):
      "Site \(site + 1) lies more than \(NeighborList.farthestCell) cells away; wrap it into the cell."
    case .tooManyPairs(let count):
      "The list would hold about \(count) pairs, more than \(NeighborList.mostPairs); shorten the "
        + "cutoff."
    case .tooLarge(let copies):
      "The cutoff reaches about \(copies) copies of the sites, more than a neighbor list holds; "
        + "shorten it."
    }
  }
}
