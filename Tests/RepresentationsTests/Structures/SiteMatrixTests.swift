import DenseMath
import Foundation
import Matter
import TestKit
import Testing

@testable import Representations

@Suite("Matrices of sites")
struct SiteMatrixTests {
  @Test("Agree with DScribe", .enabled(if: SharedFolder.has("golden/descriptors")))
  func matchesReference() throws {
    let cases = try SharedFolder.goldenCases("descriptors")
    #expect(!cases.isEmpty)
    for (testCase, expected) in cases {
      let vectors = try #require(testCase["lattice"] as? [[Double]]).map { SIMD3($0) }
      let crystal = try Crystal(
        lattice: Lattice(a: vectors[0], b: vectors[1], c: vectors[2]),
        elements: #require(testCase["species"] as? [String]).map(StructureSamples.element),
        positions: #require(testCase["frac"] as? [[Double]]).map { SIMD3($0) })
      let structure = AtomicStructure(crystal)
      let kinds: [(String, SiteMatrix.Kind, SiteMatrixDescriptor.Form, Double)] = [
        ("sine_matrix", .sine, .full, 1e-8),
        ("sine_matrix_eigenspectrum", .sine, .eigenvalues, 1e-8),
        ("coulomb_matrix_eigenspectrum_nonperiodic", .coulomb, .eigenvalues, 1e-8),
        // The reference stops at an accuracy of 1e-5.
        ("ewald_sum_eigenspectrum", .ewald(.fine), .eigenvalues, 1e-6),
      ]
      for (field, kind, form, tolerance) in kinds {
        let reference = try #require(expected[field] as? [Double])
        let row = try SiteMatrixDescriptor(kind, form: form, mostSites: crystal.siteCount)
          .row(of: structure)
        let scale = reference.map(abs).max() ?? 1
        for (a, b) in zip(row, reference) { #expect(abs(a - b) < tolerance * scale, "\(field)") }
        #expect(row.count == reference.count)
      }
    }
  }

  @Test("Rock salt has Madelung's constant")
  func madelung() throws {
    let sum = try EwaldSum(of: AtomicStructure(StructureSamples.rockSalt()), .fine)
    let energy = try sum.siteEnergies(of: [1, -1]).reduce(0, +)
    // OEIS A085469.
    #expect(abs(energy * 2.82 + 1.747_564_594_633_182) < 1e-7)
  }

  @Test("An Ewald sum does not depend on the screening", arguments: [0.3, 0.45, 0.8])
  func screening(_ screening: Double) throws {
    let structure = AtomicStructure(try StructureSamples.disordered())
    let one = try SiteMatrix(.ewald(.fine), of: structure).matrix
    let accuracy = try EwaldAccuracy(tolerance: 1e-10, screening: screening)
    let other = try SiteMatrix(.ewald(accuracy), of: structure).matrix
    for (a, b) in zip(one.elements, other.elements) { #expect(abs(a - b) < 1e-5) }
  }

  @Test("The energy of charges is that of the matrix")
  func energies() throws {
    let structure = AtomicStructure(try StructureSamples.lowSymmetry())
    let matrix = try SiteMatrix(.ewald(.fine), of: structure).matrix
    let charges = structure.meanAtomicNumbers
    let energy = try EwaldSum(of: structure, .fine).siteEnergies(of: charges).reduce(0, +)
    var sum = 0.0
    for i in 0..<4 { for j in i..<4 { sum += matrix[i, j] } }
    #expect(abs(energy - sum) < 1e-6 * abs(sum))
  }

  @Test("Slopes agree with differences", arguments: SiteMatrixDescriptor.Form.allCases)
  func slopes(_ form: SiteMatrixDescriptor.Form) throws {
    let crystal = AtomicStructure(try StructureSamples.disordered())
    for kind in [SiteMatrix.Kind.coulomb, .sine, .ewald(.fine)] {
      let descriptor = try SiteMatrixDescriptor(kind, form: form, mostSites: 6)
      #expect(try StructureSamples.slopeError(descriptor, crystal) < 1e-6)
    }
    let descriptor = try SiteMatrixDescriptor(.coulomb, form: form, mostSites: 5)
    let molecule = AtomicStructure(try StructureSamples.molecule())
    #expect(try StructureSamples.slopeError(descriptor, molecule) < 1e-6)
  }

  @Test("Equal eigenvalues share the slope of their mean")
  func degenerate() throws {
    let oxygen = try StructureSamples.element("O")
    let triangle = AtomicStructure(
      try Molecule(
        elements: [oxygen, oxygen, oxygen],
        positions: [
          SIMD3(1, 0, 0), SIMD3(-0.5, 0.75.squareRoot(), 0), SIMD3(-0.5, -0.75.squareRoot(), 0),
        ]))
    let descriptor = try SiteMatrixDescriptor(.coulomb, mostSites: 3)
    let found = try descriptor.derivatives(of: triangle)
    #expect(abs(found.row[1] - found.row[2]) < 1e-9)
    let step = SIMD3(1e-4, 0, 0)
    let up = try descriptor.row(of: StructureSamples.moved(triangle, site: 0, by: step))
    let down = try descriptor.row(of: StructureSamples.moved(triangle, site: 0, by: -step))
    let mean = (up[1] + up[2] - down[1] - down[2]) / 4e-4
    #expect(abs(found.slope(of: 1, site: 0).x - mean) < 1e-5)
    #expect(found.slope(of: 1, site: 0) == found.slope(of: 2, site: 0))
  }

  @Test("Rows are filled up with zeros; too many sites are refused")
  func width() throws {
    let structure = AtomicStructure(try StructureSamples.rockSalt())
    let descriptor = try SiteMatrixDescriptor(.sine, form: .full, mostSites: 3)
    let row = try descriptor.row(of: structure)
    #expect(row.count == 9 && descriptor.columns.count == 9)
    #expect(row[2] == 0 && row[5] == 0 && row[6...].allSatisfy { $0 == 0 } && row[3] == row[1])
    let small = try SiteMatrixDescriptor(.sine, mostSites: 1)
    #expect(
      throws: StructureDescriptorError.tooManySites(2, most: 1, descriptor: "the sine matrix")
    ) {
      try small.row(of: structure)
    }
    #expect(throws: StructureDescriptorError.self) {
      try descriptor.row(of: AtomicStructure(StructureSamples.molecule()))
    }
  }

  @Test("Sites in one place are refused")
  func coincident() throws {
    let crystal = try StructureSamples.crystal(
      StructureSamples.cubic(4), [("Na", .zero), ("Cl", SIMD3(1, 0, 0))])
    let structure = AtomicStructure(crystal)
    for kind in [SiteMatrix.Kind.sine, .ewald(.fine)] {
      #expect(throws: StructureDescriptorError.coincidentSites(0, 1)) {
        try SiteMatrix(kind, of: structure)
      }
    }
  }
}
