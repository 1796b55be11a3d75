public import Matter

/// A set of atoms that moves under the embedded-atom potential: positions, cell, and a neighbor
/// list that is reused while nothing has moved far.
///
/// Set ``positions`` and ``lattice`` with ``move(to:lattice:)``, call ``evaluate()``, read
/// ``energy``, ``forces`` and ``stress``. One system belongs to one thread; different systems on
/// different threads do not touch each other. Results do not depend on when the list was made,
/// beyond rounding.
///
/// Goals in order: exact derivatives of the energy, speed on one core, memory.
public final class EmbeddedAtomSystem {
  public let elements: [Element]
  /// Atoms.
  public var count: Int { elements.count }
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

  // Arrays below run over atoms and then over the copies that the list refers to.
  /// Å; the fourth component is not used.
  var places: [SIMD4<Double>] = []
  var force: [SIMD4<Double>] = []
  /// Electron density, then the slope of the embedding energy.
  var density: [Double] = []
  /// Where the atom's functions begin in the shared table.
  var tables: [Int32] = []

  /// The atom that a copy repeats and the cell it lies in, for copies only.
  private var owners: [Int32] = []
  private var cells: [SIMD3<Double>] = []

  /// The half list with skin: rows of atoms and copies.
  var rowStarts: [Int32] = []
  var rowEntries: [Int32] = []

  // Scratch that one evaluation leaves to the next.
  var pairStarts: [Int32] = []
  var pairs: [Int32] = []
  var slopes: [Double] = []
  var squares: [Double] = []

  let functions: [EmbeddedAtomFunctions]
  /// Place of each atom's functions in ``functions``.
  let kinds: [Int]

  private var listLattice: Lattice
  private var listFractions: [SIMD3<Double>] = []

  /// - Parameter skin: Å, zero or more.
  /// - Throws: ``PotentialError`` when an element is not one of the sixteen.
  public init(_ crystal: Crystal, skin: Double = 0.6) throws(PotentialError) {
    precondition(skin >= 0, "A skin of \(skin) Å is negative.")
    elements = crystal.elements
    lattice = crystal.lattice
    listLattice = crystal.lattice
    self.skin = skin
    let metals = EmbeddedAtomFunctions.all
    var kinds: [Int] = []
    kinds.reserveCapacity(elements.count)
    for element in elements {
      guard let kind = metals.firstIndex(where: { $0.parameters.element == element }) else {
        throw .unsupported(element, supported: EmbeddedAtomPotential.supportedElements)
      }
      kinds.append(kind)
    }
    self.kinds = kinds
    functions = metals
    cutoff = kinds.reduce(0) { max($0, metals[$1].cutoff) }
    let wrapped = crystal.positions.map { $0 - $0.rounded(.down) }
    places = wrapped.map { SIMD4(crystal.lattice.cartesian($0), 0) }
    try makeList()
  }

  /// Cartesian positions, Å; those of the first crystal, wrapped into its cell, then as moved.
  public var positions: [SIMD3<Double>] { places[0..<count].map(\.xyz) }

  /// eV/Å, after ``evaluate()``.
  public var forces: [SIMD3<Double>] { force[0..<count].map(\.xyz) }

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
    if let lattice { self.lattice = lattice }
    for (atom, position) in positions.enumerated() {
      let sum = position.x + position.y + position.z
      guard sum.isFinite else { throw .neighbors(.positionNotFinite(site: atom)) }
      places[atom] = SIMD4(position, 0)
    }
    try refresh()
  }

  /// Moves every atom by a multiple of a vector: the inner step of dynamics.
  func advance(by velocity: [SIMD4<Double>], _ time: Double) throws(PotentialError) {
    for atom in 0..<count { places[atom] += time * velocity[atom] }
    try refresh()
  }

  private func refresh() throws(PotentialError) {
    if isListValid { placeCopies() } else { try makeList() }
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
    for atom in 0..<count {
      let f = listFractions[atom]
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
    let fractions = places[0..<count].map { lattice.fractional($0.xyz) }
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
    enumerateCopies(list)
    places.removeLast(places.count - count)
    places += [SIMD4<Double>](repeating: .zero, count: owners.count)
    let total = places.count
    force = [SIMD4<Double>](repeating: .zero, count: total)
    density = [Double](repeating: 0, count: total)
    let stride = EmbeddedAtomTable.shared.stride
    tables = kinds.map { Int32($0 * stride) }
    tables += owners.map { Int32(kinds[Int($0)] * stride) }
    pairStarts = [Int32](repeating: 0, count: count + 1)
    pairs = [Int32](repeating: 0, count: rowEntries.count + 1)
    slopes = [Double](repeating: 0, count: 3 * rowEntries.count)
    var longest = 0
    for atom in 0..<count { longest = max(longest, list.row(atom).count) }
    squares = [Double](repeating: 0, count: longest + 1)
    placeCopies()
  }

  /// Gives every distinct (atom, cell) of the list a place after the atoms.
  private func enumerateCopies(_ list: NeighborList) {
    var low = SIMD3<Int32>()
    var high = SIMD3<Int32>()
    for image in list.images {
      low = pointwiseMin(low, image)
      high = pointwiseMax(high, image)
    }
    let size = high &- low &+ 1
    let cellCount = Int(size.x) * Int(size.y) * Int(size.z)
    var slots = [Int32](repeating: -1, count: cellCount * count)
    owners.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    rowStarts = list.offsets.map { Int32($0) }
    rowEntries = [Int32](repeating: 0, count: list.pairCount)
    for pair in 0..<list.pairCount {
      let image = list.images[pair]
      let atom = list.neighbors[pair]
      guard image != .zero else {
        rowEntries[pair] = atom
        continue
      }
      let cell = image &- low
      let number = (Int(cell.x) * Int(size.y) + Int(cell.y)) * Int(size.z) + Int(cell.z)
      let slot = number * count + Int(atom)
      if slots[slot] < 0 {
        slots[slot] = Int32(count + owners.count)
        owners.append(atom)
        cells.append(SIMD3<Double>(image))
      }
      rowEntries[pair] = slots[slot]
    }
  }

  private func placeCopies() {
    let (a, b, c) = (lattice.a, lattice.b, lattice.c)
    for copy in 0..<owners.count {
      let n = cells[copy]
      let shift = n.x * a + n.y * b + n.z * c
      places[count + copy] = places[Int(owners[copy])] + SIMD4(shift, 0)
    }
  }

  /// Adds what copies have gathered to their atoms.
  func foldDensity() {
    for copy in 0..<owners.count { density[Int(owners[copy])] += density[count + copy] }
  }

  /// Gives copies the values of their atoms.
  func spreadDensity() {
    for copy in 0..<owners.count { density[count + copy] = density[Int(owners[copy])] }
  }

  func foldForces() {
    for copy in 0..<owners.count { force[Int(owners[copy])] += force[count + copy] }
  }
}

extension SIMD4<Double> {
  var xyz: SIMD3<Double> { SIMD3(x, y, z) }
}
