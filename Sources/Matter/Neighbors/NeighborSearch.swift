/// Makes neighbor lists one after the other and keeps the memory that it works in.
///
/// For many small crystals; a single list needs only ``NeighborList/init(of:cutoff:kind:)``. The
/// lists are the same.
public struct NeighborSearch {
  private let scratch = Scratch<SIMD3<Int32>>(capacity: 1024)

  public init() {}

  /// The neighbors of every site; see ``NeighborList/init(of:cutoff:kind:)``.
  public mutating func list(
    of crystal: Crystal, cutoff: Double, kind: NeighborList.Kind = .full
  ) throws(NeighborListError) -> NeighborList {
    try list(
      lattice: crystal.lattice, positions: crystal.positions, cutoff: cutoff, kind: kind)
  }

  /// The neighbors of every site; see ``NeighborList/init(lattice:positions:cutoff:kind:)``.
  public mutating func list(
    lattice: Lattice, positions: [SIMD3<Double>], cutoff: Double, kind: NeighborList.Kind = .full
  ) throws(NeighborListError) -> NeighborList {
    guard cutoff.isFinite && cutoff > 0 else { throw .invalidCutoff(cutoff) }
    try Self.check(lattice, positions, cutoff)
    let basis = ReducedBasis(lattice)
    let rows: NeighborRows
    if positions.count <= SmallCellSearch.mostSites {
      rows = try SmallCellSearch.best(
        lattice, sites: positions.count, cutoff: cutoff, reduced: basis
      ).rows(kind, positions: positions, lattice: lattice, scratch)
    } else {
      rows = try BinSearch(basis, positions: positions, lattice: lattice, cutoff: cutoff)
        .rows(kind)
    }
    return NeighborList(rows, cutoff: cutoff, kind: kind)
  }

  /// Refuses what would not fit before any memory is asked for.
  private static func check(
    _ lattice: Lattice, _ positions: [SIMD3<Double>], _ cutoff: Double
  ) throws(NeighborListError) {
    for (site, position) in positions.enumerated() {
      let size = max(abs(position.x), abs(position.y), abs(position.z))
      guard size.isFinite && !(position.x + position.y + position.z).isNaN else {
        throw .positionNotFinite(site: site)
      }
      guard size < NeighborList.farthestCell else { throw .positionTooFar(site: site) }
    }
    let (u, v, w) = lattice.reciprocal
    let reach = cutoff * max(length(u), length(v), length(w))
    guard reach < NeighborList.farthestCell else { throw .tooLarge(copies: reach) }
    let sites = Double(positions.count)
    let pairs = sites * sites * (4.0 / 3 * Double.pi * cutoff * cutoff * cutoff) / lattice.volume
    guard pairs <= Double(NeighborList.mostPairs) else { throw .tooManyPairs(pairs) }
  }
}
