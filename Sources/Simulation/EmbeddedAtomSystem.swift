public import Matter

/// A set of atoms that moves under the embedded-atom potential: positions, cell, and a neighbor
/// list that is reused while nothing has moved far.
///
/// Set positions and cell with ``move(to:lattice:)``, call ``evaluate()``, read ``energy``,
/// ``forces`` and ``stress``. One system belongs to one thread; different systems on different
/// threads do not touch each other. Results do not depend on when the list was made, beyond
/// rounding.
///
/// Goals in order: exact derivatives of the energy, speed on one core, memory.
public final class EmbeddedAtomSystem {
  public let elements: [Element]
  /// Atoms.
  public let count: Int
  /// Distance beyond which atoms do not interact, Å.
  public let cutoff: Double
  /// Extra reach of the neighbor list, Å: a larger one is remade less often but is longer.
  public let skin: Double
  public private(set) var lattice: Lattice
  /// How often the neighbor list has been made.
  public private(set) var listBuilds = 0

  /// eV for the whole cell, after ``evaluate()``.
  public internal(set) var energy = 0.0
  /// eV/Å³, after ``evaluate()``.
  public internal(set) var stress = Stress(xx: 0, yy: 0, zz: 0, yz: 0, xz: 0, xy: 0)

  let functions: [EmbeddedAtomFunctions]
  /// Place of each atom's functions in ``functions``.
  let kinds: [Int]
  /// Whether all atoms are of one metal.
  let isPure: Bool
  /// The list of pairs, and what runs over the atoms and copies that it refers to.
  private(set) var pairs: PairList

  private var listLattice: Lattice
  private var listFractions: [SIMD3<Double>] = []

  /// - Parameter skin: Å, zero or more.
  /// - Throws: ``PotentialError`` when an element is not one of the sixteen.
  public init(_ crystal: Crystal, skin: Double = 0.8) throws(PotentialError) {
    precondition(skin >= 0, "A skin of \(skin) Å is negative.")
    elements = try EmbeddedAtomPotential.elements(of: crystal)
    count = crystal.siteCount
    lattice = crystal.lattice
    listLattice = crystal.lattice
    self.skin = skin
    functions = EmbeddedAtomFunctions.all
    var kinds: [Int] = []
    kinds.reserveCapacity(elements.count)
    for element in elements {
      guard let kind = functions.firstIndex(where: { $0.parameters.element == element }) else {
        throw .unsupported(element, supported: EmbeddedAtomPotential.supportedElements)
      }
      kinds.append(kind)
    }
    self.kinds = kinds
    isPure = kinds.allSatisfy { $0 == kinds[0] }
    cutoff = kinds.reduce(0) { [functions] in max($0, functions[$1].cutoff) }
    let wrapped = crystal.positions.map { crystal.lattice.cartesian($0 - $0.rounded(.down)) }
    pairs = PairList(places: wrapped.map { SIMD4($0, 0) })
    try makeList()
  }

  /// Cartesian positions, Å; those of the first crystal, wrapped into its cell, then as moved.
  public var positions: [SIMD3<Double>] { pairs.places.prefix(count).map(\.xyz) }

  /// eV/Å, after ``evaluate()``.
  public var forces: [SIMD3<Double>] { pairs.forces.prefix(count).map(\.xyz) }

  /// The atoms as they stand.
  public var crystal: Crystal {
    // The arrays agree in length and are finite: `move` checks both.
    let fractions = positions.map(lattice.fractional)
    guard let crystal = try? Crystal(lattice: lattice, elements: elements, positions: fractions)
    else { preconditionFailure("Positions are finite by the checks of move(to:lattice:).") }
    return crystal
  }

  /// Puts the atoms at new Cartesian positions, Å, in a new cell (or the one they have).
  ///
  /// - Throws: ``PotentialError`` when a position is not finite or the cell is too small for a
  ///   list.
  public func move(
    to positions: [SIMD3<Double>], lattice: Lattice? = nil
  ) throws(PotentialError) {
    precondition(positions.count == count, "\(positions.count) positions for \(count) atoms.")
    for (atom, position) in positions.enumerated() {
      let sum = position.x + position.y + position.z
      guard sum.isFinite else { throw .neighbors(.positionNotFinite(site: atom)) }
    }
    if let lattice { self.lattice = lattice }
    let places = pairs.places.base
    for (atom, position) in positions.enumerated() { places[atom] = SIMD4(position, 0) }
    try refresh()
  }

  /// Moves every atom by a multiple of a vector: the inner step of dynamics.
  func advance(by velocities: [SIMD4<Double>], _ time: Double) throws(PotentialError) {
    let places = pairs.places.base
    for (atom, velocity) in velocities.enumerated() { places[atom] += time * velocity }
    try refresh()
  }

  private func refresh() throws(PotentialError) {
    if isListValid { pairs.placeCopies(lattice) } else { try makeList() }
  }

  /// Whether every pair within the cutoff is certainly in the list.
  ///
  /// Atoms outside the list were farther apart than cutoff + skin. Since then they moved with
  /// the cell, which shrinks no distance by more than its smallest stretch σ, and by at most `d`
  /// each besides: safe while `σ (cutoff + skin) − 2 d ≥ cutoff`.
  private var isListValid: Bool {
    let reach = smallestStretch * (cutoff + skin)
    let slack = (reach - cutoff) / 2
    guard slack > 0 else { return false }
    let limit = slack * slack
    let (a, b, c) = (lattice.a, lattice.b, lattice.c)
    let places = pairs.places.base
    for (atom, f) in listFractions.enumerated() {
      let moved = places[atom].xyz - (f.x * a + f.y * b + f.z * c)
      if !(dot(moved, moved) < limit) { return false }
    }
    return true
  }

  /// A lower bound of the smallest singular value of the deformation since the list was made,
  /// from Gershgorin's circles of `FᵀF`.
  private var smallestStretch: Double {
    if lattice == listLattice { return 1 }
    let (u, v, w) = listLattice.reciprocal
    let (a, b, c) = (lattice.a, lattice.b, lattice.c)
    // Columns of F: images of the Cartesian axes.
    let x = u.x * a + v.x * b + w.x * c
    let y = u.y * a + v.y * b + w.y * c
    let z = u.z * a + v.z * b + w.z * c
    let (xy, xz, yz) = (abs(dot(x, y)), abs(dot(x, z)), abs(dot(y, z)))
    let least = min(dot(x, x) - xy - xz, dot(y, y) - xy - yz, dot(z, z) - xz - yz)
    return max(least, 0).squareRoot()
  }

  private func makeList() throws(PotentialError) {
    let places = pairs.places.prefix(count)
    let fractions = places.map { lattice.fractional($0.xyz) }
    let list: NeighborList
    do {
      list = try NeighborList(
        lattice: lattice, positions: fractions, cutoff: cutoff + skin, kind: .half)
    } catch {
      throw .neighbors(error)
    }
    listBuilds += 1
    listLattice = lattice
    listFractions = fractions
    pairs = PairList(
      list, places: places, tables: kinds.map { Int32($0 * EmbeddedAtomTable.shared.stride) })
    pairs.placeCopies(lattice)
  }
}

extension SIMD4<Double> {
  var xyz: SIMD3<Double> { SIMD3(x, y, z) }
}
