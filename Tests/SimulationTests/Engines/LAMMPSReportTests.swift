import Matter
import Testing

@testable import Simulation

/// What is read from LAMMPS, without the program.
@Suite("Texts of LAMMPS")
struct LAMMPSReportTests {
  static let output = """
    LAMMPS (29 Sep 2021 - Update 2)
    Step PotEng Lx Ly Lz Xy Xz Yz c_virial[1] c_virial[2] c_virial[3] c_virial[4] c_virial[5] c_virial[6]
           3 -8.5 4 4 4 0 0 0 1000 2000 3000 0 0 400
    Loop time of 1.0e-06 on 1 procs for 0 steps with 2 atoms
    """
  static let dump = """
    ITEM: TIMESTEP
    3
    ITEM: ATOMS id xs ys zs fx fy fz
    1 0.99 0 0 0.5 0 0
    2 0.5 0.5 0.5 -0.5 0 0
    """

  static func crystal() throws -> Crystal {
    let silicon = try Engines.element("Si")
    return try Crystal(
      lattice: try Lattice(a: SIMD3(0, 4, 0), b: SIMD3(0, 0, 4), c: SIMD3(4, 0, 0)),
      elements: [silicon, silicon], positions: [.zero, SIMD3(repeating: 0.5)])
  }

  @Test("Turns forces and stress back into the frame of the crystal and positions near their own")
  func reads() throws {
    let crystal = try Self.crystal()
    let data = try LAMMPSData(crystal, elements: [Engines.element("Si")])
    let report = try LAMMPSReport(output: Self.output, dump: Self.dump, of: crystal, data)
    // LAMMPS' x, y, z are the crystal's y, z, x.
    #expect(length(report.evaluation.forces[0] - SIMD3(0, 0.5, 0)) < 1e-12)
    let stress = report.evaluation.stress
    // 1000 bar of pressure are −0.1 GPa.
    #expect(abs(stress.yy * Stress.gigapascals + 0.1) < 1e-9)
    #expect(abs(stress.zz * Stress.gigapascals + 0.2) < 1e-9)
    #expect(abs(stress.xx * Stress.gigapascals + 0.3) < 1e-9)
    #expect(abs(stress.xz * Stress.gigapascals + 0.04) < 1e-9)
    #expect(abs(report.crystal.positions[0].x + 0.01) < 1e-12)
    #expect(report.version == "LAMMPS (29 Sep 2021 - Update 2)")
  }

  @Test("Texts that are cut off anywhere are refused or read, and never trap")
  func cutOff() throws {
    let crystal = try Self.crystal()
    let data = try LAMMPSData(crystal, elements: [Engines.element("Si")])
    let (output, dump) = (Array(Self.output), Array(Self.dump))
    var refused = 0
    for count in 0..<output.count + dump.count {
      do throws(EngineError) {
        _ = try LAMMPSReport(
          output: String(output.prefix(count)),
          dump: String(dump.prefix(max(0, count - output.count))), of: crystal, data)
      } catch {
        refused += 1
      }
    }
    #expect(refused > output.count)
  }

  @Test(
    "Errors are classified by their words",
    arguments: [
      ("ERROR: KIM Model name not found (a.cpp:1)", "x is not installed"),
      ("ERROR: GetSpeciesSupportAndCode: symbol not found: Fe (a.cpp:1)", "no potential for Fe"),
      ("ERROR on proc 0: Failed to allocate 9 bytes of memory", "want of memory"),
      ("ERROR: Lost atoms: original 2 current 1", "LAMMPS failed: ERROR: Lost atoms"),
    ])
  func errors(_ text: String, _ expected: String) throws {
    let error = try #require(LAMMPSReport.error(in: "a\n\(text)\nb", potential: "x"))
    #expect(error.description.contains(expected))
    #expect(LAMMPSReport.error(in: Self.output, potential: "x") == nil)
  }
}
