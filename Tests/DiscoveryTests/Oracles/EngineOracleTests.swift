import Design
import Ecosystem
import Formats
import Foundation
import Matter
import Simulation
import Testing

@testable import Discovery

@Suite("Engines as oracles")
struct EngineOracleTests {
  static let hasLAMMPS =
    LAMMPSEngine(.init(.file(.embeddedAtomAlloy, "CuNi.eam.alloy"))).isUsable(["Cu", "Ni"])

  /// Five ordered crystals of copper and nickel in one file of extended XYZ.
  static let crystals: String = {
    func frame(_ edge: Double, _ symbols: [String]) -> String {
      let h = edge / 2
      let places = [(0.0, 0.0, 0.0), (0, h, h), (h, 0, h), (h, h, 0)]
      return "4\nLattice=\"\(edge) 0 0 0 \(edge) 0 0 0 \(edge)\" Properties=species:S:1:pos:R:3 "
        + "pbc=\"T T T\"\n"
        + zip(symbols, places).map { "\($0) \($1.0) \($1.1) \($1.2)\n" }.joined()
    }
    return frame(3.615, ["Cu", "Cu", "Cu", "Cu"]) + frame(3.52, ["Ni", "Ni", "Ni", "Ni"])
      + frame(3.57, ["Cu", "Cu", "Ni", "Ni"]) + frame(3.6, ["Ni", "Cu", "Cu", "Cu"])
      + frame(3.55, ["Cu", "Ni", "Ni", "Ni"])
  }()

  static func recipe(_ change: (String) -> String = { $0 }) throws -> (CampaignRecipe, URL) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-engine-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try AtomicFile.write(crystals, to: folder.path + "/crystals.xyz")
    let text = change(
      """
      objective: {minimize: formationEnergyPerAtom}
      seed: 3
      space: {structures: crystals.xyz}
      surrogate: {kind: gp}
      initial: 4
      budget: 5
      oracle:
        engine:
          program: lammps
          style: eam/alloy
          potential: CuNi.eam.alloy
          references: {Cu: -3.54, Ni: -4.45}
      """)
    let document = try RecipeDocument(yaml: text, file: "a.yaml")
    return (try CampaignRecipe(document, folder: folder.path), folder)
  }

  @Test("A proposal keeps its crystal in the ledger, exactly")
  func ledger() throws {
    let entry = try #require(
      StructureFile.entries(Array(Self.crystals.utf8), file: "a.xyz").first?.crystal)
    let proposal = Proposal(
      number: 2, candidate: Candidate(entry, variables: [0.1]), predictions: [:],
      acquisition: nil, feasibility: nil, reason: "random", role: nil)
    let copy = try JSONDecoder().decode(Proposal.self, from: JSONEncoder().encode(proposal))
    #expect(copy.candidate == proposal.candidate && copy.candidate.crystal == entry)
  }

  /// What is said of the recipe with one text in the place of another.
  private func refusal(_ old: String, _ new: String) throws -> String {
    let (recipe, folder) = try Self.recipe { $0.replacing(old, with: new) }
    defer { try? FileManager.default.removeItem(at: folder) }
    let error = try #require(throws: (any Error).self) { try recipe.setup() }
    return "\(error)"
  }

  @Test(
    "What would make every measurement fail is said at once",
    arguments: [
      ("structures: crystals.xyz", "elements: [Cu, Ni]", "an engine computes crystals"),
      ("minimize: formationEnergyPerAtom", "maximize: bulkModulusGPa", "does not compute"),
      ("{Cu: -3.54, Ni: -4.45}", "{Xx: -3.54}", "is not an element"),
      ("potential: CuNi", "executable: /nowhere/lmp\n    potential: CuNi", "not installed"),
      ("{Cu: -3.54, Ni: -4.45}", "{}\n    referenceStructures: crystals.xyz", "of one element"),
    ])
  func refuses(_ old: String, _ new: String, _ reason: String) throws {
    let words = try refusal(old, new)
    #expect(words.contains(reason), "\(words)")
  }

  @Test(
    "Elements without a potential or a reference are named",
    .enabled(
      if: Self.hasLAMMPS, "LAMMPS is not installed; Scripts/setup.sh engines installs it."),
    arguments: [
      (", Ni: -4.45", "", "needs a reference of Ni"),
      ("CuNi.eam.alloy", "Cu_mishin1.eam.alloy", "no potential for Ni"),
    ])
  func unknownElements(_ old: String, _ new: String, _ reason: String) throws {
    let words = try refusal(old, new)
    #expect(words.contains(reason), "\(words)")
  }

  @Test(
    "A campaign over crystals asks LAMMPS and keeps values with their fidelity",
    .enabled(
      if: Self.hasLAMMPS, "LAMMPS is not installed; Scripts/setup.sh engines installs it."))
  func campaign() throws {
    let (recipe, folder) = try Self.recipe {
      // Copper's energy by hand, nickel's by the engine.
      $0.replacing(", Ni: -4.45}", with: "}\n    referenceStructures: nickel.xyz")
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    let lines = Self.crystals.split(separator: "\n", omittingEmptySubsequences: false)
    try AtomicFile.write(
      lines[6..<12].joined(separator: "\n") + "\n", to: folder.path + "/nickel.xyz")
    let setup = try recipe.setup()
    #expect(setup.recipe.surrogate.features == .structure)
    let campaign = try CampaignRunner(
      setup.creation(codeVersion: "test"), space: setup.space, oracle: setup.oracle,
      trainer: setup.trainer, log: MemoryEventLog()
    ).run()
    #expect(campaign.findings.count == 5)
    for finding in campaign.findings {
      let value = try #require(finding.values["energyPerAtom"])
      #expect(value.fidelity == "LAMMPS eam/alloy CuNi.eam.alloy" && value.unit == "eV/atom")
    }
    let copper = try #require(
      campaign.findings.first { $0.proposal.candidate.composition.elements.count == 1 })
    #expect(abs(copper.objective) < 0.02)
  }
}

extension LAMMPSEngine {
  /// Whether it runs here with these elements.
  fileprivate func isUsable(_ symbols: [String]) -> Bool {
    (try? check(symbols.compactMap { Element(symbol: $0) })) != nil
  }
}
