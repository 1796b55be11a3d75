import DenseMath
import Design
import Ecosystem
import Formats
import Foundation
import Learning
import Matter
import Testing

@testable import Discovery

@Suite("Lists that recipes name")
struct ListedSpaceTests {
  /// A list as plain as can be.
  private struct PlainList: Space {
    let members: [Candidate]
    var count: Int { members.count }
    var isList: Bool { true }
    func candidate(at index: Int) -> Candidate { members[index] }
    func contains(_ candidate: Candidate) -> Bool { members.contains(candidate) }
    func neighbors(of candidate: Candidate) -> [Candidate] { [] }
  }

  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("listed-\(UUID().uuidString)")

  private func write(_ text: String, _ name: String) throws {
    let file = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  private func setup(_ space: String, features: String = "magpie") throws -> CampaignSetup {
    try write(
      """
      objective: {maximize: y}
      space: \(space)
      oracle: person
      surrogate: {kind: gp, features: \(features)}
      acquisition: {kind: log-ei}
      """, "recipe.yaml")
    return try CampaignRecipe(path: folder.appendingPathComponent("recipe.yaml").path)
      .setup(threads: 2, lists: KeptLists(folder.appendingPathComponent("kept")))
  }

  private var kept: [String] {
    (try? FileManager.default.contentsOfDirectory(
      atPath: folder.appendingPathComponent("kept").path)) ?? []
  }

  /// Cells of two atoms with names, of which every hundredth comes twice.
  private static func xyz(_ count: Int, seed: UInt64) -> String {
    var generator = SplitMix64(seed: seed)
    // As long a file as is kept.
    let filling = String(repeating: "x", count: 300)
    var (text, last) = ("", "")
    for number in 0..<count {
      if number % 100 != 99 {
        let (a, b) = (
          Element.all[generator.index(below: 80)], Element.all[generator.index(below: 80)]
        )
        let edge = 3 + Double(generator.index(below: 4000)) / 1000
        let half = edge / 2
        last = """
          2
          Lattice="\(edge) 0.0 0.0 0.0 \(edge) 0.0 0.0 0.0 \(edge)" Properties=species:S:1:pos:R:3 pbc="T T T" note=\(filling)
          \(a.symbol)      0.00000000      0.00000000      0.00000000
          \(b.symbol)      \(half)      \(half)      \(half)

          """
      }
      text += last
    }
    return text
  }

  /// What a campaign suggests after some results, as its ledger has it.
  private func suggested(
    _ setup: CampaignSetup, in space: any Space, count: Int
  ) throws -> [String] {
    let log = MemoryEventLog()
    let runner = CampaignRunner(
      setup.creation(codeVersion: "test"), space: space, oracle: setup.oracle,
      trainer: setup.trainer, log: log)
    let asked = try runner.ask(5).suggestions
    let campaign = try runner.open()
    for (place, suggestion) in asked.enumerated() {
      let value =
        Double(place * place)
        - Double(suggestion.proposal.candidate.composition.elements[0].atomicNumber)
      let observation = Observation(["y": MeasuredValue(value)])
      let event = campaign.judge(observation, of: suggestion.proposal)
      try log.append([event.draft()], after: try log.events().count)
    }
    _ = try runner.ask(count)
    return try log.events().map(\.payload)
  }

  @Test("A campaign over crystals on disk is the one over the same crystals in memory")
  func crystals() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write(Self.xyz(9_500, seed: 1), "crystals.xyz")
    let rows = try MaterialRows.all(folder.appendingPathComponent("crystals.xyz").path).rows
    var seen: Set<Candidate> = []
    let members = try rows.map { try $0.material.get() }.filter { seen.insert($0).inserted }
    #expect(members.count < rows.count)
    var provenance: [String: String]?
    for number in 1...2 {
      let setup = try setup("{structures: crystals.xyz}")
      let list = try #require(setup.space as? CandidateList)
      #expect(list.candidates.elementsEqual(members))
      // The second time from the file that the first left.
      #expect(kept.count == 1)
      #expect(provenance ?? setup.provenance == setup.provenance)
      provenance = setup.provenance
      guard number == 2 else { continue }
      let (found, expected) = (
        try suggested(setup, in: list, count: 3),
        try suggested(setup, in: PlainList(members: members), count: 3)
      )
      #expect(found == expected && found.count > 8)
    }
    try write(Self.xyz(9_500, seed: 2), "crystals.xyz")
    let other = try setup("{structures: crystals.xyz}")
    #expect(other.provenance["candidates"] != provenance?["candidates"] && kept.count == 2)
  }

  @Test("Folders and tables of crystals are lists too, and a row without one is refused")
  func forms() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let poscar = { (edge: Double) in
      "x\n1.0\n\(edge) 0 0\n0 \(edge) 0\n0 0 \(edge)\nSi\n1\ndirect\n0 0 0\n"
    }
    for (place, edge) in [4.0, 3, 5].enumerated() { try write(poscar(edge), "many/\(place).vasp") }
    let rows = [4.0, 3, 5].map { "\"\(poscar($0))\"" }
    try write("poscar,y\n" + rows.map { "\($0),1\n" }.joined(), "table.csv")
    for path in ["many", "table.csv"] {
      let space = try setup("{structures: \(path)}", features: "structure").space
      let edges = (0..<space.count).map { space.candidate(at: $0).crystal?.lattice.a.x }
      #expect(edges == [4, 3, 5])
    }
    #expect(kept.isEmpty)
    try write("formula\nFe2O3\n", "formulas.csv")
    #expect {
      try setup("{structures: formulas.csv}")
    } throws: {
      "\($0)".contains("of formulas.csv has no crystal structure")
    }
  }

  @Test("Settings of a long table are those of the table in memory, words among them")
  func settings() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var generator = SplitMix64(seed: 3)
    var text = "formula,T,solvent,hours,note\n"
    for row in 0..<9000 {
      // Words and numbers where only the last batch tells that it is a column of words.
      let word = row < 8500 ? "\(generator.index(below: 3))" : "water"
      text += "Fe\(1 + generator.index(below: 20))O\(1 + generator.index(below: 20)),"
      text +=
        "\(300 + generator.index(below: 9)),\(word),\(generator.uniform()),\(String(repeating: "x", count: 500))\n"
    }
    try write(text, "settings.csv")
    let table = try Table(Array(text.utf8), file: "settings.csv")
    var columns = Dataset.Columns(target: "T")
    columns.variables = ["T", "solvent", "hours"]
    columns.expandsTexts = true
    let dataset = try Dataset(table, columns: columns)
    for _ in 0..<2 {
      let setup = try setup("{table: settings.csv, variables: [T, solvent, hours]}")
      let list = try #require(setup.space as? CandidateList)
      #expect(try list.candidates.elementsEqual(CandidateList(dataset.candidates).candidates))
      #expect(setup.recipe.plan.variableNames == dataset.variableNames)
      #expect(
        dataset.variableNames == [
          "T", "solvent=0", "solvent=1", "solvent=2", "solvent=water", "hours",
        ])
      #expect(kept.count == 1)
    }
    let limited = try setup(
      "{table: settings.csv, variables: [T, hours], mostPricePerKilogram: 1000}")
    #expect(limited.space.count > 8000 && kept.count == 2)
  }

  @Test("A cell that is no setting is refused with its line, a table without rows as empty")
  func refusals() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for (text, word) in [
      ("formula,T\nFe,1\nFe,\n", ":3"), ("formula,T\nFe,a\nFe,\n", "name a level"),
      ("formula,T\n", "no row of data"), ("formula,T\nFe2O,1\nXx,1\n", "Xx"),
    ] {
      try write(text, "settings.csv")
      #expect {
        try setup("{table: settings.csv, variables: [T]}")
      } throws: {
        "\($0)".contains(word)
      }
    }
  }
}
