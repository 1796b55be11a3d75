import DenseMath
import Foundation
import Matter
import Representations
import Testing

@Suite("SOAP invariance")
struct SOAPInvarianceTests {
  @Test("Turning, moving and mirroring change nothing", arguments: SOAPExamples.Kind.allCases)
  func ignoresRotation(_ kind: SOAPExamples.Kind) throws {
    let soap = try SOAPExamples.soap()
    let structure = try SOAPExamples.structure(kind)
    let turned = try Self.turned(structure, shift: SIMD3(0.3, -1.7, 2.2))
    let (rows, others) = (try soap.rows(of: structure), try soap.rows(of: turned))
    #expect(SOAPExamples.difference(others.elements, rows.elements) < 1e-9)
    for average in SOAP.Average.allCases where average == .outer {
      let difference = SOAPExamples.difference(
        try soap.average(of: turned, average), try soap.average(of: structure, average))
      #expect(difference < 1e-9)
    }
  }

  @Test("The order of the sites is that of the rows, and of nothing else")
  func ignoresOrder() throws {
    let soap = try SOAPExamples.soap { $0.compression = .mu1nu1 }
    let elements = try SOAPExamples.elements("Si", "O", "O", "Fe", "Si")
    let order = [3, 0, 4, 2, 1]
    let places = SOAPExamples.places
    let one = AtomicStructure(try Molecule(elements: elements, positions: places))
    let other = AtomicStructure(
      try Molecule(elements: order.map { elements[$0] }, positions: order.map { places[$0] }))
    let (rows, others) = (try soap.rows(of: one), try soap.rows(of: other))
    for (place, site) in order.enumerated() {
      let difference = SOAPExamples.difference(Array(others.row(place)), Array(rows.row(site)))
      #expect(difference < 1e-12)
    }
    #expect(try soap.rows(of: one, centers: .sites(order)).elements.count == rows.elements.count)
  }

  @Test("A supercell has the same means", arguments: SOAP.Average.allCases)
  func ignoresSupercell(_ average: SOAP.Average) throws {
    let soap = try SOAPExamples.soap()
    let cell = try Lattice(a: SIMD3(3.1, 0, 0), b: SIMD3(0.4, 3.5, 0), c: SIMD3(0, 0.7, 3.9))
    let elements = try SOAPExamples.elements("Si", "O", "Fe")
    let positions = [SIMD3(0.1, 0.2, 0.3), SIMD3(0.6, 0.7, 0.4), SIMD3(0.2, 0.6, 0.9)]
    let small = try Crystal(lattice: cell, elements: elements, positions: positions)
    let large = try Crystal(
      lattice: Lattice(a: 2 * cell.a, b: cell.b, c: 3 * cell.c),
      elements: (0..<6).flatMap { _ in elements },
      positions: (0..<6).flatMap { copy in
        positions.map { ($0 + SIMD3(Double(copy % 2), 0, Double(copy / 2))) / SIMD3(2, 1, 3) }
      })
    let difference = SOAPExamples.difference(
      try soap.average(of: AtomicStructure(large), average),
      try soap.average(of: AtomicStructure(small), average))
    #expect(difference < 1e-9)
  }

  @Test("A molecule alone in a great cell is a molecule")
  func isolates() throws {
    let soap = try SOAPExamples.soap()
    let molecule = try SOAPExamples.structure(.molecule)
    let cell = try Lattice(a: SIMD3(40, 0, 0), b: SIMD3(3, 40, 0), c: SIMD3(0, 2, 40))
    let crystal = try Crystal(
      lattice: cell, elements: molecule.occupants.map(\.element),
      positions: molecule.positions.map(cell.fractional))
    let difference = SOAPExamples.difference(
      try soap.rows(of: AtomicStructure(crystal)).elements, try soap.rows(of: molecule).elements)
    #expect(difference < 1e-9)
  }

  @Test("A point on a site sees what the site sees", arguments: SOAPExamples.Kind.allCases)
  func centersAnywhere(_ kind: SOAPExamples.Kind) throws {
    let soap = try SOAPExamples.soap { $0.centralWeight = 0.4 }
    let structure = try SOAPExamples.structure(kind)
    let points = try soap.rows(of: structure, centers: .positions(structure.positions))
    let rows = try soap.rows(of: structure)
    #expect(SOAPExamples.difference(points.elements, rows.elements) < 1e-10)
    guard let lattice = structure.lattice else { return }
    let moved = structure.positions.map { $0 + 3 * lattice.a - 2 * lattice.c }
    let images = try soap.rows(of: structure, centers: .positions(moved))
    #expect(SOAPExamples.difference(images.elements, rows.elements) < 1e-8)
  }

  @Test("Shares mix between the fillings: a site half of each is linear in the expansion")
  func mixesShares() throws {
    // With one neighbor the features between elements are products of their shares.
    let soap = try SOAPExamples.soap { $0.centralWeight = 0 }
    let cell = try Lattice(a: SIMD3(20, 0, 0), b: SIMD3(0, 20, 0), c: SIMD3(0, 0, 20))
    func row(silicon: Double, oxygen: Double) throws -> [Double] {
      let (si, o) = try (SOAPExamples.elements("Si")[0], SOAPExamples.elements("O")[0])
      let crystal = try Crystal(
        lattice: cell,
        occupants: [
          Occupant(Species(si)), Occupant(Species(si), occupancy: silicon),
          Occupant(Species(o), occupancy: oxygen),
        ], counts: [1, 2], positions: [.zero, SIMD3(0.08, 0.05, 0.02)])
      return Array(try soap.rows(of: AtomicStructure(crystal), centers: .sites([0])).row(0))
    }
    let (even, odd) = (try row(silicon: 0.5, oxygen: 0.5), try row(silicon: 0.25, oxygen: 0.75))
    for (column, name) in soap.columns.enumerated() {
      let parts = name.split(separator: " ").map { $0.prefix { $0.isLetter } }
      let factor = (parts[1] == "Si" ? 0.5 : 1.5) * (parts[2] == "Si" ? 0.5 : 1.5)
      #expect(abs(odd[column] - factor * even[column]) < 1e-12 * (1 + abs(even[column])), "\(name)")
    }
  }

  @Test("Numbers of threads change no bit")
  func ignoresThreads() throws {
    let soap = try SOAPExamples.soap()
    let structure = try SOAPExamples.structure(.disordered)
    let centers = SOAP.Centers.positions(
      (0..<50).map { SIMD3(Double($0) * 0.17, Double($0 % 7), Double($0 % 5)) })
    #expect(
      try soap.rows(of: structure, centers: centers, threads: 1)
        == soap.rows(of: structure, centers: centers, threads: 3))
    #expect(
      try soap.average(of: structure, .inner, centers: centers, threads: 1)
        == soap.average(of: structure, .inner, centers: centers, threads: 3))
    var streamed: [Double] = []
    try soap.forEachRow(of: structure, centers: centers) { streamed += $1 }
    #expect(try streamed == soap.rows(of: structure, centers: centers).elements)
  }

  @Test("With a taper nothing jumps as an atom leaves", arguments: SOAP.Basis.allCases)
  func fadesOut(_ basis: SOAP.Basis) throws {
    let soap = try SOAPExamples.soap {
      $0.basis = basis
      $0.taper = 1
    }
    func row(at distance: Double) throws -> [Double] {
      let molecule = try Molecule(
        elements: SOAPExamples.elements("Si", "O", "O"),
        positions: [.zero, SIMD3(1.5, 0, 0), SIMD3(0, distance, 0)])
      return Array(try soap.rows(of: AtomicStructure(molecule), centers: .sites([0])).row(0))
    }
    let beyond = try row(at: soap.reach + 0.1)
    // The third derivative of the taper jumps: differences shrink with the third power.
    #expect(SOAPExamples.difference(try row(at: soap.reach - 1e-3), beyond) < 1e-9)
    #expect(SOAPExamples.difference(try row(at: soap.reach - 1e-2), beyond) < 1e-6)
    #expect(SOAPExamples.difference(try row(at: soap.reach - 0.9), beyond) > 1e-6)
  }

  /// Turned about an odd axis, mirrored and moved.
  private static func turned(
    _ structure: AtomicStructure, shift: SIMD3<Double>
  ) throws -> AtomicStructure {
    let (c, s) = (cos(0.7), sin(0.7))
    func turn(_ v: SIMD3<Double>) -> SIMD3<Double> {
      let first = SIMD3(c * v.x - s * v.y, s * v.x + c * v.y, v.z)
      return SIMD3(first.x, -(c * first.y - s * first.z), s * first.y + c * first.z)
    }
    let positions = structure.positions.map { turn($0) + shift }
    guard let lattice = structure.lattice else {
      return AtomicStructure(
        try Molecule(elements: structure.occupants.map(\.element), positions: positions))
    }
    let cell = try Lattice(a: turn(lattice.a), b: turn(lattice.b), c: turn(lattice.c))
    return AtomicStructure(
      try Crystal(
        lattice: cell,
        occupants: structure.occupants.map { Occupant(Species($0.element), occupancy: $0.share) },
        counts: (0..<structure.siteCount).map { structure.occupants(of: $0).count },
        positions: positions.map(cell.fractional)))
  }
}
