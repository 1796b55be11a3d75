import Foundation
import Testing

@Suite("Names, families and crystals on the command line")
struct DataRefinementTests {
  private static let frames = """
    2
    Lattice="4.1 0 0 0 4.1 0 0 0 4.1" Properties=species:S:1:pos:R:3 pbc="T T T" energy=-1.5
    Cs 0 0 0
    Cl 2.05 2.05 2.05
    4
    Lattice="4.1 0 0 0 4.1 0 0 0 8.2" Properties=species:S:1:pos:R:3 pbc="T T T" energy=-3.1
    Cs 0 0 0
    Cl 2.05 2.05 2.05
    Cs 0 0 4.1
    Cl 2.05 2.05 6.15
    2
    Lattice="4.6 0 0 0 4.6 0 0 0 4.6" Properties=species:S:1:pos:R:3 pbc="T T T" energy=-1.2
    Cs 0 0 0
    Br 2.3 2.3 2.3

    """

  private static let gaps = """
    id,formula,gap (eV),method
    a1,TiO2,3.0,pbe/PAW 520 eV
    a2,TiO2,3.2,"PBE, 6x6x4"
    a3,Si,1.1,ordered_exp
    a4,CsCl,,PBE+U (U_Fe = 4.3 eV)

    """

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.frames, to: "salts.extxyz")
    try folder.write(Self.gaps, to: "gaps.csv")
    return folder
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("show lists every record of a formula, structures too, and takes keys")
  func show() throws {
    let folder = try folder()
    let imported = try folder.run(
      "data", "import", "gaps.csv", "salts.extxyz", "--fidelity-column", "method")
    #expect(imported.status == 0, "\(imported.errors)")
    let listed = try folder.run("data", "show", "CsCl")
    #expect(listed.output.hasPrefix("3 records of CsCl; show one by its key:\n"))
    let lines = listed.output.split(separator: "\n").dropFirst()
    #expect(lines.contains { $0.contains("composition") })
    #expect(lines.contains { $0.contains("2 sites") && $0.contains("energy -1.5") })
    let last = try #require(lines.first { $0.contains("4 sites") })
    let key = String(try #require(last.split(separator: " ").first))
    let one = try folder.run("data", "show", key)
    #expect(one.output.contains("  4 sites\n") && one.output.contains("energy: -3.1"))
    #expect(try folder.run("data", "show", "a3").output.hasPrefix("Si  "))
    let all = try folder.run("data", "query")
    #expect(all.output.split(separator: "\n").allSatisfy { $0.last != " " })
    let wrong = try folder.run("data", "show", "GaAs")
    #expect(wrong.status == 1 && wrong.errors.contains("no record is of the formula \"GaAs\""))
  }

  @Test("A property is named as query names it; a misspelled one is refused with the columns")
  func columns() throws {
    let folder = try folder()
    #expect(
      try folder.run("data", "import", "gaps.csv", "--fidelity-column", "method").status == 0)
    let audit = try folder.run(
      "data", "audit", "--store", "athanor.sqlite", "--target", "gap", "--json")
    let target = try #require(try object(audit.output)["target"] as? [String: Any])
    #expect(target["name"] as? String == "gap (eV)" && target["unit"] as? String == "eV")
    let typo = try folder.run("data", "audit", "gaps.csv", "--target", "gpa")
    #expect(typo.status == 1 && typo.errors.contains("Did you mean \"gap (eV)\"?"))
    #expect(typo.errors.contains("The columns are id, formula, gap (eV), method."))
    let split = try folder.run(
      "data", "split", "gaps.csv", "--kind", "grouped", "--column", "Method", "--folds", "2",
      "--output", "s.json")
    #expect(split.status == 0, "\(split.errors)")
    let done = try folder.run(
      "data", "harmonize", "gaps.csv", "--target", "gap", "--unit", "meV", "--output", "o.csv")
    #expect(done.status == 0, "\(done.errors)")
    let text = try String(contentsOf: folder.url.appendingPathComponent("o.csv"), encoding: .utf8)
    #expect(text.contains("gap (meV)") && text.contains("TiO2,3000,"))
  }

  @Test("audit and harmonize say which families of methods the labels mean")
  func families() throws {
    let folder = try folder()
    let audit = try folder.run(
      "data", "audit", "gaps.csv", "--target", "gap", "--fidelity-column", "method")
    #expect(audit.output.contains("    PBE: 2 rows, written"), "\(audit.errors)")
    #expect(audit.output.contains("; PAW; k-mesh 6×6×4; cutoff 520 eV\n"))
    #expect(audit.output.contains("    experiment: 1 row, written \"ordered_exp\""))
    #expect(audit.output.contains("U Fe 4.3 eV"))
    #expect(audit.output.contains("families of methods (PBE, PBE+U, experiment)"))
    let merged = try folder.run(
      "data", "harmonize", "gaps.csv", "--target", "gap", "--fidelity-column", "method",
      "--families", "--duplicates", "median", "--output", "o.csv")
    #expect(merged.output.contains("2 rows of 1 material merged"), "\(merged.errors)")
    #expect(merged.output.contains("    PBE: 2 rows"))
  }

  @Test("The same crystal on both sides of a split is counted, for files and stores")
  func crystals() throws {
    let folder = try folder()
    let split = try folder.run(
      "data", "split", "salts.extxyz", "--kind", "random", "--folds", "3", "--output", "s.json",
      "--json")
    #expect(split.status == 0, "\(split.errors)")
    let leakage = try #require(try object(split.output)["leakage"] as? [String: Any])
    let overall = try #require(leakage["overall"] as? [String: Any])
    // Two of three are one crystal in two cells, each tested by the other.
    #expect(abs((overall["sameCrystal"] as? Double ?? 0) - 2 / 3.0) < 1e-12)
    let audit = try folder.run(
      "data", "audit", "salts.extxyz", "--target", "energy", "--split", "s.json", "--output",
      "a.html")
    #expect(audit.output.contains("67\u{202F}% of crystals are there too"), "\(audit.errors)")
    #expect(audit.output.contains("space groups of all 3 crystals: 1 occur"))
    let page = try String(contentsOf: folder.url.appendingPathComponent("a.html"), encoding: .utf8)
    #expect(page.contains("Same crystal"))

    #expect(try folder.run("data", "import", "salts.extxyz").status == 0)
    let stored = try folder.run(
      "data", "split", "--store", "athanor.sqlite", "--kind", "random", "--folds", "3", "--output",
      "t.json")
    #expect(stored.output.contains("same crystal 100\u{202F}%"), "\(stored.errors)")
    let sample = try folder.run(
      "data", "audit", "--store", "athanor.sqlite", "--crystals", "2", "--seed", "7")
    #expect(sample.output.contains("space groups of 2 of 3 crystals, drawn at random (seed 7)"))
  }

  @Test("Large filters are answered, wrong kinds are refused in a sentence")
  func filters() throws {
    let folder = try folder()
    #expect(try folder.run("data", "import", "gaps.csv").status == 0)
    let many = (0..<5_000).map { "gap=\($0 + 50)" } + ["gap=1.1"]
    let found = try folder.run("data", "query", many.joined(separator: " OR "))
    #expect(found.status == 0 && found.output.contains("Si"), "\(found.errors)")
    let wrong = try folder.run("data", "query", "formula > 3")
    #expect(wrong.status == 1 && wrong.errors.contains("formula is a text and 3 is a number"))
  }

  @Test("A number is not compared with values in several units")
  func units() throws {
    let folder = try folder()
    try folder.write("formula,gap (eV)\nTiO2,3.2\n", to: "a.csv")
    try folder.write("formula,gap (meV)\nSi,1100\n", to: "b.csv")
    #expect(try folder.run("data", "import", "a.csv", "--store", "u.sqlite").status == 0)
    #expect(try folder.run("data", "query", "gap>3", "--store", "u.sqlite").status == 0)
    #expect(try folder.run("data", "import", "b.csv", "--store", "u.sqlite").status == 0)
    let both = try folder.run("data", "query", "gap>3", "--store", "u.sqlite")
    #expect(both.status == 1 && both.errors.contains("gap is stored in eV and in meV"))
    #expect(
      try folder.run("data", "remove", "--run", "2", "--yes", "--store", "u.sqlite").status == 0)
    let one = try folder.run("data", "query", "gap>3", "--store", "u.sqlite")
    #expect(one.output.contains("TiO2"), "\(one.errors)")
  }

  @Test("What import cannot use is refused with its place: decimal commas, blocks of CIF, names")
  func refusals() throws {
    let folder = try folder()
    try folder.write("formula;gap (eV)\nTiO2;3,2\nSi;1,1\n", to: "commas.csv")
    let commas = try folder.run("data", "import", "commas.csv", "--store", "c.sqlite")
    #expect(commas.status == 1 && commas.errors.contains("decimal comma"), "\(commas.errors)")
    let uncertain = try folder.run(
      "data", "import", "gaps.csv", "--uncertainty", "nosuch=gap (eV)", "--store", "d.sqlite")
    #expect(uncertain.status == 1 && uncertain.errors.contains("column that is not read"))
    let cell =
      "_cell_length_a 4\n_cell_length_b 4\n_cell_length_c 4\n_cell_angle_alpha 90\n"
      + "_cell_angle_beta 90\n_cell_angle_gamma 90\nloop_\n_atom_site_label\n"
      + "_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
    try folder.write(
      "data_good\n\(cell)Cu 0 0 0\ndata_bad\n\(cell)Zz 0 0 0\n", to: "two.cif")
    let stopped = try folder.run("data", "import", "two.cif", "--store", "e.sqlite")
    #expect(stopped.status == 1 && stopped.errors.contains("two.cif:26"), "\(stopped.errors)")
    let skipped = try folder.run(
      "data", "import", "two.cif", "--store", "e.sqlite", "--on-error", "skip")
    #expect(skipped.output.contains("1 record"), "\(skipped.errors)")
    #expect(skipped.errors.contains("Zz"))
  }
}
