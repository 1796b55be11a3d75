extension Crystal {
  /// The atoms in the cell: occupancies summed over sites; vacancies are missing.
  public var composition: Composition {
    var amounts = [Double](repeating: 0, count: Element.count + 1)
    for occupant in occupants { amounts[occupant.element.atomicNumber] += occupant.occupancy }
    let elements = Element.all.filter { amounts[$0.atomicNumber] > 0 }
    return Composition(ordered: elements, amounts: elements.map { amounts[$0.atomicNumber] })
  }

  /// The volume of the cell, Å³.
  public var volume: Double { lattice.volume }

  /// The mass of the cell's atoms, u; those of a stated isotope with its mass.
  public var mass: Double {
    occupants.reduce(0) { $0 + $1.species.mass * $1.occupancy }
  }

  /// Mass over volume, g/cm³.
  public var density: Double { mass / volume * Self.gramsPerCubicCentimeter }

  /// 1 u/Å³ in g/cm³: the atomic mass constant of CODATA 2018, 1.660 539 066 60e-24 g.
  private static let gramsPerCubicCentimeter = 1.660_539_066_60

  /// The same crystal with every position in 0 (included) to 1.
  ///
  /// Any finite position wraps; one beyond 2⁵² has lost its fraction and lands on 0.
  public func wrapped() -> Crystal {
    let inside = positions.map(wrappedIntoCell)
    let sites = Array(positions.indices)
    // The sites are those of this crystal, and wrapped positions are finite: never refused.
    return
      (try? rearranged(
        sites: sites, positions: inside, lattice: lattice, magneticMoments: magneticMoments))
      ?? self
  }
}

extension Species {
  /// Standard atomic weight, u. Of an isotope: the mass of deuterium and tritium (AME2020), the mass
  /// number of any other, right to 0.1 u.
  public var mass: Double {
    guard let massNumber else { return element.mass }
    switch (element.atomicNumber, massNumber) {
    case (1, 2): return 2.014_101_778
    case (1, 3): return 3.016_049_281
    default: return Double(massNumber)
    }
  }
}

/// Each component in 0 (included) to 1.
func wrappedIntoCell(_ position: SIMD3<Double>) -> SIMD3<Double> {
  let inside = position - position.rounded(.down)
  return inside.replacing(with: 0, where: inside .>= 1)
}
