public import Matter

/// The three structures that most metals and their solid solutions take.
public enum CrystalPhase: String, Codable, CaseIterable, Hashable, Sendable {
  case fcc
  case bcc
  case hcp

  /// c/a of touching spheres, √(8/3).
  public static let idealAxialRatio = (8.0 / 3).squareRoot()

  /// Atoms in the primitive cell: 1, 1, 2.
  public var atomsPerPrimitiveCell: Int { self == .hcp ? 2 : 1 }

  /// The lattice parameter `a`, Å, of a volume per atom, Å³.
  public func latticeParameter(
    volumePerAtom: Double, axialRatio: Double = idealAxialRatio
  ) -> Double {
    cubeRoot(volumePerAtom / Self.volumePerAtom(self, axialRatio))
  }

  /// Å³ per atom of a lattice parameter `a`, Å.
  public func volumePerAtom(
    latticeParameter a: Double, axialRatio: Double = idealAxialRatio
  ) -> Double {
    Self.volumePerAtom(self, axialRatio) * a * a * a
  }

  /// Distance of nearest neighbors at a volume per atom, Å, for hcp with the ideal c/a.
  public func neighborDistance(volumePerAtom: Double) -> Double {
    let a = latticeParameter(volumePerAtom: volumePerAtom)
    switch self {
    case .fcc: return a * 0.5.squareRoot()
    case .bcc: return a * 0.75.squareRoot()
    case .hcp: return a
    }
  }

  private static func volumePerAtom(_ phase: CrystalPhase, _ axialRatio: Double) -> Double {
    switch phase {
    case .fcc: 0.25
    case .bcc: 0.5
    case .hcp: 0.75.squareRoot() * axialRatio / 2
    }
  }

  /// The primitive cell, with cubic axes (hexagonal: `c` along z) along the Cartesian ones.
  ///
  /// - Parameters:
  ///   - a: Å, positive.
  ///   - axialRatio: c/a, read for hcp only.
  func primitiveCell(
    latticeParameter a: Double, axialRatio: Double = idealAxialRatio
  ) -> (vectors: [SIMD3<Double>], positions: [SIMD3<Double>]) {
    switch self {
    case .fcc:
      ([SIMD3(0, a / 2, a / 2), SIMD3(a / 2, 0, a / 2), SIMD3(a / 2, a / 2, 0)], [.zero])
    case .bcc:
      (
        [SIMD3(-a / 2, a / 2, a / 2), SIMD3(a / 2, -a / 2, a / 2), SIMD3(a / 2, a / 2, -a / 2)],
        [.zero]
      )
    case .hcp:
      (
        [
          SIMD3(a, 0, 0), SIMD3(-a / 2, a * 0.75.squareRoot(), 0), SIMD3(0, 0, a * axialRatio),
        ], [.zero, SIMD3(1.0 / 3, 2.0 / 3, 0.5)]
      )
    }
  }

  /// A block of primitive cells, all sites of one element.
  ///
  /// - Parameters:
  ///   - repeats: Primitive cells along each vector, each at least 1.
  ///   - a: Lattice parameter, Å, positive.
  ///   - axialRatio: c/a, read for hcp only.
  public func crystal(
    of element: Element, latticeParameter a: Double, axialRatio: Double = idealAxialRatio,
    repeats: SIMD3<Int> = SIMD3(1, 1, 1)
  ) throws(CrystalBuilderError) -> Crystal {
    let count = repeats.x * repeats.y * repeats.z * atomsPerPrimitiveCell
    guard repeats.x > 0, repeats.y > 0, repeats.z > 0 else { throw .noCells(repeats) }
    return try crystal(
      elements: [Element](repeating: element, count: count), latticeParameter: a,
      axialRatio: axialRatio, repeats: repeats)
  }

  /// A block of primitive cells with an element for each site.
  func crystal(
    elements: [Element], latticeParameter a: Double, axialRatio: Double, repeats: SIMD3<Int>
  ) throws(CrystalBuilderError) -> Crystal {
    let (vectors, basis) = primitiveCell(latticeParameter: a, axialRatio: axialRatio)
    var positions: [SIMD3<Double>] = []
    let size = SIMD3(Double(repeats.x), Double(repeats.y), Double(repeats.z))
    for i in 0..<repeats.x {
      for j in 0..<repeats.y {
        for k in 0..<repeats.z {
          for site in basis {
            positions.append((SIMD3(Double(i), Double(j), Double(k)) + site) / size)
          }
        }
      }
    }
    do {
      let lattice = try Lattice(
        a: size.x * vectors[0], b: size.y * vectors[1], c: size.z * vectors[2])
      return try Crystal(lattice: lattice, elements: elements, positions: positions)
    } catch {
      throw .unusable(latticeParameter: a, axialRatio: axialRatio)
    }
  }

  /// A cubic block of conventional cells (fcc 4 atoms, bcc 2), all sites of one element.
  ///
  /// - Parameter size: Conventional cells along each axis; for hcp, primitive cells.
  public func conventionalCrystal(
    of element: Element, latticeParameter a: Double, size: Int
  ) throws(CrystalBuilderError) -> Crystal {
    guard size > 0 else { throw .noCells(SIMD3(repeating: size)) }
    let sites: [SIMD3<Double>]
    switch self {
    case .hcp:
      return try crystal(of: element, latticeParameter: a, repeats: SIMD3(repeating: size))
    case .fcc:
      sites = [.zero, SIMD3(0, 0.5, 0.5), SIMD3(0.5, 0, 0.5), SIMD3(0.5, 0.5, 0)]
    case .bcc:
      sites = [.zero, SIMD3(0.5, 0.5, 0.5)]
    }
    var positions: [SIMD3<Double>] = []
    let edge = Double(size)
    for i in 0..<size {
      for j in 0..<size {
        for k in 0..<size {
          for site in sites {
            positions.append((SIMD3(Double(i), Double(j), Double(k)) + site) / edge)
          }
        }
      }
    }
    do {
      let lattice = try Lattice(
        a: SIMD3(edge * a, 0, 0), b: SIMD3(0, edge * a, 0), c: SIMD3(0, 0, edge * a))
      return try Crystal(
        lattice: lattice, elements: [Element](repeating: element, count: positions.count),
        positions: positions)
    } catch {
      throw .unusable(latticeParameter: a, axialRatio: 1)
    }
  }

  /// Primitive cells along each vector that hold a number of atoms in the most compact block.
  ///
  /// Compact means the longest shortest vector between copies of an atom; ties go to the first
  /// in lexicographic order.
  ///
  /// - Parameter atoms: A positive multiple of ``atomsPerPrimitiveCell``.
  func repeats(holding atoms: Int) -> SIMD3<Int> {
    precondition(
      atoms > 0 && atoms % atomsPerPrimitiveCell == 0, "\(atoms) atoms do not fill \(self) cells.")
    let cells = atoms / atomsPerPrimitiveCell
    let vectors = primitiveCell(latticeParameter: 1).vectors
    var best = SIMD3(1, 1, cells)
    var longest = 0.0
    for i in 1...cells where cells % i == 0 {
      for j in 1...(cells / i) where (cells / i) % j == 0 {
        let repeats = SIMD3(i, j, cells / i / j)
        let shortest = Self.shortestCopy(vectors, repeats)
        if shortest > longest * (1 + 1e-9) { (best, longest) = (repeats, shortest) }
      }
    }
    return best
  }

  private static func shortestCopy(_ v: [SIMD3<Double>], _ repeats: SIMD3<Int>) -> Double {
    var shortest = Double.infinity
    for i in -2...2 {
      for j in -2...2 {
        for k in -2...2 where (i, j, k) != (0, 0, 0) {
          let copy =
            Double(i * repeats.x) * v[0] + Double(j * repeats.y) * v[1]
            + Double(k * repeats.z) * v[2]
          shortest = min(shortest, length(copy))
        }
      }
    }
    return shortest
  }
}

/// Why a crystal cannot be built.
public enum CrystalBuilderError: Error, Hashable, Sendable, CustomStringConvertible {
  case noCells(SIMD3<Int>)
  case unusable(latticeParameter: Double, axialRatio: Double)

  public var description: String {
    switch self {
    case .noCells(let repeats):
      "A block of \(repeats.x) × \(repeats.y) × \(repeats.z) cells is empty; "
        + "each number must be at least 1."
    case .unusable(let a, let ratio):
      "A lattice parameter of \(a) Å with c/a \(ratio) gives no crystal; "
        + "both must be finite and greater than zero."
    }
  }
}
