extension Crystal {
  /// The same crystal in another cell of its lattice.
  ///
  /// A larger cell for a determinant beyond ±1, another basis of the same lattice for ±1. Copies of a
  /// site follow each other, with its occupants, label and moment; positions are as given and not
  /// wrapped where the cell stays the same.
  ///
  /// - Parameter matrix: Row by row, the new vectors in steps of the old ones: the first new vector
  ///   is `x.x·a + x.y·b + x.z·c`.
  /// - Throws: ``SupercellError`` when the determinant is 0, the cell too flat or the sites too many.
  public func supercell(_ matrix: IntegerMatrix) throws(SupercellError) -> Crystal {
    let cells = try Self.cellCount(matrix, sites: siteCount)
    let lattice: Lattice
    do { lattice = try self.lattice.transformed(by: matrix) } catch { throw .flat(error) }
    let shifts = Self.shifts(matrix)
    let inverse = matrix.transpose.adjugate
    let determinant = Double(matrix.determinant)
    var positions: [SIMD3<Double>] = []
    positions.reserveCapacity(siteCount * cells)
    for position in self.positions {
      let base = inverse * position / determinant
      for shift in shifts { positions.append(base + shift) }
    }
    let sites = self.positions.indices.flatMap { [Int](repeating: $0, count: cells) }
    do {
      return try rearranged(
        sites: sites, positions: positions, lattice: lattice,
        magneticMoments: magneticMoments.map { moments in sites.map { moments[$0] } })
    } catch {
      // A finite position can leave the range of numbers in a much smaller step: refused as such.
      throw .crystal(error)
    }
  }

  /// `n.x × n.y × n.z` cells side by side.
  public func supercell(_ n: SIMD3<Int>) throws(SupercellError) -> Crystal {
    try supercell(IntegerMatrix(diagonal: n))
  }

  /// The same crystal in its Niggli-reduced cell; see ``Lattice/niggliReduced(tolerance:)``.
  public func niggliReduced(tolerance: Double = 1e-5) throws(SupercellError) -> Crystal {
    try supercell(lattice.niggliReduced(tolerance: tolerance).change)
  }

  /// The most sites that a supercell may have.
  public static let mostSupercellSites = 20_000_000

  private static func cellCount(
    _ matrix: IntegerMatrix, sites: Int
  ) throws(SupercellError) -> Int {
    for row in [matrix.x, matrix.y, matrix.z] {
      // Keeps the determinant, a sum of six products, within the range of integers.
      guard row.max() <= 1_000_000, row.min() >= -1_000_000 else { throw .entryTooLarge }
    }
    let cells = Int(matrix.determinant.magnitude)
    guard cells > 0 else { throw .noVolume }
    guard cells <= mostSupercellSites / sites else { throw .tooManySites(cells: cells) }
    return cells
  }

  /// The old lattice points inside the new cell, in fractions of its vectors.
  private static func shifts(_ matrix: IntegerMatrix) -> [SIMD3<Double>] {
    let counts = pointCounts(matrix)
    let determinant = matrix.determinant
    let modulus = Int(determinant.magnitude)
    let inverse = matrix.transpose.adjugate
    let rows = [inverse.x, inverse.y, inverse.z].map { row in
      // Remainders keep the products below within the range of integers.
      SIMD3(row.x % modulus, row.y % modulus, row.z % modulus) &* determinant.signum()
    }
    var shifts: [SIMD3<Double>] = []
    for x in 0..<counts.x {
      for y in 0..<counts.y {
        for z in 0..<counts.z {
          var shift = SIMD3<Double>.zero
          for (axis, row) in rows.enumerated() {
            let remainder = (row &* SIMD3(x, y, z)).wrappedSum() % modulus
            shift[axis] = Double(remainder < 0 ? remainder + modulus : remainder) / Double(modulus)
          }
          shifts.append(shift)
        }
      }
    }
    return shifts
  }

  /// How far to count along each old vector to meet every old lattice point of the new cell once:
  /// the diagonal of the triangular basis (Hermite's normal form) of the new lattice.
  private static func pointCounts(_ matrix: IntegerMatrix) -> SIMD3<Int> {
    let points = Int(matrix.determinant.magnitude)
    let x = greatestDivisor(matrix.x.x, greatestDivisor(matrix.y.x, matrix.z.x))
    let last = matrix.adjugate.z
    let z =
      points / greatestDivisor(points, greatestDivisor(last.x, greatestDivisor(last.y, last.z)))
    return SIMD3(x, points / (x * z), z)
  }

  private static func greatestDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return Int(a.magnitude)
  }
}

/// Why a matrix gives no supercell.
public enum SupercellError: Error, Hashable, Sendable, CustomStringConvertible {
  case noVolume
  case entryTooLarge
  case tooManySites(cells: Int)
  case flat(LatticeError)
  case crystal(CrystalError)

  public var description: String {
    switch self {
    case .noVolume:
      "The supercell's matrix has determinant 0; its rows must be independent."
    case .entryTooLarge:
      "The supercell's matrix has an entry beyond 1,000,000; use smaller multiples."
    case .tooManySites(let cells):
      "A supercell of \(cells) cells has more than \(Crystal.mostSupercellSites) sites; make it "
        + "smaller."
    case .flat(let cause): "The supercell is no lattice. \(cause)"
    case .crystal(let cause): "The supercell is no crystal. \(cause)"
    }
  }
}
