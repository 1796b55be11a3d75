import DenseMath
import Foundation
import Matter
import Representations
import Testing

/// Structures that descriptors are tried on.
enum StructureSamples {
  static func element(_ symbol: String) throws -> Element {
    try #require(Element(symbol: symbol))
  }

  static func lattice(
    _ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>
  ) throws -> Lattice {
    try Lattice(a: a, b: b, c: c)
  }

  static func crystal(
    _ lattice: Lattice, _ sites: [(String, SIMD3<Double>)]
  ) throws -> Crystal {
    try Crystal(
      lattice: lattice, elements: sites.map { try element($0.0) }, positions: sites.map(\.1))
  }

  static func cubic(_ edge: Double) throws -> Lattice {
    try lattice(SIMD3(edge, 0, 0), SIMD3(0, edge, 0), SIMD3(0, 0, edge))
  }

  /// Rock salt in its primitive cell.
  static func rockSalt(_ edge: Double = 5.64) throws -> Crystal {
    let half = edge / 2
    return try crystal(
      lattice(SIMD3(0, half, half), SIMD3(half, 0, half), SIMD3(half, half, 0)),
      [("Na", .zero), ("Cl", SIMD3(repeating: 0.5))])
  }

  /// No symmetry at all.
  static func lowSymmetry() throws -> Crystal {
    try crystal(
      lattice(SIMD3(4.1, 0.2, 0.1), SIMD3(-0.9, 4.6, 0.3), SIMD3(0.5, -0.7, 5.2)),
      [
        ("Ti", SIMD3(0.02, 0.03, 0.05)), ("O", SIMD3(0.48, 0.11, 0.22)),
        ("O", SIMD3(0.13, 0.55, 0.31)), ("Sr", SIMD3(0.57, 0.49, 0.71)),
      ])
  }

  /// With a site of two elements and one that is filled in part.
  static func disordered() throws -> Crystal {
    let ordered = try lowSymmetry()
    return try Crystal(
      lattice: ordered.lattice,
      occupants: [
        Occupant(Species(element("Ti")), occupancy: 0.7),
        Occupant(Species(element("Sr")), occupancy: 0.3), Occupant(Species(element("O"))),
        Occupant(Species(element("O")), occupancy: 0.6), Occupant(Species(element("Sr"))),
      ], counts: [2, 1, 1, 1], positions: ordered.positions)
  }

  static func molecule() throws -> Molecule {
    try Molecule(
      elements: ["Ti", "O", "O", "Sr", "O"].map(element),
      positions: [
        SIMD3(0, 0.1, 0.2), SIMD3(1.8, 0.3, -0.2), SIMD3(-0.4, 1.7, 0.5), SIMD3(0.9, 1.9, 2.2),
        SIMD3(-1.2, -0.8, 1.1),
      ])
  }

  static var elements: [Element] {
    get throws { try ["O", "Ti", "Sr"].map(element) }
  }

  /// The same structure with one site moved.
  static func moved(
    _ structure: AtomicStructure, site: Int, by step: SIMD3<Double>
  ) throws -> AtomicStructure {
    var positions = structure.positions
    positions[site] += step
    guard let lattice = structure.lattice else {
      return AtomicStructure(
        try Molecule(elements: structure.occupants.map(\.element), positions: positions))
    }
    return AtomicStructure(
      try Crystal(
        lattice: lattice,
        occupants: structure.occupants.map { Occupant(Species($0.element), occupancy: $0.share) },
        counts: structure.positions.indices.map { structure.occupants(of: $0).count },
        positions: positions.map(lattice.fractional)))
  }

  static func turned(_ crystal: Crystal) throws -> Crystal {
    func turn(_ v: SIMD3<Double>) -> SIMD3<Double> {
      let (c, s) = (cos(0.7), sin(0.7))
      let first = SIMD3(c * v.x - s * v.y, s * v.x + c * v.y, v.z)
      let (d, t) = (cos(1.1), sin(1.1))
      return SIMD3(first.x, d * first.y - t * first.z, t * first.y + d * first.z)
    }
    let old = crystal.lattice
    return try Crystal(
      lattice: lattice(turn(old.a), turn(old.b), turn(old.c)), occupants: crystal.occupants,
      counts: crystal.positions.indices.map { crystal.occupants(of: $0).count },
      positions: crystal.positions.map { $0 + SIMD3(0.31, -0.17, 0.44) })
  }

  /// The greatest difference of slopes from central differences, in units of the greatest slope.
  static func slopeError(
    _ descriptor: some DifferentiableDescriptor, _ structure: AtomicStructure,
    step: Double = 1e-4
  ) throws -> Double {
    let found = try descriptor.derivatives(of: structure)
    let row = try descriptor.row(of: structure)
    #expect(
      found.row.count == row.count && found.slopes.count == 3 * row.count * structure.siteCount)
    for (a, b) in zip(found.row, row) { #expect(abs(a - b) <= 1e-12 * max(1, abs(b))) }
    var worst = 0.0
    var largest = 0.0
    for site in 0..<structure.siteCount {
      for axis in 0..<3 {
        var direction = SIMD3<Double>.zero
        direction[axis] = step
        let up = try descriptor.row(of: moved(structure, site: site, by: direction))
        let down = try descriptor.row(of: moved(structure, site: site, by: -direction))
        for column in row.indices {
          let numeric = (up[column] - down[column]) / (2 * step)
          worst = max(worst, abs(found.slope(of: column, site: site)[axis] - numeric))
          largest = max(largest, abs(numeric))
        }
      }
    }
    #expect(largest > 0)
    return worst / largest
  }
}
