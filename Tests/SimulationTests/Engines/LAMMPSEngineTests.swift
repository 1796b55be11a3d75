import Foundation
import Matter
import Testing

@testable import Simulation

@Suite(
  "LAMMPS as an engine",
  .enabled(
    if: Engines.hasLAMMPS && Engines.hasPotentials,
    "LAMMPS is not installed; Scripts/setup.sh engines installs it."))
struct LAMMPSEngineTests {
  @Test("Stillinger and Weber's silicon has their lattice constant and energy")
  func silicon() throws {
    // Phys. Rev. B 31, 5262 (1985): 5.431 Å, and −2 ε = −4.3363 eV an atom.
    let start = try Engines.diamond("Si", edge: 5.6, shift: SIMD3(0.01, -0.02, 0.005))
    let found = try Engines.silicon.compute(EngineTask(start, .relaxation(.full)))
    #expect(abs(found.energyPerAtom + 4.3366) < 2e-4)
    let edge = cubeRoot(found.volumePerAtom * 8)
    #expect(abs(edge - 5.431) < 1e-3)
    #expect(found.evaluation.forces.allSatisfy { length($0) < 0.02 })
    #expect(found.evaluation.stress.largest * Stress.gigapascals < 0.1)
    #expect(found.version.hasPrefix("LAMMPS ("))
    #expect(found.fidelity == "LAMMPS sw Si.sw")
  }

  @Test("Mishin's copper has its lattice constant and cohesive energy")
  func copper() throws {
    // Mishin et al., Phys. Rev. B 63, 224106 (2001): 3.615 Å, −3.54 eV.
    let start = try Engines.faceCentered("Cu", edge: 3.7)
    let found = try Engines.copper.compute(EngineTask(start, .relaxation(.volume)))
    #expect(abs(found.energyPerAtom + 3.54) < 1e-3)
    #expect(abs(cubeRoot(found.volumePerAtom * 4) - 3.615) < 1e-3)
  }

  @Test("Forces and stress are derivatives of the energy, in the frame of the crystal")
  func derivatives() throws {
    let crystal = try Engines.stretched(
      Engines.diamond("Si", edge: 5.3, shift: SIMD3(0.02, -0.01, 0.03)), by: 0.02)
    try Engines.checkDerivatives(of: crystal, step: 1e-4, tolerance: 1e-5) {
      try Engines.silicon.compute(EngineTask($0)).evaluation
    }
  }

  @Test("A compressed crystal has positive pressure, a stretched one negative")
  func sign() throws {
    for (edge, isCompressed) in [(5.2, true), (5.7, false)] {
      let found = try Engines.silicon.compute(EngineTask(Engines.diamond("Si", edge: edge)))
      #expect((found.evaluation.stress.pressureGPa > 0) == isCompressed)
    }
  }

  @Test("A relaxation at fixed cell keeps the cell and brings forces below the tolerance")
  func fixedCell() throws {
    let start = try Engines.diamond("Si", edge: 5.431, shift: SIMD3(0.03, 0.01, -0.02))
    let found = try Engines.silicon.compute(EngineTask(start, .relaxation(.fixed)))
    #expect(length(found.crystal.lattice.a - start.lattice.a) < 1e-9)
    let positions = found.crystal.cartesianPositions
    #expect(abs(length(positions[1] - positions[0]) - 5.431 * 3.0.squareRoot() / 4) < 1e-3)
  }

  @Test(
    "A model of OpenKIM agrees with the file of the same potential",
    .enabled(if: Engines.hasModels, "openkim-models is not installed; setup.sh engines does it."))
  func model() throws {
    let engine = LAMMPSEngine(.init(.model(Engines.siliconModel)))
    let crystal = try Engines.diamond("Si", edge: 5.4, shift: SIMD3(0.02, 0, 0.01))
    let theirs = try engine.compute(EngineTask(crystal)).evaluation
    let ours = try Engines.silicon.compute(EngineTask(crystal)).evaluation
    // The two give Stillinger and Weber's ε with four and with five digits.
    #expect(abs(theirs.energy / ours.energy - 1) < 1e-4)
    for (a, b) in zip(theirs.forces, ours.forces) { #expect(length(a - b) < 2e-3) }
    let carbon = try Engines.diamond("C", edge: 3.57)
    #expect(throws: EngineError.noPotential(try Engines.element("C"), in: engine.fidelity)) {
      try engine.compute(EngineTask(carbon))
    }
  }

  @Test("Refuses elements, files and models that are not there")
  func refuses() throws {
    let iron = try Engines.element("Fe")
    #expect(throws: EngineError.noPotential(iron, in: "\(LAMMPSPotential.folder)/Si.sw")) {
      try Engines.silicon.check([iron])
    }
    let nowhere = LAMMPSEngine(.init(.file(.tersoff, "/nowhere/x.tersoff")))
    let error = #expect(throws: EngineError.self) { try nowhere.check([iron]) }
    #expect(error?.description.contains("/nowhere/x.tersoff is not installed") == true)
    let unsafe = LAMMPSEngine(.init(.model("a metal\nshell rm")))
    #expect(throws: EngineError.self) { try unsafe.check([iron]) }
    let unknown = LAMMPSEngine(.init(.model("EAM_Nobody_1900_Cu__MO_000000000000_000")))
    let missing = #expect(throws: EngineError.self) {
      try unknown.compute(EngineTask(Engines.faceCentered("Cu", edge: 3.6)))
    }
    #expect(missing?.description.contains("is not installed") == true)
  }

  @Test("Says what did not converge, after all attempts")
  func notConverged() throws {
    var settings = Engines.silicon.configuration
    settings.tolerances.maximumSteps = 1
    settings.attempts = 1
    settings.tolerances.force = 1e-7
    let crystal = try Engines.diamond("Si", edge: 5.8, shift: SIMD3(0.05, 0.02, -0.03))
    let error = #expect(throws: EngineError.self) {
      try LAMMPSEngine(settings).compute(EngineTask(crystal, .relaxation(.full)))
    }
    #expect(error?.canRetry == true)
    settings.attempts = 6
    settings.tolerances.maximumSteps = 50
    settings.tolerances.force = 1e-3
    let found = try LAMMPSEngine(settings).compute(EngineTask(crystal, .relaxation(.full)))
    #expect(abs(found.energyPerAtom + 4.3366) < 2e-4)
  }

  @Test("Ends a program that takes too long, and tells a missing one")
  func limits() throws {
    var settings = Engines.silicon.configuration
    let crystal = try Engines.diamond("Si", edge: 5.4)
    settings.program = "/nowhere/lmp"
    #expect(throws: EngineError.self) { try LAMMPSEngine(settings).compute(EngineTask(crystal)) }
    settings = Engines.silicon.configuration
    settings.limits.timeLimitSeconds = 0.001
    #expect(throws: EngineError.timedOut(seconds: 0.001)) {
      try LAMMPSEngine(settings).compute(EngineTask(crystal))
    }
    settings.limits.timeLimitSeconds = 60
    settings.limits.memoryLimitMB = 20
    #expect(throws: EngineError.self) { try LAMMPSEngine(settings).compute(EngineTask(crystal)) }
  }
}
