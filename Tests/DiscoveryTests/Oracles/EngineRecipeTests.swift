import Design
import Formats
import Foundation
import Matter
import Simulation
import Testing

@testable import Discovery

@Suite("Recipes with engines")
struct EngineRecipeTests {
  static func engine(_ text: String) throws -> EngineOracle.Configuration {
    let recipe = try CampaignRecipeTests.read(
      """
      objective: {minimize: energyPerAtom}
      space: {structures: crystals}
      oracle:
        engine: \(text)
      """)
    #expect(recipe.space == .structures("crystals"))
    guard case .engine(let configuration) = recipe.oracle else { throw EngineError.disordered }
    return configuration
  }

  @Test("Reads a potential file or a model for LAMMPS")
  func lammps() throws {
    let found = try Self.engine(
      "{program: lammps, style: sw, potential: Si.sw, relax: none, timeLimit: 60, memoryMB: 500, "
        + "force: 0.001, stress: 0.2, maximumSteps: 20, attempts: 2, references: {Si: -4.3}}")
    var settings = LAMMPSEngine.Configuration(.file(.stillingerWeber, "Si.sw"))
    settings.attempts = 2
    settings.tolerances.force = 0.001
    settings.tolerances.stressGPa = 0.2
    settings.tolerances.maximumSteps = 20
    settings.limits.timeLimitSeconds = 60
    settings.limits.memoryLimitMB = 500
    var expected = EngineOracle.Configuration(.lammps(settings), relaxation: nil)
    expected.references = ["Si": -4.3]
    #expect(found == expected)
    let model = try Self.engine("{program: lammps, model: EAM_X__MO_1}")
    #expect(model == EngineOracle.Configuration(.lammps(.init(.model("EAM_X__MO_1")))))
    #expect(model.engine.engine.fidelity == "LAMMPS EAM_X__MO_1")
  }

  @Test("Reads the settings of pw.x")
  func quantumEspresso() throws {
    let found = try Self.engine(
      "{program: quantum-espresso, functional: LDA, cutoff: 20, densityCutoff: 90, "
        + "kPointSpacing: 0.4, smearing: 0.2, pseudopotentials: {Si: a.UPF}, "
        + "magnetization: {Fe: 0.5}, iterations: 50, relax: volume}")
    guard case .quantumEspresso(let settings) = found.engine else { throw EngineError.disordered }
    #expect(found.relaxation == .volume && settings.functional == .lda)
    #expect(settings.cutoffRydberg == 20 && settings.densityCutoffRydberg == 90)
    #expect(settings.kPointSpacing == 0.4 && settings.smearing == 0.2)
    #expect(settings.pseudopotentials == ["Si": "a.UPF"] && settings.maximumIterations == 50)
    #expect(found.engine.engine.fidelity == "pw.x LDA 20 Ry spin")
  }

  @Test("Reads clients of i-PI, whose cell stays")
  func ipi() throws {
    let found = try Self.engine("{program: ipi, client: lammps, style: tersoff, potential: a/b}")
    guard case .ipi(let settings) = found.engine, case .lammps = settings.client else {
      throw EngineError.disordered
    }
    #expect(found.relaxation == .fixed)
    let own = try Self.engine("{program: ipi, command: [python3, run.py, '{port}'], fidelity: EMT}")
    #expect(own.engine.engine.fidelity == "EMT")
  }

  @Test(
    "Says where a recipe is wrong",
    arguments: [
      "{program: vasp}", "{program: lammps}", "{program: lammps, potential: a, model: b}",
      "{program: quantum-espresso, cutof: 3}", "{program: lammps, model: a, attempts: 0}",
      "{program: ipi, command: [a]}", "{program: lammps, model: a, relax: most}",
      "{program: lammps, model: a, force: 0}", "{program: lammps, model: a, memoryMB: -1}",
    ])
  func refuses(_ text: String) {
    #expect(throws: ReadingError.self) { try Self.engine(text) }
  }

  @Test("Files with a slash stand relative to the recipe")
  func places() throws {
    var choice = EngineChoice.lammps(.init(.file(.tersoff, "a/b.tersoff")))
    choice.locate { $0.contains("/") ? "x/" + $0 : $0 }
    #expect(choice == .lammps(.init(.file(.tersoff, "x/a/b.tersoff"))))
  }
}
