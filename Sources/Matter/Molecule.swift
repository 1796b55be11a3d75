/// Atoms in space that nothing repeats.
public struct Molecule: Hashable, Sendable {
  public let elements: [Element]

  /// Cartesian, Å, in the order of ``elements``.
  public let positions: [SIMD3<Double>]

  /// - Throws: ``CrystalError`` when there is no atom, the arrays differ in length or a position is
  ///   not finite.
  public init(elements: [Element], positions: [SIMD3<Double>]) throws(CrystalError) {
    guard !elements.isEmpty else { throw .empty }
    guard elements.count == positions.count else {
      throw .countMismatch("elements", count: elements.count, sites: positions.count)
    }
    for (site, position) in positions.enumerated()
    where !(position.x.isFinite && position.y.isFinite && position.z.isFinite) {
      throw .positionNotFinite(site: site)
    }
    self.elements = elements
    self.positions = positions
  }
}
