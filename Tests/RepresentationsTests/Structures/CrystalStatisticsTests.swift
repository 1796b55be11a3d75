import Foundation
import Matter
import Testing

@testable import Representations

@Suite("Statistics of crystals")
struct CrystalStatisticsTests {
  private let descriptor = CrystalStatistics()

  private func named(_ crystal: Crystal) throws -> [String: Double] {
    let row = try descriptor.row(of: AtomicStructure(crystal))
    return Dictionary(uniqueKeysWithValues: zip(descriptor.columns, row))
  }

  private func expectEqual(_ a: [Double], _ b: [Double]) {
    for (place, name) in descriptor.columns.enumerated() {
      let isEqual =
        (a[place].isNaN && b[place].isNaN)
        || abs(a[place] - b[place]) < 1e-6 * max(1, abs(a[place]))
      #expect(isEqual, "\(name): \(a[place]) and \(b[place])")
    }
  }

  private static func samples() throws -> [Crystal] {
    try [
      StructureSamples.rockSalt(), StructureSamples.lowSymmetry(), StructureSamples.disordered(),
      graphite(),
    ]
  }

  private static func graphite() throws -> Crystal {
    let half = 2.46 / 2
    return try StructureSamples.crystal(
      StructureSamples.lattice(
        SIMD3(2.46, 0, 0), SIMD3(-half, half * 3.0.squareRoot(), 0), SIMD3(0, 0, 6.71)),
      [
        ("C", SIMD3(0, 0, 0.25)), ("C", SIMD3(0, 0, 0.75)), ("C", SIMD3(1.0 / 3, 2.0 / 3, 0.25)),
        ("C", SIMD3(2.0 / 3, 1.0 / 3, 0.75)),
      ])
  }

  @Test("Cell, supercell, orientation, origin and order do not matter")
  func invariance() throws {
    for crystal in try Self.samples() {
      let row = try descriptor.row(of: AtomicStructure(crystal))
      #expect(row.count == descriptor.columns.count)
      let large = try crystal.supercell(
        IntegerMatrix(SIMD3(1, 1, 0), SIMD3(0, 2, 1), SIMD3(0, 0, 2)))
      expectEqual(row, try descriptor.row(of: AtomicStructure(large)))
      expectEqual(
        row, try descriptor.row(of: AtomicStructure(StructureSamples.turned(crystal))))
      let order = Array(crystal.positions.indices.reversed())
      let turned = try Crystal(
        lattice: crystal.lattice, occupants: order.flatMap { Array(crystal.occupants(of: $0)) },
        counts: order.map { crystal.occupants(of: $0).count },
        positions: order.map { crystal.positions[$0] })
      expectEqual(row, try descriptor.row(of: AtomicStructure(turned)))
    }
  }

  @Test("Columns have one name each")
  func names() {
    let columns = descriptor.columns
    #expect(Set(columns).count == columns.count && columns.count > 200)
    #expect(columns.allSatisfy { $0.hasPrefix("structure ") })
  }

  @Test("Rock salt is what the books say")
  func rockSalt() throws {
    let row = try named(StructureSamples.rockSalt())
    // 4 × 58.44 u in 5.64³ Å³.
    #expect(abs((row["structure density"] ?? 0) - 2.163) < 0.002)
    #expect(row["structure cubic"] == 1 && row["structure trigonal"] == 0)
    #expect(row["structure point group order"] == 48 && row["structure lattice points"] == 4)
    #expect(row["structure centrosymmetric"] == 1 && row["structure polar"] == 0)
    #expect(row["structure symmorphic"] == 1 && row["structure chiral"] == 0)
    #expect(row["structure sites"] == 2 && row["structure complexity"] == 1)
    #expect(abs((row["structure mean nearest distance"] ?? 0) - 2.82) < 1e-9)
    #expect(abs((row["structure mean coordination"] ?? 0) - 6) < 0.01)
    #expect(row["structure bonds between equals"].map { $0 < 0.01 } == true)
    // e²/(4πε₀) 1.747565 / 2.82 Å over two atoms.
    #expect(abs((row["structure electrostatic energy"] ?? 0) + 4.4617) < 1e-3)
    #expect(abs((row["structure charge"] ?? 0) - 1) < 1e-9)
    let difference = row["structure mean electronegativity difference"] ?? 0
    #expect(abs(difference - 2.23) < 0.03)
  }

  @Test("Graphite has layers, rock salt a network")
  func layers() throws {
    let layered = try named(Self.graphite())
    #expect((layered["structure gap between layers"] ?? 0) > 2)
    #expect((layered["structure smallest bond direction"] ?? 1) < 0.05)
    let network = try named(StructureSamples.rockSalt())
    #expect(network["structure gap between layers"] == 1)
    #expect(abs((network["structure smallest bond direction"] ?? 0) - 1.0 / 3) < 1e-3)
    // The Raman line of graphite lies at 1582 1/cm.
    #expect((1000...2500).contains(layered["structure highest mode"] ?? 0))
  }

  @Test("Disorder is accepted and counted")
  func disorder() throws {
    let row = try named(StructureSamples.disordered())
    #expect(row["structure disordered sites"] == 0.5)
    #expect(abs((row["structure vacancies"] ?? 0) - 0.1) < 1e-12)
    #expect((row["structure configurational entropy"] ?? 0) > 0.3)
    #expect(row["structure density"]?.isFinite == true)
  }

  @Test("Two half-filled places of one atom are one site")
  func alternatives() throws {
    let lattice = try StructureSamples.cubic(4)
    let (cesium, chlorine) = (
      try StructureSamples.element("Cs"), try StructureSamples.element("Cl")
    )
    let split = try Crystal(
      lattice: lattice,
      occupants: [
        Occupant(Species(cesium)), Occupant(Species(chlorine), occupancy: 0.5),
        Occupant(Species(chlorine), occupancy: 0.5),
      ], positions: [.zero, SIMD3(0.5, 0.5, 0.45), SIMD3(0.5, 0.5, 0.55)])
    let row = try named(split)
    let whole = try named(
      StructureSamples.crystal(lattice, [("Cs", .zero), ("Cl", SIMD3(repeating: 0.5))]))
    for name in ["mean nearest distance", "mean coordination", "bond modulus", "density"] {
      let (a, b) = (row["structure \(name)"] ?? 0, whole["structure \(name)"] ?? 1)
      #expect(abs(a - b) < 1e-6, "\(name)")
    }
  }

  @Test("Molecules and full sites in one place are refused with a sentence")
  func refusals() throws {
    #expect(throws: StructureDescriptorError.notPeriodic(descriptor: "structure")) {
      try descriptor.row(of: AtomicStructure(StructureSamples.molecule()))
    }
    let crystal = try StructureSamples.crystal(
      StructureSamples.cubic(4), [("Na", .zero), ("Cl", SIMD3(1, 0, 0))])
    #expect(throws: StructureDescriptorError.coincidentSites(0, 1)) {
      try descriptor.row(of: AtomicStructure(crystal))
    }
  }

  @Test("Elements that nothing is known of leave gaps, not errors")
  func unknownElement() throws {
    let row = try descriptor.row(
      of: AtomicStructure(
        StructureSamples.crystal(StructureSamples.cubic(3.5), [("Og", .zero)])))
    #expect(row.contains(where: \.isNaN) && row.contains(where: \.isFinite))
    #expect(row.allSatisfy { $0.isNaN || $0.isFinite })
  }
}
