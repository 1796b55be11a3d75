import Foundation
import Testing

@Suite("athanor train --split")
struct TrainSplitTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(CommandTests.gaps, to: "gaps.csv")
    return folder
  }

  private func card(_ run: ProgramRun) throws -> (rows: Int, judged: Int, folds: Int) {
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any],
      "\(run.errors)")
    let card = try #require(result["card"] as? [String: Any])
    let quality = try #require(card["quality"] as? [String: Any])
    return (
      try #require(card["rows"] as? Int), try #require(quality["rows"] as? Int),
      try #require(quality["folds"] as? Int)
    )
  }

  @Test("The folds of a split judge every row; the model is of all rows")
  func folds() throws {
    let folder = try folder()
    let split = try folder.run(
      "data", "split", "gaps.csv", "--kind", "grouped", "--groups", "chemical-system", "--folds",
      "3", "-o", "s.json")
    #expect(split.status == 0, "\(split.errors)")
    let trained = try folder.run(
      "train", "gaps.csv", "--target", "gap (eV)", "--with", "gp", "--split", "s.json", "-o",
      "m.safetensors", "--json")
    let found = try card(trained)
    #expect(found == (17, 17, 3) && folder.names.contains("m.safetensors"))
    try folder.write("formula,gap (eV)\nSi,1.1\nGe,0.7\nC,5\nSn,0.1\nPb,0\n", to: "other.csv")
    let other = try folder.run(
      "train", "other.csv", "--target", "gap (eV)", "--split", "s.json")
    #expect(other.status == 1 && other.errors.contains("s.json: The split was made for other rows"))
  }

  @Test("A single test set stays out of the model, and is what it is judged by")
  func oneTestSet() throws {
    let folder = try folder()
    let split = try folder.run(
      "data", "split", "gaps.csv", "--kind", "element", "--elements", "Cd,Pb", "-o", "s.json")
    #expect(split.status == 0, "\(split.errors)")
    let trained = try folder.run(
      "train", "gaps.csv", "--target", "gap (eV)", "--with", "gp", "--split", "s.json", "-o",
      "m.safetensors", "--report", "r.html", "--json")
    let found = try card(trained)
    #expect(found.rows == 11 && found.judged == 6)
    let both = try folder.run(
      "train", "gaps.csv", "--target", "gap (eV)", "--split", "s.json", "--group", "formula")
    #expect(both.status == 2)
  }
}
