import CSpglib

/// What spglib finds out about a crystal, copied into values.
///
/// spglib 2.0 keeps one global, the code of its last error, which calls from several threads
/// overwrite. It is neither read nor needed here; everything else in a call lives on its stack and
/// heap, so that calls from several threads do not meet.
struct SpglibFindings: Sendable {
  let hallNumber: Int
  let pointGroup: String
  let operations: [SymmetryOperation]
  let wyckoffs: [Int]
  let siteSymmetrySymbols: [String]
  let equivalentSites: [Int]
  let crystallographicOrbits: [Int]

  /// Which atom of the primitive cell each site is.
  let primitiveAtoms: [Int]

  /// `x_standard = P x + p`, in fractions of the two cells.
  let transformation: RealMatrix
  let originShift: SIMD3<Double>

  /// Turns Cartesian vectors of the crystal into those of the idealized standard cell.
  let rotation: RealMatrix

  /// The vectors of the idealized standard cell.
  let standardVectors: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)
  let standardPositions: [SIMD3<Double>]

  /// Which atom of the primitive cell each site of the standard cell is.
  let standardPrimitiveAtoms: [Int]

  /// `nil` when spglib gives up.
  init?(lattice: Lattice, positions: [SIMD3<Double>], kinds: [Int32], tolerance: Double) {
    guard let count = Int32(exactly: positions.count), kinds.count == positions.count else {
      return nil
    }
    var matrix = SpglibValues.matrix(lattice)
    var points = positions.map(SpglibValues.vector)
    let found = withUnsafeMutablePointer(to: &matrix) { matrix in
      matrix.withMemoryRebound(to: SpglibVector.self, capacity: 3) { rows in
        spg_get_dataset(rows, &points, kinds, count, tolerance)
      }
    }
    guard let found else { return nil }
    defer { spg_free_dataset(found) }
    self.init(found.pointee, sites: positions.count)
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

/// A 3×3 matrix by its rows.
struct RealMatrix: Hashable, Sendable {
  let x, y, z: SIMD3<Double>

  init(_ x: SIMD3<Double>, _ y: SIMD3<Double>, _ z: SIMD3<Double>) {
    self.x = x
    self.y = y
    self.z = z
  }

  init(_ rows: SpglibMatrix) { self.init(SIMD3(rows.0), SIMD3(rows.1), SIMD3(rows.2)) }

  var transpose: RealMatrix {
    RealMatrix(SIMD3(x.x, y.x, z.x), SIMD3(x.y, y.y, z.y), SIMD3(x.z, y.z, z.z))
  }

  var determinant: Double { dot(x, cross(y, z)) }

  /// Entries are not finite where the determinant is 0.
  var inverse: RealMatrix {
    let d = determinant
    return RealMatrix(cross(y, z) / d, cross(z, x) / d, cross(x, y) / d).transpose
  }

  static func * (m: RealMatrix, v: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(dot(m.x, v), dot(m.y, v), dot(m.z, v))
  }
}
