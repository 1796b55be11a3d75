import Foundation
import Matter
import Testing

@testable import Simulation

@Suite(
  "Quantum ESPRESSO as an engine",
  .enabled(
    if: Engines.hasQuantumEspresso,
    "Quantum ESPRESSO is not installed; Scripts/setup.sh engines installs it."))
struct QuantumEspressoTests {
  static var settings: QuantumEspresso.Configuration {
    var settings = QuantumEspresso.Configuration()
    settings.functional = .lda
    settings.cutoffRydberg = 16
    settings.kPointSpacing = 0.7
    return settings
  }

  @Test("Energy, force and stress of silicon are those that pw.x prints for its own input")
  func silicon() throws {
    let crystal = try Engines.diamond("Si", edge: 5.4, shift: SIMD3(0.01, 0, 0))
    let found = try QuantumEspresso(Self.settings).compute(EngineTask(crystal))
    #expect(found.version == "Quantum ESPRESSO 6.7MaX" && found.attempts == 1)
    #expect(found.fidelity == "pw.x LDA 16 Ry")
    // pw.x 6.7 with an input written by hand (16 Ry, 3×3×3 points, cold smearing of 0.1 eV):
    // −15.79224528 Ry, 0.01576836 Ry/bohr along y, 2.26 kbar.
    #expect(abs(found.evaluation.energy + 15.792_245_28 * 13.605_693) < 1e-4)
    #expect(abs(found.evaluation.forces[0].y - 0.015_768_36 * 25.711_043) < 1e-4)
    #expect(length(found.evaluation.forces[0] + found.evaluation.forces[1]) < 1e-4)
    #expect(abs(found.evaluation.stress.pressureGPa - 0.226) < 2e-3)
  }

  @Test("Forces are derivatives of the energy")
  func derivatives() throws {
    var settings = Self.settings
    settings.convergenceRydberg = 1e-10
    let crystal = try Engines.diamond("Si", edge: 5.3, shift: SIMD3(0.02, -0.01, 0.015))
    let engine = QuantumEspresso(settings)
    let here = try engine.compute(EngineTask(crystal)).evaluation
    let step = 0.01
    let up = try engine.compute(
      EngineTask(Engines.moved(crystal, site: 1, by: SIMD3(0, step, 0)))
    ).evaluation.energy
    let down = try engine.compute(
      EngineTask(Engines.moved(crystal, site: 1, by: SIMD3(0, -step, 0)))
    ).evaluation.energy
    #expect(abs(-(up - down) / (2 * step) - here.forces[1].y) < 2e-3)
    #expect(abs(here.forces[1].y) > 0.1)
  }

  @Test("A compressed crystal has positive pressure, a stretched one negative")
  func sign() throws {
    for (edge, isCompressed) in [(5.0, true), (5.9, false)] {
      let crystal = try Engines.diamond("Si", edge: edge)
      let found = try QuantumEspresso(Self.settings).compute(EngineTask(crystal))
      #expect((found.evaluation.stress.pressureGPa > 0) == isCompressed)
    }
  }

  @Test("Electrons that do not converge are tried again with more iterations, then reported")
  func retries() throws {
    var settings = Self.settings
    settings.maximumIterations = 3
    settings.attempts = 1
    let crystal = try Engines.diamond("Si", edge: 5.4)
    let error = #expect(throws: EngineError.self) {
      try QuantumEspresso(settings).compute(EngineTask(crystal))
    }
    #expect(error?.description.hasPrefix("The electrons of pw.x did not converge") == true)
    settings.attempts = 3
    let found = try QuantumEspresso(settings).compute(EngineTask(crystal))
    #expect(found.attempts > 1)
  }

  @Test("Elements without a pseudopotential of the functional are refused before the start")
  func refuses() throws {
    let sodium = try Engines.element("Na")
    #expect(
      throws: EngineError.noPotential(sodium, in: "/usr/share/espresso/pseudo for LDA")
    ) {
      try QuantumEspresso(Self.settings).check([sodium])
    }
    var settings = Self.settings
    settings.pseudopotentials = ["Si": "Al.pz-vbc.UPF"]
    #expect(throws: EngineError.self) {
      try QuantumEspresso(settings).check([Engines.element("Si")])
    }
    settings = Self.settings
    settings.cutoffRydberg = -1
    #expect(throws: EngineError.self) {
      try QuantumEspresso(settings).check([Engines.element("Si")])
    }
  }
}
