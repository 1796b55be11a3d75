/// A periodic arrangement of atoms, one element on each site.
public struct Crystal: Hashable, Sendable {
  public let lattice: Lattice

  /// The element on each site.
  public let elements: [Element]

  /// Positions in fractions of the cell vectors, in the order of ``elements``; not wrapped.
  public let positions: [SIMD3<Double>]

  /// - Throws: ``CrystalError`` when the arrays differ in length, are empty or a position is not
  ///   finite.
  public init(
    lattice: Lattice, elements: [Element], positions: [SIMD3<Double>]
  ) throws(CrystalError) {
    guard !elements.isEmpty else { throw .empty }
    guard elements.count == positions.count else {
      throw .countMismatch(elements: elements.count, positions: positions.count)
    }
    for (site, position) in positions.enumerated()
    where !(position.x.isFinite && position.y.isFinite && position.z.isFinite) {
      throw .positionNotFinite(site: site)
    }
    self.lattice = lattice
    self.elements = elements
    self.positions = positions
  }

  /// Positions in Å.
  public var cartesianPositions: [SIMD3<Double>] { positions.map(lattice.cartesian) }
}

/// Why sites are not a crystal.
public enum CrystalError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case countMismatch(elements: Int, positions: Int)
  case positionNotFinite(site: Int)

  public var description: String {
    switch self {
    case .empty: "A crystal needs at least one site."
    case .countMismatch(let elements, let positions):
      "\(elements) elements were given for \(positions) positions; give one for each."
    case .positionNotFinite(let site):
      "Site \(site + 1) has a coordinate that is not a finite number."
    }
  }
}
