import Foundation
import Matter
import Testing

@testable import Simulation

@Suite("GPAW as an engine")
struct GPAWTests {
  static let isInstalled: Bool = {
    guard
      FileManager.default.fileExists(atPath: "/usr/share/gpaw-setups/Si.LDA.gz"),
      let folders = try? FileManager.default.contentsOfDirectory(
        atPath: "/usr/lib/python3/dist-packages")
    else { return false }
    return folders.contains("gpaw")
  }()

  static var settings: GPAWEngine.Configuration {
    var settings = GPAWEngine.Configuration()
    settings.functional = .lda
    settings.cutoff = 150
    settings.kPointSpacing = 2
    return settings
  }

  @Test(
    "Forces and stress are derivatives of the energy; a relaxation ends at rest",
    .enabled(if: Self.isInstalled, "GPAW is not installed; Scripts/setup.sh gpaw installs it."))
  func silicon() throws {
    let engine = GPAWEngine(Self.settings)
    let start = try Engines.diamond("Si", edge: 5.43, shift: SIMD3(0.02, 0, 0))
    let found = try engine.compute(EngineTask(start))
    #expect(found.fidelity == "GPAW LDA 150 eV" && found.version.hasPrefix("GPAW 2"))
    let step = 0.01
    let ends = try [-step, step].map {
      try engine.compute(
        EngineTask(Engines.moved(start, site: 1, by: SIMD3($0, 0, 0)))
      ).evaluation.energy
    }
    let slope = -(ends[1] - ends[0]) / (2 * step)
    #expect(abs(slope - found.evaluation.forces[1].x) < 5e-3, "\(slope)")
    var settings = Self.settings
    settings.tolerances.force = 0.02
    let rest = try GPAWEngine(settings).compute(EngineTask(start, .relaxation(.fixed)))
    #expect(rest.evaluation.energy < found.evaluation.energy - 0.01)
    #expect(settings.tolerances.areMet(by: rest.evaluation, .fixed))
    #expect(rest.crystal.lattice == start.lattice)
  }

  @Test("Reads what its worker writes, and says what is not there")
  func reports() throws {
    let task = try EngineTask(Engines.diamond("Si", edge: 5.4), .relaxation(.full))
    let text = """
      {"version": "GPAW 22.8.0", "converged": true, "energy": -11.5, "stress": [1, 2, 3, 4, 5, 6],
       "forces": [[0, 0, 0], [0, 0, 0.5]], "cell": [[0, 2.7, 2.7], [2.7, 0, 2.7], [2.7, 2.7, 0]],
       "positions": [[0, 0, 0], [1.35, 1.35, 1.35]]}
      """
    let report = try GPAWReport(text, of: task)
    #expect(report.evaluation.stress.voigt == [1, 2, 3, 4, 5, 6])
    #expect(report.evaluation.forces[1] == SIMD3(0, 0, 0.5))
    #expect(
      report.missing(EngineTolerances(), task.kind) == "The structure did not come to rest")
    #expect(report.missing(EngineTolerances(), .singlePoint) == nil)
    let open = try GPAWReport(text.replacing("true", with: "false"), of: task)
    #expect(open.missing(EngineTolerances(), .singlePoint) == "The electrons did not converge")
    for broken in [
      "", "{}", text.replacing("-11.5", with: "null"), text.replacing("[0, 0, 0], ", with: ""),
    ] {
      #expect(throws: EngineError.self) { try GPAWReport(broken, of: task) }
    }
  }

  @Test("Refuses what it cannot compute with")
  func refusals() throws {
    var settings = Self.settings
    settings.setupFolder = "/nowhere"
    let silicon = [try Engines.element("Si")]
    let error = #expect(throws: EngineError.self) { try GPAWEngine(settings).check(silicon) }
    #expect(error?.description.contains("/nowhere is not installed") == true)
    settings.cutoff = 0
    #expect(throws: EngineError.invalid("cutoff is 0.0; GPAW needs a number above 0.")) {
      try GPAWEngine(settings).check(silicon)
    }
    #expect(throws: EngineError.self) {
      try GPAWOrder(
        EngineTask(Engines.diamond("Si", edge: 5.4), .relaxation(.axial)), Self.settings, attempt: 1
      )
    }
  }
}
