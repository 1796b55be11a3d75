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
}
