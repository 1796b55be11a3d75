/// A periodic arrangement of atoms.
///
/// A site may be shared by several species or be vacant in part: its occupants fill it to their
/// ``Occupant/occupancy``, and what is left to 1 is vacancy. Sites keep the order they were given in.
public struct Crystal: Hashable, Sendable {
  public let lattice: Lattice

  /// Positions in fractions of the cell vectors; not wrapped, `[sites]`.
  public let positions: [SIMD3<Double>]

  /// The occupants of all sites, packed site by site; see ``occupants(of:)``.
  public let occupants: [Occupant]

  /// Names of the sites in their source, `[sites]`; `nil` where it has none.
  public let labels: [String]?

  /// Cartesian magnetic moments, Bohr magnetons, `[sites]`; `nil` where none are known.
  public let magneticMoments: [SIMD3<Double>]?

  /// Whether each site is filled by one species.
  public let isOrdered: Bool

  /// Where the occupants of each site begin, and their number at the end; `nil` when each site has
  /// one.
  private let offsets: [Int]?

  /// Shares of one site may sum to this at most: sources round them.
  public static let mostOccupancy = 1.01

  /// A crystal of sites that may be shared.
  ///
  /// - Parameters:
  ///   - occupants: Those of all sites, packed site by site.
  ///   - counts: How many of them each site has, 1 or more; `nil` when each has one.
  ///   - positions: Fractions of the cell vectors.
  /// - Throws: ``CrystalError`` when there is no site, the arrays differ in length, a position is not
  ///   finite, or the occupancies of a site are not in 0 (excluded) to 1.
  public init(
    lattice: Lattice, occupants: [Occupant], counts: [Int]? = nil, positions: [SIMD3<Double>],
    labels: [String]? = nil, magneticMoments: [SIMD3<Double>]? = nil
  ) throws(CrystalError) {
    guard !positions.isEmpty else { throw .empty }
    offsets = try Self.offsets(counts, occupants: occupants.count, sites: positions.count)
    for (site, position) in positions.enumerated()
    where !(position.x.isFinite && position.y.isFinite && position.z.isFinite) {
      throw .positionNotFinite(site: site)
    }
    guard labels.map({ $0.count == positions.count }) ?? true else {
      throw .countMismatch("labels", count: labels?.count ?? 0, sites: positions.count)
    }
    guard magneticMoments.map({ $0.count == positions.count }) ?? true else {
      throw .countMismatch(
        "magnetic moments", count: magneticMoments?.count ?? 0, sites: positions.count)
    }
    self.lattice = lattice
    self.positions = positions
    self.occupants = occupants
    self.labels = labels
    self.magneticMoments = magneticMoments
    isOrdered = offsets == nil && occupants.allSatisfy { $0.occupancy == 1 }
    if !isOrdered { try checkOccupancies() }
  }

  /// An ordered crystal.
  ///
  /// - Throws: ``CrystalError`` when the arrays differ in length, are empty or a position is not
  ///   finite.
  public init(
    lattice: Lattice, elements: [Element], positions: [SIMD3<Double>]
  ) throws(CrystalError) {
    try self.init(
      lattice: lattice, occupants: elements.map { Occupant(Species($0)) }, positions: positions)
  }

  public var siteCount: Int { positions.count }

  /// What sits on a site; one occupant or more.
  public func occupants(of site: Int) -> ArraySlice<Occupant> {
    guard let offsets else { return occupants[site...site] }
    return occupants[offsets[site]..<offsets[site + 1]]
  }

  /// The element on each site; `nil` when a site is shared or partly vacant.
  public var elements: [Element]? {
    isOrdered ? occupants.map(\.element) : nil
  }

  /// Positions in Å.
  public var cartesianPositions: [SIMD3<Double>] { positions.map(lattice.cartesian) }

  /// The share of a site that nothing fills; 0 or more.
  public func vacancy(of site: Int) -> Double {
    max(0, 1 - occupants(of: site).reduce(0) { $0 + $1.occupancy })
  }

  private static func offsets(
    _ counts: [Int]?, occupants: Int, sites: Int
  ) throws(CrystalError) -> [Int]? {
    guard let counts, counts.contains(where: { $0 != 1 }) else {
      guard occupants == sites else {
        throw .countMismatch("occupants", count: occupants, sites: sites)
      }
      return nil
    }
    guard counts.count == sites else {
      throw .countMismatch("counts of occupants", count: counts.count, sites: sites)
    }
    var offsets = [0]
    offsets.reserveCapacity(sites + 1)
    for (site, count) in counts.enumerated() {
      guard count > 0, count <= occupants else { throw .emptySite(site) }
      offsets.append(offsets[site] + count)
    }
    guard offsets[sites] == occupants else {
      throw .countMismatch("occupants", count: occupants, sites: offsets[sites])
    }
    return offsets
  }

  private func checkOccupancies() throws(CrystalError) {
    for site in positions.indices {
      var sum = 0.0
      for occupant in occupants(of: site) {
        guard occupant.occupancy > 0, occupant.occupancy.isFinite else {
          throw .invalidOccupancy(occupant.occupancy, site: site)
        }
        sum += occupant.occupancy
      }
      guard sum <= Self.mostOccupancy else { throw .invalidOccupancy(sum, site: site) }
    }
  }
}

/// Why sites are not a crystal.
public enum CrystalError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case countMismatch(String, count: Int, sites: Int)
  case emptySite(Int)
  case positionNotFinite(site: Int)
  case invalidOccupancy(Double, site: Int)

  public var description: String {
    switch self {
    case .empty: "A crystal needs at least one site."
    case .countMismatch(let what, let count, let sites):
      "\(count) \(what) were given for \(sites) sites; give one for each."
    case .emptySite(let site):
      "Site \(site + 1) has no occupant; leave the site out."
    case .positionNotFinite(let site):
      "Site \(site + 1) has a coordinate that is not a finite number."
    case .invalidOccupancy(let occupancy, let site):
      "Site \(site + 1) is filled to \(occupancy); occupancies are above 0 and sum to at most 1."
    }
  }
}
