import CSpglib

/// What spglib finds out about a crystal, copied into values.
///
/// spglib 2.0 keeps one global, the code of its last error, which calls from several threads
/// overwrite. It is neither read nor needed here; everything else in a call lives on its stack and
/// heap, so that calls from several threads do not meet.
struct SpglibFindings: Sendable {
  let hallNumber: Int
  let pointGroup: String
  private(set) var operations: [SymmetryOperation]
  let wyckoffs: [Int]
  let siteSymmetrySymbols: [String]
  let equivalentSites: [Int]
  let crystallographicOrbits: [Int]

  /// Which atom of the primitive cell each site is.
  let primitiveAtoms: [Int]

  /// `x_standard = P x + p`, in fractions of the two cells.
  private(set) var transformation: RealMatrix
  let originShift: SIMD3<Double>

  /// Turns Cartesian vectors of the crystal into those of the idealized standard cell.
  let rotation: RealMatrix

  /// The vectors of the idealized standard cell.
  private(set) var standardVectors: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)
  let standardPositions: [SIMD3<Double>]

  /// Which atom of the primitive cell each site of the standard cell is.
  let standardPrimitiveAtoms: [Int]

  /// Searches the cell as given, and its Niggli-reduced cell where the given one is badly skewed or
  /// the search fails: spglib gives up on such cells.
  ///
  /// - Parameters:
  ///   - positions: In 0 ..< 1.
  ///   - kinds: Equal for sites that are alike.
  ///   - reduction: Of the lattice.
  ///   - tolerance: Å.
  /// - Returns: `nil` when spglib gives up.
  static func search(
    _ lattice: Lattice, positions: [SIMD3<Double>], kinds: [Int32], reduction: NiggliReduction,
    tolerance: Double
  ) -> SpglibFindings? {
    let reduced = reduction.lattice
    let shortest = min(length(reduced.a), length(reduced.b), length(reduced.c))
    // spglib compares some lengths with fixed numbers, so that tiny cells are searched enlarged.
    let scale = shortest < 0.5 ? 3 / shortest : 1
    func longest(_ cell: Lattice) -> Double {
      max(length(cell.a), length(cell.b), length(cell.c))
    }
    func asGiven() -> SpglibFindings? {
      SpglibFindings(lattice, positions, kinds, scale: scale, tolerance: tolerance)
    }
    if longest(lattice) < 3 * longest(reduced), let found = asGiven() { return found }
    // Positions transform with the inverse of what transforms the vectors.
    guard let back = reduction.change.inverse?.transpose else { return nil }
    let moved = positions.map { wrappedIntoCell(back * $0) }
    guard var found = SpglibFindings(reduced, moved, kinds, scale: scale, tolerance: tolerance)
    else { return nil }
    let forth = reduction.change.transpose
    found.operations = found.operations.map { operation in
      SymmetryOperation(
        unchecked: forth * operation.rotation * back, forth * operation.translation)
    }
    found.transformation = found.transformation * back
    return found
  }

  private init?(
    _ lattice: Lattice, _ positions: [SIMD3<Double>], _ kinds: [Int32], scale: Double,
    tolerance: Double
  ) {
    guard let count = Int32(exactly: positions.count), kinds.count == positions.count,
      let scaled = try? Lattice(a: lattice.a * scale, b: lattice.b * scale, c: lattice.c * scale)
    else { return nil }
    var matrix = SpglibValues.matrix(scaled)
    var points = positions.map(SpglibValues.vector)
    let found = withUnsafeMutablePointer(to: &matrix) { matrix in
      matrix.withMemoryRebound(to: SpglibVector.self, capacity: 3) { rows in
        spg_get_dataset(rows, &points, kinds, count, tolerance * scale)
      }
    }
    guard let found else { return nil }
    defer { spg_free_dataset(found) }
    self.init(found.pointee, sites: positions.count)
    let (a, b, c) = standardVectors
    standardVectors = (a / scale, b / scale, c / scale)
  }

  private init?(_ dataset: SpglibDataset, sites: Int) {
    hallNumber = Int(dataset.hall_number)
    guard (1...530).contains(hallNumber), Int(dataset.n_atoms) == sites,
      dataset.n_operations > 0, dataset.n_std_atoms > 0
    else { return nil }
    func integers(_ values: UnsafeMutablePointer<Int32>, _ count: Int) -> [Int] {
      UnsafeBufferPointer(start: values, count: count).map { Int($0) }
    }
    pointGroup = text(of: dataset.pointgroup_symbol)
    operations = (0..<Int(dataset.n_operations)).map { index in
      SymmetryOperation(
        unchecked: IntegerMatrix(dataset.rotations[index]), SIMD3(dataset.translations[index]))
    }
    wyckoffs = integers(dataset.wyckoffs, sites)
    siteSymmetrySymbols = (0..<sites).map { text(of: dataset.site_symmetry_symbols[$0]) }
    equivalentSites = integers(dataset.equivalent_atoms, sites)
    crystallographicOrbits = integers(dataset.crystallographic_orbits, sites)
    primitiveAtoms = integers(dataset.mapping_to_primitive, sites)
    transformation = RealMatrix(dataset.transformation_matrix)
    originShift = SIMD3(dataset.origin_shift)
    rotation = RealMatrix(dataset.std_rotation_matrix)
    let standard = RealMatrix(dataset.std_lattice).transpose
    standardVectors = (standard.x, standard.y, standard.z)
    let standardCount = Int(dataset.n_std_atoms)
    standardPositions = (0..<standardCount).map { SIMD3(dataset.std_positions[$0]) }
    standardPrimitiveAtoms = integers(dataset.std_mapping_to_primitive, standardCount)
  }
}
