/// Decides whether two crystals are the same up to cell, origin, orientation, small displacements
/// and, if wanted, scale or supercell.
///
/// Both are reduced to a Niggli-reduced primitive cell and brought to the same volume. Every set of lattice
/// vectors of the first that resembles the cell of the second is tried, with the rarest species as
/// the origin; sites are then paired by the assignment with the smallest sum of squared distances in
/// the mean cell, and the mean displacement is taken out. The crystals match when no pair is farther
/// apart than ``siteTolerance``. Semantics and defaults are those of pymatgen's `StructureMatcher`
/// (Ong et al., Comput. Mater. Sci. 68, 314 (2013)); mirror images match.
public struct StructureMatcher: Hashable, Sendable {
  /// Lengths of cell vectors agree to this fraction.
  public var lengthTolerance = 0.2

  /// The largest distance of paired sites, in units of the cube root of the volume for each site.
  public var siteTolerance = 0.3

  /// Angles between cell vectors agree to this, radians; 5° by default.
  public var angleTolerance = 5 * Double.pi / 180

  /// Whether the volume for each site is made equal first.
  public var scalesVolume = true

  /// Whether crystals are reduced to primitive cells first.
  public var usesPrimitiveCells = true

  /// Sites closer than this along each vector of the primitive cell are the same site, Å.
  public var primitiveTolerance = 0.25

  /// Whether one may be a supercell of the other.
  public var triesSupercells = false

  public var comparison = Comparison.species

  /// Occupancies of a site agree to this.
  public var occupancyTolerance = 1e-3

  /// What has to be alike on paired sites, vacancies included.
  public enum Comparison: Hashable, Sendable {
    /// Elements, oxidation states and isotopes.
    case species
    /// Elements alone.
    case elements
    /// Only that each kind of site of one is one kind of site in the other, whatever sits there.
    case anonymous
  }

  public init() {}

  /// How one crystal lies on another.
  public struct Match: Hashable, Sendable {
    /// Root mean square distance of paired sites, in units of the cube root of the volume for each
    /// site.
    public let rms: Double

    /// The largest of the distances, in the same unit.
    public let maximum: Double

    /// Paired sites of the first and second crystal; where a primitive cell stands for several
    /// copies of a site, the first of them.
    public let pairs: [Pair]
  }

  public struct Pair: Hashable, Sendable {
    public let first: Int
    public let second: Int
  }

  /// The match with the smallest root mean square distance; `nil` when there is none.
  ///
  /// - Throws: ``MatchingError`` when a cell is too elongated to be compared.
  public func match(
    _ first: Crystal, _ second: Crystal
  ) throws(MatchingError) -> Match? {
    try match(MatchingCell(first, self), MatchingCell(second, self))
  }

  /// Whether there is a match: as ``match(_:_:)-(Crystal,Crystal)``, but faster.
  public func matches(_ first: Crystal, _ second: Crystal) throws(MatchingError) -> Bool {
    guard MatchingCell.mayMatch(first, second, self) else { return false }
    return try matches(MatchingCell(first, self), MatchingCell(second, self))
  }

  /// The reduced form of a crystal, to be compared with many others.
  public func prepare(_ crystal: Crystal) throws(MatchingError) -> MatchingCell {
    try MatchingCell(crystal, self)
  }

  /// The match with the smallest root mean square distance of crystals that this matcher prepared.
  public func match(
    _ first: MatchingCell, _ second: MatchingCell
  ) throws(MatchingError) -> Match? {
    try SuperpositionSearch.best(first, second, self, stopsAtFirst: false)
  }

  /// Whether crystals that this matcher prepared match.
  public func matches(
    _ first: MatchingCell, _ second: MatchingCell
  ) throws(MatchingError) -> Bool {
    try SuperpositionSearch.best(first, second, self, stopsAtFirst: true) != nil
  }

  /// Crystals that are the same, as groups of indices: each crystal joins the first group whose
  /// first member it matches.
  public func groups(of crystals: [Crystal]) throws(MatchingError) -> [[Int]] {
    var groups: [(leader: MatchingCell, members: [Int])] = []
    var byKey: [String: [Int]] = [:]
    for (index, crystal) in crystals.enumerated() {
      let cell = try prepare(crystal)
      let key = cell.key(comparison)
      var home: Int?
      for group in byKey[key, default: []] where try matches(groups[group].leader, cell) {
        home = group
        break
      }
      if let home {
        groups[home].members.append(index)
      } else {
        byKey[key, default: []].append(groups.count)
        groups.append((cell, [index]))
      }
    }
    return groups.map(\.members)
  }
}

/// Why crystals cannot be compared.
public enum MatchingError: Error, Hashable, Sendable, CustomStringConvertible {
  case tooElongated
  case positionTooFar(site: Int)

  public var description: String {
    switch self {
    case .tooElongated:
      "A cell is so long and thin that too many lattice vectors resemble its own; give a more "
        + "compact cell."
    case .positionTooFar(let site):
      "Site \(site + 1) lies more than \(NeighborList.farthestCell) cells away; wrap it into the "
        + "cell."
    }
  }
}
