import Foundation
import Testing

@Suite("Audit, split and harmonize")
struct DataPreparationTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(CommandTests.gaps, to: "gaps.csv")
    return folder
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("A split belongs to its rows, and an audit measures it")
  func splitAndAudit() throws {
    let folder = try folder()
    let made = try folder.run(
      "data", "split", "gaps.csv", "--kind", "grouped", "--groups", "chemical-system", "--folds",
      "3", "--output", "split.json", "--json")
    #expect(made.status == 0, "\(made.errors)")
    #expect(try object(made.output)["folds"] as? Int == 3)
    let audit = try folder.run(
      "data", "audit", "gaps.csv", "--target", "gap (eV)", "--split", "split.json", "--output",
      "audit.html", "--json")
    #expect(audit.status == 0, "\(audit.errors)")
    let found = try object(audit.output)
    #expect(found["rows"] as? Int == 17)
    let leakage = try #require(found["leakage"] as? [String: Any])
    let overall = try #require(leakage["overall"] as? [String: Any])
    #expect(overall["sameChemicalSystem"] as? Double == 0)
    #expect(folder.names.contains("audit.html"))
    try folder.write("formula,gap (eV)\nSi,1.1\nGe,0.7\n", to: "other.csv")
    let other = try folder.run("data", "audit", "other.csv", "--split", "split.json")
    #expect(other.status == 1 && other.errors.contains("made for other rows"))
  }

  @Test("Leave-one-cluster-out uses the statistics of elements")
  func clusters() throws {
    let run = try folder().run(
      "data", "split", "gaps.csv", "--kind", "cluster", "--folds", "3", "--output", "c.json")
    #expect(run.status == 0 && run.output.contains("cluster 1"), "\(run.errors)")
  }

  @Test("Values are converted only between like quantities, and the record says how")
  func harmonize() throws {
    let folder = try folder()
    let done = try folder.run(
      "data", "harmonize", "gaps.csv", "--target", "gap (eV)", "--unit", "meV", "--output",
      "out.csv")
    #expect(done.status == 0, "\(done.errors)")
    let text = try String(contentsOf: folder.url.appendingPathComponent("out.csv"), encoding: .utf8)
    #expect(text.contains("Si,1110,") && text.contains("gap (meV)"))
    let record = try String(
      contentsOf: folder.url.appendingPathComponent("out.csv.json"), encoding: .utf8)
    #expect(try object(record)["rowsWithoutValue"] as? Int == 0)
    let refused = try folder.run(
      "data", "harmonize", "gaps.csv", "--target", "gap (eV)", "--unit", "GPa", "--output", "x.csv")
    #expect(refused.status == 1 && refused.errors.contains("measure different things"))
    #expect(!folder.names.contains("x.csv"))
  }

  @Test("Space groups of the crystals in a store are found for the audit")
  func surveysCrystals() throws {
    let folder = try TemporaryFolder()
    try folder.write(InspectTests.rockSalt, to: "salt.cif")
    try folder.write("formula,gap\nSi,1.1\n", to: "gaps.csv")
    let imported = try folder.run("data", "import", "salt.cif", "gaps.csv", "--store", "a.sqlite")
    #expect(imported.status == 0, "\(imported.errors)")
    let audit = try folder.run("data", "audit", "--store", "a.sqlite", "--json")
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(audit.output.utf8)) as? [String: Any],
      "\(audit.errors)")
    let groups = try #require(result["spaceGroups"] as? [String: Any])
    #expect(groups["counts"] as? [String: Int] == ["225": 1] && groups["unknown"] as? Int == 1)
  }

  @Test("A store is read like a table")
  func store() throws {
    let folder = try folder()
    let imported = try folder.run("data", "import", "gaps.csv", "--store", "a.sqlite")
    #expect(imported.status == 0, "\(imported.errors)")
    let audit = try folder.run("data", "audit", "--store", "a.sqlite", "--json")
    #expect(audit.status == 0, "\(audit.errors)")
    #expect(try object(audit.output)["rows"] as? Int == 17)
    let neither = try folder.run("data", "audit", "--json")
    #expect(neither.status == 2)
  }
}
