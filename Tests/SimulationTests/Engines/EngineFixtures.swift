import Foundation
import Matter
import Testing

@testable import Simulation

/// Crystals, and where the programs are that some tests need.
enum Engines {
  static let hasLAMMPS = EngineProgram.path("lmp") != nil
  static let hasPotentials = FileManager.default.fileExists(
    atPath: LAMMPSPotential.folder + "/Si.sw")
  static let hasQuantumEspresso =
    EngineProgram.path("pw.x") != nil
    && FileManager.default.fileExists(atPath: "/usr/share/espresso/pseudo/Si.pz-vbc.UPF")

  static let siliconModel = "SW_StillingerWeber_1985_Si__MO_405512056662_005"
  static let hasModels = FileManager.default.fileExists(
    atPath: "/usr/lib/x86_64-linux-gnu/kim-api/portable-models/\(siliconModel)")

  static let silicon = LAMMPSEngine(.init(.file(.stillingerWeber, "Si.sw")))
  static let copper = LAMMPSEngine(.init(.file(.embeddedAtomAlloy, "Cu_mishin1.eam.alloy")))

  static func element(_ symbol: String) throws -> Element {
    try #require(Element(symbol: symbol))
  }

  /// Two atoms in the primitive cell of an edge, the second off its site by `shift` in fractions.
  static func diamond(
    _ symbol: String, edge: Double, shift: SIMD3<Double> = .zero
  ) throws -> Crystal {
    let h = edge / 2
    let lattice = try Lattice(a: SIMD3(0, h, h), b: SIMD3(h, 0, h), c: SIMD3(h, h, 0))
    let element = try element(symbol)
    return try Crystal(
      lattice: lattice, elements: [element, element],
      positions: [.zero, SIMD3(repeating: 0.25) + shift])
  }

  /// One atom in the primitive cell.
  static func faceCentered(_ symbol: String, edge: Double) throws -> Crystal {
    let h = edge / 2
    return try Crystal(
      lattice: try Lattice(a: SIMD3(0, h, h), b: SIMD3(h, 0, h), c: SIMD3(h, h, 0)),
      elements: [try element(symbol)], positions: [.zero])
  }

  /// The crystal with one site moved by so many Å.
  static func moved(_ crystal: Crystal, site: Int, by step: SIMD3<Double>) throws -> Crystal {
    var positions = crystal.positions
    positions[site] += crystal.lattice.fractional(step)
    return try Crystal(
      lattice: crystal.lattice, occupants: crystal.occupants, positions: positions)
  }

  /// The crystal with its cell stretched along x by a share.
  static func stretched(_ crystal: Crystal, by share: Double) throws -> Crystal {
    let stretch = SIMD3(1 + share, 1, 1)
    let lattice = crystal.lattice
    return try Crystal(
      lattice: try Lattice(a: lattice.a * stretch, b: lattice.b * stretch, c: lattice.c * stretch),
      occupants: crystal.occupants, positions: crystal.positions)
  }

  /// Checks force and stress against differences of energies.
  ///
  /// - Parameters:
  ///   - step: Å, and share of the cell.
  ///   - tolerance: Of the force, eV/Å; of the stress, GPa, ten times as much.
  static func checkDerivatives(
    of crystal: Crystal, step: Double, tolerance: Double,
    _ compute: (Crystal) throws -> Evaluation
  ) throws {
    let here = try compute(crystal)
    for axis in 0..<3 {
      var move = SIMD3<Double>.zero
      move[axis] = step
      let up = try compute(moved(crystal, site: 1, by: move)).energy
      let down = try compute(moved(crystal, site: 1, by: -move)).energy
      let force = -(up - down) / (2 * step)
      #expect(abs(force - here.forces[1][axis]) < tolerance, "axis \(axis)")
    }
    let longer = try compute(stretched(crystal, by: step)).energy
    let shorter = try compute(stretched(crystal, by: -step)).energy
    let stress = (longer - shorter) / (2 * step * crystal.volume) * Stress.gigapascals
    #expect(abs(stress - here.stress.xx * Stress.gigapascals) < 10 * tolerance)
  }
}
