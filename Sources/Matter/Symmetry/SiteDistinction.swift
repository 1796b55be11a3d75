/// What makes two sites different beyond elements and occupancies.
public struct SiteDistinction: OptionSet, Hashable, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Fe²⁺ and Fe³⁺ are two kinds.
  public static let oxidationStates = SiteDistinction(rawValue: 1)

  /// H and D are two kinds.
  public static let isotopes = SiteDistinction(rawValue: 2)

  /// Sites with different moments (beyond 0.001 Bohr magnetons) are two kinds. This is the symmetry
  /// of a colored crystal, not a magnetic space group: no operation turns moments.
  public static let magneticMoments = SiteDistinction(rawValue: 4)

  /// The symmetry of the structure: species count, moments do not.
  public static let structure: SiteDistinction = [.oxidationStates, .isotopes]
}

/// What sits on a site, so that sites with equal contents are equal.
struct SiteKind: Hashable {
  private let occupants: [Occupant]
  private let moment: SIMD3<Double>?

  init(of site: Int, in crystal: Crystal, distinguishing distinction: SiteDistinction) {
    occupants = crystal.occupants(of: site).map { occupant in
      let species = occupant.species
      return Occupant(
        Species(
          species.element,
          oxidationState: distinction.contains(.oxidationStates) ? species.oxidationState : nil,
          massNumber: distinction.contains(.isotopes) ? species.massNumber : nil),
        // Sources round occupancies of equivalent sites to three or four digits alike.
        occupancy: (occupant.occupancy * 10_000).rounded() / 10_000)
    }.sorted(by: Self.precedes)
    moment =
      distinction.contains(.magneticMoments)
      ? crystal.magneticMoments.map { ($0[site] * 1000).rounded(.toNearestOrEven) } : nil
  }

  /// A number for each site, equal for sites of one kind, counted from 1 in order of appearance.
  static func numbers(
    of crystal: Crystal, distinguishing distinction: SiteDistinction
  ) -> [Int32] {
    var known: [SiteKind: Int32] = [:]
    return crystal.positions.indices.map { site in
      let kind = SiteKind(of: site, in: crystal, distinguishing: distinction)
      if let number = known[kind] { return number }
      let number = Int32(known.count + 1)
      known[kind] = number
      return number
    }
  }

  private static func precedes(_ a: Occupant, _ b: Occupant) -> Bool {
    let (first, second) = (a.species, b.species)
    if first.element != second.element { return first.element < second.element }
    let charges = (first.oxidationState ?? -100, second.oxidationState ?? -100)
    if charges.0 != charges.1 { return charges.0 < charges.1 }
    let masses = (first.massNumber ?? 0, second.massNumber ?? 0)
    if masses.0 != masses.1 { return masses.0 < masses.1 }
    return a.occupancy < b.occupancy
  }
}
