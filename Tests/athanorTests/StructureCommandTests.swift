import Formats
import Foundation
import TestKit
import Testing

@Suite("Commands on structures")
struct StructureCommandTests {
  private static let cations = ["Li", "Na", "K", "Rb", "Mg", "Ca", "Sr", "Ba", "Zn", "Cd"]
  private static let anions = ["O", "S", "Se", "F", "Cl", "Br"]

  private static func cif(_ cation: String, _ anion: String, second: Double = 0.5) -> String {
    """
    data_\(cation)\(anion)
    _cell_length_a 4
    _cell_length_b 4
    _cell_length_c 4
    _cell_angle_alpha 60
    _cell_angle_beta 60
    _cell_angle_gamma 60
    loop_
    _atom_site_label
    _atom_site_fract_x
    _atom_site_fract_y
    _atom_site_fract_z
    \(cation)1 0 0 0
    \(anion)1 \(second) \(second) \(second)

    """
  }

  private static func gap(_ place: Int) -> Double { 1 + Double(place % 7) / 2 + Double(place) / 60 }

  private static var pairs: [(String, String)] {
    cations.flatMap { cation in anions.map { (cation, $0) } }
  }

  /// 60 crystals in a column of CIF, the third with two atoms at one place and the fifth without a gap.
  private static var table: String {
    "id,cif,gap (eV)\n"
      + pairs.enumerated().map { place, pair in
        let text = cif(pair.0, pair.1, second: place == 2 ? 0 : 0.5)
        return "s\(place),\"\(text)\",\(place == 4 ? "" : "\(gap(place))")\n"
      }.joined()
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "t.csv")
    return folder
  }

  private func trained(_ folder: TemporaryFolder, _ options: String...) throws -> ProgramRun {
    try folder.run(
      ["train", "t.csv", "--target", "gap", "--with", "trees", "-o", "m.safetensors"] + options)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("Rows that are left out are listed with their reasons, in words, JSON and the report")
  func skips() throws {
    let folder = try folder()
    let run = try trained(folder, "--json", "--report", "r.html")
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("1 of 60 rows of t.csv are left out") && run.errors.contains("s2"))
    #expect(run.errors.contains("1 of 60 rows have no gap (eV)"))
    let result = try object(run.output)
    let skipped = try #require(result["skipped"] as? [[String: Any]])
    #expect(skipped.compactMap { $0["name"] as? String } == ["s2", "s4"])
    #expect((skipped[0]["reason"] as? String)?.contains("one place") ?? false)
    let card = try #require(result["card"] as? [String: Any])
    #expect(card["rows"] as? Int == 58 && card["crystalRows"] as? Int == 58)
    #expect(card["structureColumn"] as? String == "cif")
    let page = try String(
      contentsOf: folder.url.appendingPathComponent("r.html"), encoding: .utf8)
    #expect(page.contains("What was left out") && page.contains("s2"))
  }

  @Test("predict keeps a line for every row, says why one has no answer, and never says NaN")
  func predicts() throws {
    let folder = try folder()
    #expect(try trained(folder, "--features", "magpie").status == 0)
    let run = try folder.run("predict", "m.safetensors", "t.csv")
    #expect(run.status == 0, "\(run.errors)")
    let table = try Table(Array(run.output.utf8), file: "p.csv")
    #expect(table.columns.prefix(3) == ["id", "formula", "gap (eV)"] && table.rowCount == 60)
    #expect(try table.strings("gap (eV)")[2].isEmpty)
    #expect(try table.strings("note")[2].contains("one place"))
    #expect(!run.output.lowercased().contains("nan"))
    #expect(run.errors.contains("1 of 60 rows of the input are without an answer"))
    let json = try folder.run("predict", "m.safetensors", "t.csv", "--json")
    let rows = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
    #expect(rows.count == 60 && rows[2]["prediction"] == nil && rows[2]["note"] != nil)
    // A model of compositions says the same of a formula as of its crystal.
    let formula = try folder.run("predict", "m.safetensors", "LiO")
    #expect(formula.status == 0)
    let alone = try Table(Array(formula.output.utf8), file: "f.csv")
    #expect(try alone.strings("gap (eV)")[0] == table.strings("gap (eV)")[0])
  }

  @Test("Pieces are joined: many rows give what each gives alone, as CSV and as JSON")
  func streams() throws {
    let folder = try folder()
    #expect(try trained(folder).status == 0)
    let pairs = Self.pairs
    let many = (0..<5000).map { pairs[$0 % 60].0 + pairs[$0 % 60].1 }
    try folder.write("formula\n" + many.joined(separator: "\n") + "\n", to: "many.csv")
    let run = try folder.run("predict", "m.safetensors", "many.csv", "--output", "out.csv")
    #expect(run.status == 0 && run.errors.contains("Wrote 5000 predictions"))
    let text = try String(
      contentsOf: folder.url.appendingPathComponent("out.csv"), encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 5001 && lines[0].hasPrefix("formula,gap (eV),"))
    for place in 61..<5001 where lines[place] != lines[place - 60] {
      Issue.record("row \(place) differs from row \(place - 60)")
    }
    let bad = try folder.write(
      "formula\n" + many.joined(separator: "\n") + "\nXx2\n", to: "bad.csv")
    let refused = try folder.run("predict", "m.safetensors", bad.path, "--output", "none.csv")
    #expect(refused.status == 1 && refused.errors.contains("Xx2"))
    #expect(!folder.names.contains { $0.hasPrefix("none.csv") })
  }

  @Test("evaluate and screen read the same files; a crystal that is excluded stays out")
  func others() throws {
    let folder = try folder()
    #expect(try trained(folder).status == 0)
    let judged = try folder.run("evaluate", "m.safetensors", "t.csv", "--json")
    #expect(judged.status == 0, "\(judged.errors)")
    #expect((try object(judged.output)["skipped"] as? [Any])?.count == 1)
    let screened = try folder.run("screen", "m.safetensors", "t.csv", "--top", "5")
    #expect(screened.status == 0 && screened.errors.contains("1 of 60 rows were left out"))
    let best = try Table(Array(screened.output.utf8), file: "s.csv")
    #expect(best.columns.prefix(3) == ["rank", "id", "formula"] && best.rowCount == 5)
    let none = try folder.run("screen", "m.safetensors", "t.csv", "--exclude", "t.csv", "--json")
    let tally = try #require(object(none.output)["tally"] as? [String: Any])
    #expect(tally["excluded"] as? Int == 59 && tally["refused"] as? Int == 1)
  }

  @Test(
    "Bad input is answered in a sentence",
    arguments: [
      (["train", "empty", "--target", "x"], "holds no table and no structure"),
      (["train", "t.csv", "--target", "x"], "There is no column \"x\""),
      (["train", "t.csv", "--target", "gap", "--structure", "nope"], "\"nope\""),
      (["train", "t.csv", "--target", "gap", "--structures", "empty"], "--structure"),
      (["train", "t.csv", "--target", "gap", "--structures", "gone"], "no such file"),
      (["train", "broken.json", "--target", "gap"], "broken.json"),
      (["train", "one.cif", "--target", "gap"], "gap"),
      (["train", "allbad.csv", "--target", "gap"], "one place"),
    ])
  func refuses(_ arguments: [String], _ words: String) throws {
    let folder = try folder()
    try FileManager.default.createDirectory(
      at: folder.url.appendingPathComponent("empty"), withIntermediateDirectories: true)
    try folder.write("[{\"atoms\": {\"lattice_mat\": ", to: "broken.json")
    try folder.write(Self.cif("Na", "Cl"), to: "one.cif")
    try folder.write("cif,gap\n\"\(Self.cif("Na", "Cl", second: 0))\",1\n", to: "allbad.csv")
    let run = try folder.run(arguments)
    #expect(run.status != 0 && run.errors.contains(words), "\(run.errors)")
    #expect(!run.errors.contains("Fatal"))
  }
}
