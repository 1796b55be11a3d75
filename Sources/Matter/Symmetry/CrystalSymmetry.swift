/// The space group of a crystal, found from its positions within a tolerance.
///
/// Found by spglib: Togo, Shinohara and Tanaka, Sci. Technol. Adv. Mater. Meth. 4, 2384822 (2024).
/// Sites are alike when they hold the same species in the same shares; ``SiteDistinction`` says what
/// else counts. By default moments do not: this is the symmetry of the structure.
///
/// Cost: 1 to 40 ms for cells of up to a hundred sites (the more, the higher the symmetry), 0.6 s for
/// 3000 sites, and the square of the number of sites beyond. Search once and keep the result. May be
/// called from several threads at once.
public struct CrystalSymmetry: Sendable {
  /// The crystal whose symmetry this is.
  public let crystal: Crystal

  /// Positions that an operation maps within this distance of another are mapped onto it, Å.
  public let tolerance: Double

  /// What was counted as a difference of sites.
  public let distinction: SiteDistinction

  /// The group in its standard setting, which ``conventionalCell(idealized:)`` has.
  public let setting: SpaceGroupSetting

  /// Operations in fractions of the crystal's own cell, those of a doubled cell twice.
  public let operations: [SymmetryOperation]

  /// The letter of each site's Wyckoff position in ``setting``, `[sites]`.
  public let wyckoffLetters: [Character]

  /// The point group of each site, oriented along the axes of ``setting``: `m.mm`, `[sites]`.
  public let siteSymmetrySymbols: [String]

  /// The first site that ``operations`` map each site onto, `[sites]`.
  public let equivalentSites: [Int]

  /// The first site of each site's orbit under the full space group, `[sites]`.
  ///
  /// It differs from ``equivalentSites`` in supercells that have lost operations by their shape.
  public let crystallographicOrbits: [Int]

  let findings: SpglibFindings

  /// Finds the space group.
  ///
  /// - Parameters:
  ///   - tolerance: Å. 0.01 suits published structures; relaxed ones often want 0.1.
  ///   - distinction: What makes sites different besides elements and occupancies.
  ///   - mostSites: A crystal of more sites is refused, as the search would take minutes.
  /// - Throws: ``SymmetryError``.
  public init(
    of crystal: Crystal, tolerance: Double = 0.01,
    distinguishing distinction: SiteDistinction = .structure, mostSites: Int = 20_000
  ) throws(SymmetryError) {
    try Self.check(crystal, tolerance: tolerance, mostSites: mostSites)
    let reduction = crystal.lattice.niggliReduced()
    try Self.check(tolerance, against: reduction.lattice)
    let kinds = SiteKind.numbers(of: crystal, distinguishing: distinction)
    guard
      let findings = SpglibFindings.search(
        crystal.lattice, positions: crystal.positions.map(wrappedIntoCell), kinds: kinds,
        reduction: reduction, tolerance: tolerance),
      let setting = SpaceGroupSetting(hallNumber: findings.hallNumber)
    else { throw Self.failure(crystal, kinds: kinds, tolerance: tolerance) }
    self.crystal = crystal
    self.tolerance = tolerance
    self.distinction = distinction
    self.setting = setting
    self.findings = findings
    operations = findings.operations
    wyckoffLetters = findings.wyckoffs.map(Self.wyckoffLetter)
    siteSymmetrySymbols = findings.siteSymmetrySymbols
    equivalentSites = findings.equivalentSites
    crystallographicOrbits = findings.crystallographicOrbits
  }

  /// 1...230.
  public var spaceGroupNumber: Int { setting.number }

  /// Short Hermann–Mauguin symbol, such as `P2_1/c`.
  public var internationalSymbol: String { setting.shortSymbol }

  public var hallNumber: Int { findings.hallNumber }

  public var hallSymbol: String { setting.hallSymbol }

  /// Hermann–Mauguin symbol, such as `m-3m`.
  public var pointGroup: String { findings.pointGroup }

  public var crystalSystem: CrystalSystem { setting.crystalSystem }

  /// Sites in a primitive cell.
  public var primitiveSiteCount: Int { (findings.primitiveAtoms.max() ?? 0) + 1 }

  /// The position in fractions of the standard cell of one in fractions of the crystal's cell; not
  /// wrapped.
  public func standardPosition(_ position: SIMD3<Double>) -> SIMD3<Double> {
    findings.transformation * position + findings.originShift
  }

  /// `a` to `z`, then `A` for the 27th, which group 47 alone has.
  private static func wyckoffLetter(_ index: Int) -> Character {
    let letters = Array("abcdefghijklmnopqrstuvwxyzA")
    return letters.indices.contains(index) ? letters[index] : "?"
  }

  private static func check(
    _ crystal: Crystal, tolerance: Double, mostSites: Int
  ) throws(SymmetryError) {
    guard tolerance.isFinite, tolerance > 0 else { throw .invalidTolerance(tolerance) }
    guard crystal.siteCount <= mostSites else {
      throw .tooManySites(crystal.siteCount, limit: mostSites)
    }
    for (site, position) in crystal.positions.enumerated()
    where max(abs(position.x), abs(position.y), abs(position.z)) > 1e9 {
      throw .positionTooLarge(site: site)
    }
  }

  private static func check(
    _ tolerance: Double, against reduced: Lattice
  ) throws(SymmetryError) {
    let shortest = min(length(reduced.a), length(reduced.b), length(reduced.c))
    guard tolerance < shortest / 4 else {
      throw .toleranceTooLarge(tolerance, shortestVector: shortest)
    }
  }

  /// Overlapping sites where there are any: the usual reason for a search that fails.
  private static func failure(
    _ crystal: Crystal, kinds: [Int32], tolerance: Double
  ) -> SymmetryError {
    guard let pairs = try? NeighborList(of: crystal, cutoff: tolerance, kind: .half) else {
      return .notFound(tolerance: tolerance)
    }
    let distances = pairs.displacements(in: crystal).map(length)
    for site in 0..<pairs.siteCount {
      for pair in pairs.row(site) {
        let other = Int(pairs.neighbors[pair])
        guard kinds[site] == kinds[other] else { continue }
        return .sitesOverlap(
          min(site, other), max(site, other), distance: (distances[pair] * 1e6).rounded() / 1e6)
      }
    }
    return .notFound(tolerance: tolerance)
  }
}
