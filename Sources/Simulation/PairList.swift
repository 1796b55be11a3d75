import Matter

/// A half neighbor list in the form in which the kernels read it.
///
/// Periodic images are atoms of their own here: after the atoms follow copies, one for each
/// distinct (atom, cell) in the list, so that the loops over pairs know nothing of periodicity.
/// What copies gather is folded back afterwards.
final class PairList {
  /// Atoms, and copies after them.
  let count: Int
  private let owners: FlatBuffer<Int32>
  /// The cell that each copy lies in.
  private let cells: FlatBuffer<SIMD3<Double>>

  /// Å, atoms and copies; the fourth component is zero.
  let places: FlatBuffer<SIMD4<Double>>
  /// eV/Å, atoms and copies.
  let forces: FlatBuffer<SIMD4<Double>>
  /// Electron density, later the slope of the embedding energy; atoms and copies.
  let densities: FlatBuffer<Double>
  /// Where each atom's or copy's functions begin in the table.
  let tables: FlatBuffer<Int32>

  /// The list with skin: where rows begin, `[count + 1]`, and whom they hold.
  let starts: FlatBuffer<Int32>
  let entries: FlatBuffer<Int32>

  /// Pairs within the cutoff, filled by each evaluation: where rows end, whom they hold, and
  /// three slopes of functions for each.
  let ends: FlatBuffer<Int32>
  let partners: FlatBuffer<Int32>
  let slopes: FlatBuffer<Double>
  /// Squared distances of one row.
  let squares: FlatBuffer<Double>

  /// Atoms without a list yet.
  init(places: [SIMD4<Double>]) {
    count = places.count
    self.places = FlatBuffer(places, or: .zero)
    owners = FlatBuffer(repeating: 0, count: 0)
    cells = FlatBuffer(repeating: .zero, count: 0)
    forces = FlatBuffer(repeating: .zero, count: count)
    densities = FlatBuffer(repeating: 0, count: count)
    tables = FlatBuffer(repeating: 0, count: count)
    starts = FlatBuffer(repeating: 0, count: count + 1)
    entries = FlatBuffer(repeating: 0, count: 0)
    ends = FlatBuffer(repeating: 0, count: count)
    partners = FlatBuffer(repeating: 0, count: 0)
    slopes = FlatBuffer(repeating: 0, count: 0)
    squares = FlatBuffer(repeating: 0, count: 0)
  }

  /// - Parameters:
  ///   - list: A half list.
  ///   - places: Of the atoms only, Å.
  ///   - tables: Where each atom's functions begin.
  init(_ list: NeighborList, places: [SIMD4<Double>], tables: [Int32]) {
    count = places.count
    let copies = Self.copies(list)
    let total = count + copies.owners.count
    owners = FlatBuffer(copies.owners, or: 0)
    cells = FlatBuffer(copies.cells, or: .zero)
    self.places = FlatBuffer(repeating: .zero, count: total)
    for (atom, place) in places.enumerated() { self.places.base[atom] = place }
    forces = FlatBuffer(repeating: .zero, count: total)
    densities = FlatBuffer(repeating: 0, count: total)
    self.tables = FlatBuffer(tables + copies.owners.map { tables[Int($0)] }, or: 0)
    starts = FlatBuffer(list.offsets.map { Int32($0) }, or: 0)
    entries = FlatBuffer(copies.entries, or: 0)
    ends = FlatBuffer(repeating: 0, count: count)
    // One more than pairs: the compaction writes each candidate before it counts it.
    partners = FlatBuffer(repeating: 0, count: list.pairCount + 1)
    slopes = FlatBuffer(repeating: 0, count: 3 * list.pairCount)
    let longest = (0..<count).reduce(0) { max($0, list.row($1).count) }
    squares = FlatBuffer(repeating: 0, count: longest + 1)
  }

  /// Gives every distinct (atom, cell) of the list a place after the atoms.
  private static func copies(
    _ list: NeighborList
  ) -> (owners: [Int32], cells: [SIMD3<Double>], entries: [Int32]) {
    var low = SIMD3<Int32>()
    var high = SIMD3<Int32>()
    for image in list.images {
      low = pointwiseMin(low, image)
      high = pointwiseMax(high, image)
    }
    let size = SIMD3<Int>(truncatingIfNeeded: high &- low) &+ 1
    let count = list.siteCount
    // A table of all cells between the outermost ones, unless a skewed cell spreads them too far.
    let widths = SIMD3<Double>(size)
    let volume: Double = widths.x * widths.y * widths.z * Double(count)
    var table = [Int32](repeating: -1, count: volume < 5e7 ? Int(volume) : 0)
    var sparse: [SIMD4<Int32>: Int32] = [:]
    var owners: [Int32] = []
    var cells: [SIMD3<Double>] = []
    var entries = list.neighbors
    for (pair, image) in list.images.enumerated() where image != .zero {
      let atom = entries[pair]
      let next = Int32(count + owners.count)
      let slot: Int32
      if table.isEmpty {
        let key = SIMD4(image, atom)
        slot = sparse[key] ?? next
        sparse[key] = slot
      } else {
        let cell = SIMD3<Int>(truncatingIfNeeded: image &- low)
        let place = ((cell.x * size.y + cell.y) * size.z + cell.z) * count + Int(atom)
        slot = table[place] < 0 ? next : table[place]
        table[place] = slot
      }
      if slot == next {
        owners.append(atom)
        cells.append(SIMD3<Double>(image))
      }
      entries[pair] = slot
    }
    return (owners, cells, entries)
  }

  /// Puts the copies where their atoms and the cell say.
  func placeCopies(_ lattice: Lattice) {
    let (a, b, c) = (lattice.a, lattice.b, lattice.c)
    let (owners, cells, places) = (owners.base, cells.base, places.base)
    for copy in 0..<self.owners.count {
      let n = cells[copy]
      let shift = n.x * a + n.y * b + n.z * c
      places[count &+ copy] = places[Int(owners[copy])] + SIMD4(shift, 0)
    }
  }

  /// Adds the densities that copies have gathered to their atoms.
  func foldDensities() {
    let (owners, densities) = (owners.base, densities.base)
    for copy in 0..<self.owners.count { densities[Int(owners[copy])] += densities[count &+ copy] }
  }

  /// Gives copies the embedding slopes of their atoms.
  func spreadSlopes() {
    let (owners, densities) = (owners.base, densities.base)
    for copy in 0..<self.owners.count { densities[count &+ copy] = densities[Int(owners[copy])] }
  }

  /// Adds the forces on copies to their atoms.
  func foldForces() {
    let (owners, forces) = (owners.base, forces.base)
    for copy in 0..<self.owners.count { forces[Int(owners[copy])] += forces[count &+ copy] }
  }
}
