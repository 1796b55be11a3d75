import DenseMath
import Foundation
import Matter
import Testing

@Suite("Supercells and contents of the cell")
struct SupercellTests {
  /// Wurtzite-like: a hexagonal cell with a shared, partly vacant site, labels and moments.
  private func crystal() throws -> Crystal {
    let lattice = try Lattice(
      Lattice.Parameters(a: 3.2, b: 3.2, c: 5.2, alpha: .pi / 2, beta: .pi / 2, gamma: .pi * 2 / 3))
    let zinc = try #require(Element(symbol: "Zn"))
    let iron = try #require(Element(symbol: "Fe"))
    let oxygen = try #require(Element(symbol: "O"))
    return try Crystal(
      lattice: lattice,
      occupants: [
        Occupant(Species(zinc), occupancy: 0.7), Occupant(Species(iron), occupancy: 0.2),
        Occupant(Species(zinc)), Occupant(Species(oxygen, oxidationState: -2)),
        Occupant(Species(oxygen)),
      ], counts: [2, 1, 1, 1],
      positions: [
        SIMD3(1.0 / 3, 2.0 / 3, 0), SIMD3(2.0 / 3, 1.0 / 3, 0.5), SIMD3(1.0 / 3, 2.0 / 3, 0.38),
        SIMD3(2.0 / 3, 1.0 / 3, 0.88),
      ], labels: ["M1", "Zn2", "O1", "O2"],
      magneticMoments: [SIMD3(0, 0, 4), .zero, .zero, SIMD3(1, 2, 3)])
  }

  /// Sorted neighbor distances of a site: what a change of cell must not change.
  private func shells(_ crystal: Crystal, _ site: Int) throws -> [Int] {
    let list = try NeighborList(of: crystal, cutoff: 6)
    let distances = list.displacements(in: crystal)
    return list.row(site).map { Int((length(distances[$0]) * 1e6).rounded()) }.sorted()
  }

  @Test("Multiplies volume and composition by the determinant and keeps every site's surroundings")
  func keepsSurroundings() throws {
    let crystal = try crystal()
    let expected = try (0..<4).map { try shells(crystal, $0) }
    var rng = SplitMix64(seed: 3)
    var tried = 0
    while tried < 40 {
      func row() -> SIMD3<Int> {
        SIMD3(rng.index(below: 7) - 3, rng.index(below: 7) - 3, rng.index(below: 7) - 3)
      }
      let matrix = IntegerMatrix(row(), row(), row())
      let cells = abs(matrix.determinant)
      guard (1...12).contains(cells) else { continue }
      tried += 1
      let larger = try crystal.supercell(matrix)
      #expect(larger.siteCount == 4 * cells)
      #expect(abs(larger.volume - Double(cells) * crystal.volume) < 1e-8 * larger.volume)
      #expect(abs(larger.density - crystal.density) < 1e-12)
      for (amount, one) in zip(larger.composition.amounts, crystal.composition.amounts) {
        #expect(abs(amount - Double(cells) * one) < 1e-9)
      }
      for site in 0..<larger.siteCount {
        let source = site / cells
        #expect(Array(larger.occupants(of: site)) == Array(crystal.occupants(of: source)))
        #expect(larger.labels?[site] == crystal.labels?[source])
        #expect(larger.magneticMoments?[site] == crystal.magneticMoments?[source])
        #expect(try shells(larger, site) == expected[source])
      }
    }
  }

  @Test("A change of basis can be undone; one cell is the same crystal")
  func undoes() throws {
    let crystal = try crystal()
    #expect(try crystal.supercell(.identity) == crystal)
    let matrix = IntegerMatrix(SIMD3(1, 2, 0), SIMD3(0, 1, -3), SIMD3(1, 2, 1))
    let back = try crystal.supercell(matrix).supercell(try #require(matrix.inverse))
    #expect(length(back.lattice.b - crystal.lattice.b) < 1e-12)
    for (a, b) in zip(back.positions, crystal.positions) { #expect(length(a - b) < 1e-12) }
  }

  @Test("Refuses matrices that give no crystal")
  func refuses() throws {
    let crystal = try crystal()
    #expect(throws: SupercellError.noVolume) {
      try crystal.supercell(IntegerMatrix(SIMD3(1, 1, 0), SIMD3(2, 2, 0), SIMD3(0, 0, 1)))
    }
    #expect(throws: SupercellError.noVolume) { try crystal.supercell(SIMD3(0, 1, 1)) }
    #expect(throws: SupercellError.entryTooLarge) { try crystal.supercell(SIMD3(.max, 1, 1)) }
    #expect(throws: SupercellError.entryTooLarge) { try crystal.supercell(SIMD3(.min, 1, 1)) }
    #expect(throws: SupercellError.tooManySites(cells: 1_000_000_000)) {
      try crystal.supercell(SIMD3(1000, 1000, 1000))
    }
    #expect(throws: SupercellError.flat(.noVolume)) {
      try crystal.supercell(
        IntegerMatrix(SIMD3(1, 0, 0), SIMD3(1_000_000, 1, 0), SIMD3(0, 1_000_000, 1)))
    }
  }

  @Test("Weighs atoms: rock salt, heavy water ice, a vacancy")
  func weighs() throws {
    let sodium = try #require(Element(symbol: "Na"))
    let chlorine = try #require(Element(symbol: "Cl"))
    let hydrogen = try #require(Element(symbol: "H"))
    // 2.163 g/cm³ from the X-ray cell, a = 5.6402 Å at 25 °C (NBS Circular 539, vol. 2, p. 41).
    let a = 5.6402
    let cube = try Lattice(a: SIMD3(a, 0, 0), b: SIMD3(0, a, 0), c: SIMD3(0, 0, a))
    let face = [SIMD3(0.0, 0, 0), SIMD3(0, 0.5, 0.5), SIMD3(0.5, 0, 0.5), SIMD3(0.5, 0.5, 0)]
    let salt = try Crystal(
      lattice: cube,
      elements: [Element](repeating: sodium, count: 4) + [Element](repeating: chlorine, count: 4),
      positions: face + face.map { $0 + 0.5 })
    #expect(abs(salt.density - 2.163) < 0.001)
    #expect(Species(hydrogen, massNumber: 2).mass == 2.014_101_778)
    let composition = try crystal().composition
    #expect(composition.amounts.reduce(0, +) == composition.totalAtoms)
    #expect(abs(composition.fraction(of: try #require(Element(symbol: "Fe"))) - 0.2 / 3.9) < 1e-12)
  }

  @Test("Wraps positions, also those far out")
  func wraps() throws {
    let cell = try crystal()
    let far = try Crystal(
      lattice: cell.lattice, elements: [Element](repeating: Element.all[0], count: 4),
      positions: [
        SIMD3(-0.25, 1.5, 7), SIMD3(-1e-17, 1e300, -1e300), SIMD3(1e15, -1e15, 0),
        SIMD3(.greatestFiniteMagnitude, -.leastNonzeroMagnitude, 0.999_999),
      ])
    for position in far.wrapped().positions {
      #expect(position.min() >= 0 && position.max() < 1)
    }
    #expect(far.wrapped().positions[0] == SIMD3(0.75, 0.5, 0))
    #expect(far.distance(0, 1).isFinite)
  }

  @Test("The shortest vector is that of an exhaustive search, in skewed cells too")
  func findsShortestVectors() throws {
    var rng = SplitMix64(seed: 12)
    for _ in 0..<300 {
      func component() -> Double { 6 * rng.uniform() - 3 }
      let (a, b) = (
        SIMD3(component(), component(), component()), SIMD3(component(), component(), component())
      )
      let c = SIMD3(component(), component(), component())
      guard abs(dot(a, cross(b, c))) > 1 else { continue }
      let compact = try Lattice(a: a, b: b, c: c).niggliReduced().lattice
      let shift = rng.index(below: 9) - 4
      let change = IntegerMatrix(SIMD3(1, shift, 0), SIMD3(0, 1, 0), SIMD3(2, -shift, 1))
      let skewed = try compact.transformed(by: change)
      let image = MinimumImage(skewed)
      for _ in 0..<10 {
        let start = SIMD3(component(), component(), component())
        let end = SIMD3(component(), component(), component())
        let vector = image.vector(from: start, to: end)
        let direct = skewed.cartesian(end - start)
        let steps = skewed.fractional(vector - direct)
        #expect(length(steps - steps.rounded(.toNearestOrEven)) < 1e-9)
        #expect(abs(length(vector) - Self.shortest(compact, direct)) < 1e-9)
      }
    }
  }

  /// The shortest of all copies up to four cells around the wrapped one.
  private static func shortest(_ lattice: Lattice, _ vector: SIMD3<Double>) -> Double {
    let fraction = lattice.fractional(vector)
    let near = fraction - fraction.rounded(.toNearestOrEven)
    var best = Double.infinity
    for x in -4...4 {
      for y in -4...4 {
        for z in -4...4 {
          best = min(best, length(lattice.cartesian(near + SIMD3(Double(x), Double(y), Double(z)))))
        }
      }
    }
    return best
  }
}
