import Foundation
import Matter
import Testing

@testable import Simulation

@Suite("Engines over i-PI")
struct IPIEngineTests {
  @Test(
    "LAMMPS over a socket agrees with LAMMPS by files, for a series with one start",
    .enabled(
      if: Engines.hasLAMMPS && Engines.hasPotentials,
      "LAMMPS is not installed; Scripts/setup.sh engines installs it."))
  func lammps() throws {
    let engine = IPIEngine(.init(.lammps(Engines.silicon.configuration)))
    let crystals = try [0.0, 0.02, -0.03].map {
      try Engines.stretched(
        Engines.diamond("Si", edge: 5.4, shift: SIMD3($0, 0.01, -$0)), by: $0)
    }
    for (crystal, theirs) in zip(crystals, try engine.evaluate(crystals)) {
      let ours = try Engines.silicon.compute(EngineTask(crystal)).evaluation
      #expect(abs(theirs.energy - ours.energy) < 1e-5)
      for (a, b) in zip(theirs.forces, ours.forces) { #expect(length(a - b) < 1e-5) }
      for (a, b) in zip(theirs.stress.voigt, ours.stress.voigt) {
        #expect(abs(a - b) * Stress.gigapascals < 1e-2)
      }
    }
  }

  @Test(
    "A relaxation at fixed cell ends where that of LAMMPS ends",
    .enabled(
      if: Engines.hasLAMMPS && Engines.hasPotentials,
      "LAMMPS is not installed; Scripts/setup.sh engines installs it."))
  func relaxes() throws {
    var configuration = IPIEngine.Configuration(.lammps(Engines.silicon.configuration))
    configuration.tolerances.force = 1e-3
    let start = try Engines.diamond("Si", edge: 5.431, shift: SIMD3(0.05, 0.02, -0.04))
    let found = try IPIEngine(configuration).compute(EngineTask(start, .relaxation(.fixed)))
    #expect(abs(found.energyPerAtom + 4.3366) < 2e-4)
    #expect(found.fidelity == "LAMMPS sw Si.sw" && found.version.hasPrefix("LAMMPS ("))
    #expect(throws: EngineError.self) {
      try IPIEngine(configuration).compute(EngineTask(start, .relaxation(.full)))
    }
  }

  @Test("A program that is no client ends in a sentence")
  func noClient() throws {
    var configuration = IPIEngine.Configuration(
      .command(["sh", "-c", "echo no such calculator >&2; exit 3"], fidelity: "x"))
    configuration.limits.timeLimitSeconds = 5
    let engine = IPIEngine(configuration) { _ in "" }
    let error = #expect(throws: EngineError.self) {
      try engine.compute(EngineTask(Engines.diamond("Si", edge: 5.4)))
    }
    #expect(error?.description == "sh failed: no such calculator")
  }

  @Test(
    "pw.x over a socket agrees with pw.x by files",
    .enabled(
      if: Engines.hasQuantumEspresso,
      "Quantum ESPRESSO is not installed; Scripts/setup.sh engines installs it."))
  func quantumEspresso() throws {
    let settings = QuantumEspressoTests.settings
    let crystal = try Engines.diamond("Si", edge: 5.3, shift: SIMD3(0.02, 0, 0.01))
    let engine = IPIEngine(.init(.quantumEspresso(settings)))
    let theirs = try engine.compute(EngineTask(crystal)).evaluation
    let ours = try QuantumEspresso(settings).compute(EngineTask(crystal)).evaluation
    #expect(abs(theirs.energy - ours.energy) < 1e-4)
    for (a, b) in zip(theirs.forces, ours.forces) { #expect(length(a - b) < 1e-3) }
    #expect(abs(theirs.stress.pressureGPa - ours.stress.pressureGPa) < 0.05)
  }

  /// ASE's own client, with its effective-medium theory.
  static let python = URL(fileURLWithPath: #filePath)
    .appendingPathComponent("../../../../.deps/py/bin/python").standardizedFileURL.path
  static let hasASE: Bool = {
    let library = URL(fileURLWithPath: python)
      .appendingPathComponent("../../lib").standardizedFileURL
    let versions = try? FileManager.default.contentsOfDirectory(atPath: library.path)
    return (versions ?? []).contains {
      FileManager.default.fileExists(
        atPath: library.appendingPathComponent("\($0)/site-packages/ase/calculators/emt.py").path)
    }
  }()
  static let client = """
    import json, sys
    from ase.calculators.emt import EMT
    from ase.calculators.socketio import SocketClient
    from ase.io import read
    atoms = read("structure.xyz")
    atoms.calc = EMT()
    if sys.argv[1] == "alone":
        print(json.dumps([atoms.get_potential_energy(), atoms.get_forces().tolist(),
                          atoms.get_stress().tolist()]))
    else:
        SocketClient(host=sys.argv[1], port=int(sys.argv[2])).run(atoms, use_stress=True)

    """

  @Test(
    "ASE's SocketClient answers over the socket what it answers alone",
    .enabled(if: Self.hasASE, "ASE is not installed; Scripts/setup.sh peers installs it."))
  func atomicSimulationEnvironment() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-ase-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let script = folder.appendingPathComponent("client.py")
    try Self.client.write(to: script, atomically: true, encoding: .utf8)
    let crystal = try Engines.stretched(Engines.faceCentered("Cu", edge: 3.7), by: 0.02)
    let engine = IPIEngine(
      .init(.command([Self.python, script.path, "{host}", "{port}"], fidelity: "EMT"))
    ) { Self.extendedXYZ($0) }
    let theirs = try engine.compute(EngineTask(crystal))
    #expect(theirs.fidelity == "EMT")
    try Self.extendedXYZ(crystal).write(
      to: folder.appendingPathComponent("structure.xyz"), atomically: true, encoding: .utf8)
    let child = ChildProcess(command: [Self.python, script.path, "alone"], folder: folder.path)
    #expect(try child.run(timeLimit: 60) == .exit(0))
    let text = try String(
      contentsOf: folder.appendingPathComponent("output.txt"), encoding: .utf8)
    let alone = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Any])
    #expect(abs(theirs.evaluation.energy - (try #require(alone[0] as? Double))) < 1e-8)
    let stress = try #require(alone[2] as? [Double])
    for (ours, own) in zip(theirs.evaluation.stress.voigt, stress) {
      #expect(abs(ours - own) < 1e-8, "\(theirs.evaluation.stress.voigt) \(stress)")
    }
  }

  private static func extendedXYZ(_ crystal: Crystal) -> String {
    let lattice = crystal.lattice
    let cell = [lattice.a, lattice.b, lattice.c].flatMap { [$0.x, $0.y, $0.z] }
    let rows = zip(crystal.elements ?? [], crystal.cartesianPositions).map {
      "\($0.symbol) \($1.x) \($1.y) \($1.z)\n"
    }
    return "\(rows.count)\nLattice=\"\(cell.map { "\($0)" }.joined(separator: " "))\" "
      + "Properties=species:S:1:pos:R:3 pbc=\"T T T\"\n" + rows.joined()
  }
}
