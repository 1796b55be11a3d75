import Foundation
import Matter
import Testing

@testable import Representations

@Suite("Distributions of distances, angles and many bodies")
struct DistributionTests {
  @Test("The first shell of rock salt holds six of the other element")
  func shell() throws {
    let elements = try ["Na", "Cl"].map(StructureSamples.element)
    let crystal = try StructureSamples.rockSalt()
    let rdf = try RadialDistribution(elements: elements, cutoff: 3.5, bins: 350, smearing: 0.05)
    let row = try rdf.row(of: AtomicStructure(crystal))
    let names = rdf.columns
    #expect(row.count == names.count)
    for (pair, count) in [("Na-Cl", 6.0), ("Na-Na", 0), ("Cl-Cl", 0)] {
      var sum = 0.0
      for (name, value) in zip(names, row) where name.hasPrefix("rdf \(pair) ") {
        let radius = try #require(Double(name.split(separator: " ")[2]))
        sum += value * 4 * .pi * radius * radius * 0.01 / crystal.volume
      }
      #expect(abs(sum - count) < 1e-3)
    }
  }

  @Test("At long distances there is no order")
  func longDistance() throws {
    let crystal = try StructureSamples.lowSymmetry()
    let rdf = try RadialDistribution(cutoff: 14, bins: 28, smearing: 0.5)
    let row = try rdf.row(of: AtomicStructure(crystal))
    for value in row[20..<27] { #expect(abs(value - 1) < 0.15) }
  }

  @Test("Angles of rock salt are 90 and 180 degrees, 12 to 3")
  func angles() throws {
    let adf = try AngularDistribution(cutoff: 3.2, bins: 180, smearing: 2)
    let row = try adf.row(of: AtomicStructure(StructureSamples.rockSalt()))
    let right = row[80..<100].reduce(0, +)
    let straight = row[170...].reduce(0, +)
    #expect(abs(right / straight - 4) < 1e-6)
    let fade = CosineFade(2.82, cutoff: 3.2).value
    #expect(abs(row.reduce(0, +) - 15 * fade * fade) < 1e-6)
  }

  @Test("Slopes of distances and angles agree with differences")
  func slopes() throws {
    for elements in [nil, try StructureSamples.elements] {
      let rdf = try RadialDistribution(elements: elements, cutoff: 4, bins: 12, smearing: 0.3)
      let adf = try AngularDistribution(elements: elements, cutoff: 3.6, bins: 9, smearing: 12)
      for structure in [
        AtomicStructure(try StructureSamples.disordered()),
        AtomicStructure(try StructureSamples.molecule()),
      ] {
        #expect(try StructureSamples.slopeError(rdf, structure) < 1e-6)
        #expect(try StructureSamples.slopeError(adf, structure) < 1e-6)
      }
    }
  }

  private static let weightings: [(ManyBodyTerm.Geometry, ManyBodyTerm.Weighting)] = [
    (.distance, .exponential(scale: 0.8, threshold: 1e-3)),
    (.inverseDistance, .exponential(scale: 0.8, threshold: 1e-3)),
    (.inverseDistance, .inverseSquare(cutoff: 4.4)),
    (.angle, .exponential(scale: 0.9, threshold: 1e-4)),
    (.cosine, .exponential(scale: 0.9, threshold: 1e-4)),
    (.angle, .smoothCutoff(3.9, sharpness: 2)), (.cosine, .smoothCutoff(3.9, sharpness: 3)),
  ]

  private static func term(
    _ geometry: ManyBodyTerm.Geometry, _ weighting: ManyBodyTerm.Weighting,
    _ normalization: ManyBodyTerm.Normalization
  ) throws -> ManyBodyTerm {
    let (range, smearing) =
      switch geometry {
      case .atomicNumber: (1.0...40, 1.0)
      case .distance: (1.0...5, 0.3)
      case .inverseDistance: (0.1...0.8, 0.05)
      case .angle: (20.0...170, 15)
      case .cosine: (-1.0...1, 0.2)
      }
    return try ManyBodyTerm(
      geometry, weighting: weighting, normalization: normalization, range: range, bins: 7,
      smearing: smearing)
  }

  @Test(
    "Slopes of many-body terms agree with differences",
    arguments: ManyBodyTerm.Normalization.allCases)
  func manyBodySlopes(_ normalization: ManyBodyTerm.Normalization) throws {
    let crystal = AtomicStructure(try StructureSamples.disordered())
    let molecule = AtomicStructure(try StructureSamples.molecule())
    let elements = try StructureSamples.elements
    for (geometry, weighting) in Self.weightings {
      let mbtr = try MBTR(
        elements: elements, terms: [Self.term(geometry, weighting, normalization)])
      #expect(try StructureSamples.slopeError(mbtr, crystal, step: 2e-5) < 2e-6)
      guard normalization != .valleOganov else { continue }
      #expect(try StructureSamples.slopeError(mbtr, molecule, step: 2e-5) < 2e-6)
      let plain = try MBTR(
        elements: elements, terms: [Self.term(geometry, .none, normalization)])
      #expect(try StructureSamples.slopeError(plain, molecule, step: 2e-5) < 2e-6)
    }
  }

  @Test("Terms by atoms are those of a supercell")
  func supercell() throws {
    let crystal = try StructureSamples.disordered()
    let large = try StructureSamples.turned(crystal.supercell(SIMD3(1, 2, 2)))
    for (geometry, weighting) in Self.weightings + [(.atomicNumber, .none)] {
      for normalization in [ManyBodyTerm.Normalization.l2, .atoms] {
        let mbtr = try MBTR(
          elements: StructureSamples.elements,
          terms: [Self.term(geometry, weighting, normalization)])
        let (a, b) = (
          try mbtr.row(of: AtomicStructure(crystal)), try mbtr.row(of: AtomicStructure(large))
        )
        for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-9) }
        #expect(a.count == mbtr.columns.count && Set(mbtr.columns).count == a.count)
      }
    }
  }

  @Test("Water has one angle and two kinds of distances")
  func water() throws {
    let elements = try ["H", "O"].map(StructureSamples.element)
    let molecule = try Molecule(
      elements: [elements[1], elements[0], elements[0]],
      positions: [.zero, SIMD3(0.9584, 0, 0), SIMD3(-0.2396, 0.9279, 0)])
    let mbtr = try MBTR(
      elements: elements,
      terms: [
        ManyBodyTerm(.atomicNumber, range: 1...8, bins: 8, smearing: 0.01),
        ManyBodyTerm(.distance, range: 0...2, bins: 201, smearing: 0.01),
        ManyBodyTerm(.angle, range: 0...180, bins: 181, smearing: 1),
      ])
    let row = try mbtr.row(of: AtomicStructure(molecule))
    let names = mbtr.columns
    func sum(_ prefix: String) -> Double {
      zip(names, row).reduce(0) { $0 + ($1.0.hasPrefix(prefix) ? $1.1 : 0) }
    }
    #expect(abs(sum("mbtr atomic_number H ") - 2) < 1e-9)
    #expect(abs(sum("mbtr atomic_number O ") - 1) < 1e-9)
    #expect(abs(sum("mbtr distance H-O ") * 0.01 - 2) < 1e-9)
    #expect(abs(sum("mbtr distance H-H ") * 0.01 - 1) < 1e-9)
    #expect(abs(sum("mbtr angle H-O-H ") - 1) < 1e-9)
    #expect(abs(sum("mbtr angle H-H-O ") - 2) < 1e-9)
    #expect(abs(sum("mbtr angle H-H-H ")) < 1e-12)
  }

  @Test("Settings that do not fit are refused with a sentence")
  func refusals() throws {
    #expect(throws: StructureDescriptorError.self) {
      try ManyBodyTerm(
        .angle, weighting: .inverseSquare(cutoff: 4), range: 0...180, bins: 10, smearing: 1)
    }
    #expect(throws: StructureDescriptorError.self) {
      try ManyBodyTerm(.distance, range: 0...1, bins: 1, smearing: 1)
    }
    let endless = try MBTR(
      elements: StructureSamples.elements, terms: [Self.term(.distance, .none, .none)])
    #expect(throws: StructureDescriptorError.self) {
      try endless.row(of: AtomicStructure(StructureSamples.lowSymmetry()))
    }
    #expect(throws: StructureDescriptorError.self) { try RadialDistribution(cutoff: -1) }
    #expect(throws: StructureDescriptorError.self) { try AngularDistribution(smearing: 90) }
  }
}
