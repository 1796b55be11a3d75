/// The sites of a crystal that its symmetry does not make of each other.
public struct AsymmetricUnit: Sendable {
  /// One site of each orbit, in the crystal's own cell.
  public let crystal: Crystal

  /// The operations that make the whole crystal of them.
  public let operations: [SymmetryOperation]

  /// How many sites of the cell each stands for, `[sites of the unit]`.
  public var multiplicities: [Int] { orbits.map(\.count) }

  /// The sites of the whole crystal that each stands for; the first is the one that is kept.
  public let orbits: [[Int]]

  /// `[sites of the unit]`
  public let wyckoffLetters: [Character]

  /// `[sites of the unit]`
  public let siteSymmetrySymbols: [String]

  /// Positions closer than this are one, Å.
  public let tolerance: Double

  /// The whole crystal again, orbit by orbit.
  ///
  /// Positions are moved onto the symmetry, by less than ``tolerance``. Moments are left out: the
  /// operations of the structure do not say how moments turn.
  ///
  /// - Throws: ``CrystalError``, which only a crystal changed since can cause.
  public func expanded() throws(CrystalError) -> Crystal {
    try crystal.expanded(by: operations, mergingWithin: tolerance)
  }
}

extension CrystalSymmetry {
  /// One site of each orbit under ``operations``, with what it stands for.
  ///
  /// - Throws: ``SymmetryError`` never in practice; sites of a crystal are a crystal.
  public func asymmetricUnit() throws(SymmetryError) -> AsymmetricUnit {
    var orbits: [[Int]] = []
    var places: [Int: Int] = [:]
    for (site, first) in equivalentSites.enumerated() {
      if let place = places[first] {
        orbits[place].append(site)
      } else {
        places[first] = orbits.count
        orbits.append([site])
      }
    }
    let kept = orbits.map { $0[0] }
    let unit: Crystal
    do {
      unit = try crystal.rearranged(
        sites: kept, positions: kept.map { crystal.positions[$0] }, lattice: crystal.lattice,
        magneticMoments: nil)
    } catch { throw .cellNotBuilt(error.description) }
    return AsymmetricUnit(
      crystal: unit, operations: operations, orbits: orbits,
      wyckoffLetters: kept.map { wyckoffLetters[$0] },
      siteSymmetrySymbols: kept.map { siteSymmetrySymbols[$0] }, tolerance: tolerance)
  }
}

extension Crystal {
  /// All sites that operations make of these, which are an asymmetric unit.
  ///
  /// Copies of a site that fall together within the tolerance are one site; it is moved onto the
  /// special position first. Sites keep occupants and labels; moments are left out.
  ///
  /// - Parameters:
  ///   - operations: A group modulo lattice translations.
  ///   - tolerance: Å; below half the distance of equal sites.
  public func expanded(
    by operations: [SymmetryOperation], mergingWithin tolerance: Double = 0.01
  ) throws(CrystalError) -> Crystal {
    var sites: [Int] = []
    var positions: [SIMD3<Double>] = []
    for (site, position) in self.positions.enumerated() {
      let start = onSpecialPosition(position, operations, tolerance)
      let first = positions.count
      for operation in operations {
        let copy = wrappedIntoCell(operation.apply(to: start))
        let isNew = positions[first...].allSatisfy { !fallTogether($0, copy, tolerance) }
        guard isNew else { continue }
        positions.append(copy)
        sites.append(site)
      }
    }
    return try rearranged(
      sites: sites, positions: positions, lattice: lattice, magneticMoments: nil)
  }

  /// The mean of all copies of a position that lie within the tolerance of it.
  private func onSpecialPosition(
    _ position: SIMD3<Double>, _ operations: [SymmetryOperation], _ tolerance: Double
  ) -> SIMD3<Double> {
    let start = wrappedIntoCell(position)
    var sum = SIMD3<Double>.zero
    var count = 0.0
    for operation in operations {
      let difference = operation.apply(to: start) - start
      let shift = difference - difference.rounded(.toNearestOrEven)
      guard length(lattice.cartesian(shift)) < tolerance else { continue }
      sum += shift
      count += 1
    }
    return count > 0 ? start + sum / count : start
  }

  private func fallTogether(
    _ a: SIMD3<Double>, _ b: SIMD3<Double>, _ tolerance: Double
  ) -> Bool {
    // Rounding finds the nearest copy, since the tolerance is small beside the cell.
    let difference = a - b
    return length(lattice.cartesian(difference - difference.rounded(.toNearestOrEven))) < tolerance
  }
}
