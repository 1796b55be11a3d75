import DenseMath
import Foundation
import Matter
import TestKit
import Testing

@testable import Representations

@Suite("Symmetry functions")
struct ACSFTests {
  private var full: ACSF.Configuration {
    var configuration = ACSF.Configuration()
    configuration.cutoff = 4.2
    configuration.g3 = [0.7, 2]
    configuration.g4.append(ACSF.Angular(eta: 0.02, zeta: 2.5, lambda: -0.5))
    configuration.g5 = [ACSF.Angular(eta: 0.03, zeta: 3, lambda: 1)]
    return configuration
  }

  @Test("Agree with DScribe", .enabled(if: SharedFolder.has("golden/descriptors")))
  func matchesReference() throws {
    var configuration = ACSF.Configuration()
    configuration.cutoff = 5
    configuration.g2 = [(0.5, 0.0), (1, 1), (2, 2)].map { ACSF.Radial(eta: $0.0, shift: $0.1) }
    configuration.g4 = [
      ACSF.Angular(eta: 0.05, zeta: 1, lambda: 1), ACSF.Angular(eta: 0.05, zeta: 2, lambda: -1),
    ]
    var compared = 0
    for (testCase, expected) in try SharedFolder.goldenCases("descriptors") {
      guard let reference = expected["acsf_per_atom"] as? [[Double]] else { continue }
      let vectors = try #require(testCase["lattice"] as? [[Double]]).map { SIMD3($0) }
      let elements = try #require(testCase["species"] as? [String]).map(StructureSamples.element)
      let crystal = try Crystal(
        lattice: Lattice(a: vectors[0], b: vectors[1], c: vectors[2]), elements: elements,
        positions: #require(testCase["frac"] as? [[Double]]).map { SIMD3($0) })
      let acsf = try ACSF(elements: elements, configuration)
      let rows = try acsf.siteRows(of: AtomicStructure(crystal))
      #expect(rows.columns == reference[0].count && acsf.columns.count == rows.columns)
      let scale = reference.joined().map(abs).max() ?? 1
      for (a, b) in zip(rows.elements, reference.joined()) { #expect(abs(a - b) < 1e-7 * scale) }
      compared += 1
    }
    #expect(compared > 3)
  }

  @Test("Slopes agree with differences, in crystals, disorder and molecules")
  func slopes() throws {
    let acsf = try ACSF(elements: StructureSamples.elements, full)
    for structure in [
      AtomicStructure(try StructureSamples.disordered()),
      AtomicStructure(try StructureSamples.molecule()),
    ] {
      #expect(try StructureSamples.slopeError(acsf, structure) < 1e-6)
    }
  }

  @Test("Slopes of sites sum to those of the mean, and shifts change nothing")
  func siteSlopes() throws {
    let acsf = try ACSF(elements: StructureSamples.elements, full)
    let structure = AtomicStructure(try StructureSamples.lowSymmetry())
    let mean = try acsf.derivatives(of: structure)
    let sites = try acsf.siteDerivatives(of: structure)
    for place in mean.slopes.indices {
      let sum = sites.reduce(0) { $0 + $1.slopes[place] } / 4
      #expect(abs(sum - mean.slopes[place]) < 1e-10)
    }
    for column in mean.row.indices {
      let total = (0..<4).reduce(SIMD3<Double>.zero) { $0 + mean.slope(of: column, site: $1) }
      #expect(length(total) < 1e-10)
    }
  }

  @Test("A shared site counts by its shares")
  func shares() throws {
    let lattice = try StructureSamples.cubic(9)
    let places = [SIMD3<Double>.zero, SIMD3(0.2, 0, 0), SIMD3(0, 0.22, 0)]
    func rows(_ occupants: [(String, Double)]) throws -> [Double] {
      let carbon = try StructureSamples.element("C")
      let shared = try occupants.map {
        Occupant(Species(try StructureSamples.element($0.0)), occupancy: $0.1)
      }
      let crystal = try Crystal(
        lattice: lattice,
        occupants: [Occupant(Species(carbon))] + shared + [Occupant(Species(carbon))],
        counts: [1, shared.count, 1], positions: places)
      var configuration = full
      configuration.cutoff = 4
      let acsf = try ACSF(
        elements: ["C", "N", "O"].map(StructureSamples.element), configuration)
      return Array(try acsf.siteRows(of: AtomicStructure(crystal)).row(0))
    }
    let mixed = try rows([("N", 0.25), ("O", 0.75)])
    let (nitrogen, oxygen) = (try rows([("N", 1)]), try rows([("O", 1)]))
    for place in mixed.indices {
      #expect(abs(mixed[place] - 0.25 * nitrogen[place] - 0.75 * oxygen[place]) < 1e-12)
    }
    #expect(mixed != nitrogen)
  }

  @Test("A supercell has the same mean")
  func supercell() throws {
    let acsf = try ACSF(elements: StructureSamples.elements, full)
    let crystal = try StructureSamples.disordered()
    let large = try StructureSamples.turned(crystal.supercell(SIMD3(2, 1, 2)))
    let (a, b) = (
      try acsf.row(of: AtomicStructure(crystal)), try acsf.row(of: AtomicStructure(large))
    )
    for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-9) }
  }

  @Test("Unknown elements and senseless settings are refused with a sentence")
  func refusals() throws {
    let acsf = try ACSF(elements: [StructureSamples.element("Na")])
    #expect(throws: StructureDescriptorError.elementOutside("Cl", descriptor: "acsf")) {
      try acsf.row(of: AtomicStructure(StructureSamples.rockSalt()))
    }
    #expect(throws: StructureDescriptorError.self) { try ACSF(elements: []) }
    var configuration = ACSF.Configuration()
    configuration.g4 = [ACSF.Angular(eta: 0.1, zeta: 0.5, lambda: 1)]
    #expect(throws: StructureDescriptorError.self) {
      try ACSF(elements: StructureSamples.elements, configuration)
    }
  }
}
