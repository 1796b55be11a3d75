import Ecosystem
import Foundation
import Matter
import Simulation
import Testing

@testable import Discovery

@Suite("Examples with engines")
struct EngineExampleTests {
  static let silicon = [14].compactMap(Element.init(atomicNumber:))

  static let isInstalled: Bool = {
    let cheap = LAMMPSEngine(.init(.file(.tersoff, "Si.tersoff")))
    var settings = QuantumEspresso.Configuration()
    settings.functional = .lda
    return (try? cheap.check(silicon)) != nil
      && (try? QuantumEspresso(settings).check(silicon)) != nil
  }()

  private func run(_ name: String) throws -> Campaign {
    let path = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../../../Examples/\(name)").standardizedFileURL.path
    let setup = try CampaignRecipe(path: path).setup()
    return try CampaignRunner(
      setup.creation(codeVersion: "test"), space: setup.space, oracle: setup.oracle,
      trainer: setup.trainer, log: MemoryEventLog()
    ).run()
  }

  @Test(
    "A cheap and a dear fidelity of one question: both find diamond, with energies of their own",
    .enabled(
      if: Self.isInstalled,
      "LAMMPS and Quantum ESPRESSO are not installed; Scripts/setup.sh engines installs them."))
  func silicon() throws {
    for (name, fidelity, energy) in [
      ("silicon-tersoff.yaml", "LAMMPS tersoff Si.tersoff", -4.63),  // Tersoff (1988)
      // By hand at 20 Ry: −15.83346 Ry for two atoms.
      ("silicon-lda.yaml", "pw.x LDA 14 Ry", -107.71),
    ] {
      let campaign = try run(name)
      #expect(campaign.findings.count == 5)
      let best = try #require(campaign.best)
      let crystal = try #require(best.proposal.candidate.crystal)
      // The most open of the five: 20 Å³ an atom.
      #expect(crystal.siteCount == 2 && crystal.volume / 2 > 18)
      #expect(abs(best.objective - energy) < 0.1, "\(best.objective)")
      let fidelities = Set(campaign.findings.flatMap { $0.values.values.map(\.fidelity) })
      #expect(fidelities == [fidelity])
    }
  }
}
