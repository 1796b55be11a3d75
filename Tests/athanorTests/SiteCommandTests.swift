import Formats
import Foundation
import Matter
import Testing

@Suite("Sites, bonds and vectors on the command line")
struct SiteCommandTests {
  private static let salts = [
    ("Na", "Cl", 2.8), ("K", "Cl", 3.1), ("Na", "Br", 3.0), ("K", "Br", 3.3), ("Mg", "O", 2.1),
    ("Ca", "O", 2.4),
  ]

  private static func cell(_ cation: String, _ anion: String, _ half: Double) -> String {
    "x\n1.0\n0 \(half) \(half)\n\(half) 0 \(half)\n\(half) \(half) 0\n\(cation) \(anion)\n1 1\n"
      + "Direct\n0 0 0\n0.5 0.5 0.5\n"
  }

  /// Networks on six crystals, trained once for all tests; with a process on formulas.
  private static let models: [String: Data] = {
    guard let folder = try? TemporaryFolder() else { return [:] }
    let rows = salts.map { "\"\(cell($0, $1, $2))\",\($2)\n" }.joined()
    _ = try? folder.write("poscar,length (Å)\n" + rows, to: "salts.csv")
    _ = try? folder.write(CommandTests.gaps, to: "gaps.csv")
    _ = try? folder.run(
      "train", "salts.csv", "--target", "length (Å)", "--with", "crystals", "--folds", "2",
      "--output", "crystals.safetensors")
    _ = try? folder.run(
      "train", "gaps.csv", "--target", "gap (eV)", "--output", "gp.safetensors")
    var found: [String: Data] = [:]
    for name in ["crystals.safetensors", "gp.safetensors"] {
      found[name] = try? Data(contentsOf: folder.url.appendingPathComponent(name))
    }
    return found
  }()

  /// A folder with the models and a few crystals.
  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try #require(models.count == 2)
    for (name, data) in models { try data.write(to: folder.url.appendingPathComponent(name)) }
    try folder.write(cell("Na", "Cl", 2.8), to: "NaCl.vasp")
    try folder.write(
      """
      data_mix
      _cell_length_a 4
      _cell_length_b 4
      _cell_length_c 4
      _cell_angle_alpha 90
      _cell_angle_beta 90
      _cell_angle_gamma 90
      loop_
      _atom_site_label
      _atom_site_type_symbol
      _atom_site_fract_x
      _atom_site_fract_y
      _atom_site_fract_z
      _atom_site_occupancy
      M1 Na 0 0 0 0.4
      M1b K 0 0 0 0.6
      X1 Cl 0.5 0.5 0.5 1

      """, to: "mix.cif")
    return folder
  }

  private static func bytes(_ name: String, in folder: TemporaryFolder) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.url.appendingPathComponent(name)))
  }

  @Test("Contributions are said, and read back from what was written")
  func writes() throws {
    let folder = try Self.folder()
    let run = try folder.run(
      "explain", "crystals.safetensors", "NaCl.vasp", "mix.cif", "--json", "--write", "out",
      "--report", "page.html")
    #expect(run.status == 0, "\(run.errors)")
    let object =
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let materials = try #require(object?["materials"] as? [[String: Any]])
    #expect(materials.count == 2)
    let sites = try #require(materials[1]["sites"] as? [String: Any])
    let list = try #require(sites["sites"] as? [[String: Any]])
    #expect(list.count == 2 && (list[0]["occupants"] as? [Any])?.count == 2)
    let prediction = try #require(
      (materials[1]["prediction"] as? [String: Double])?["mean"])
    let values = try list.map { try #require($0["contribution"] as? Double) }
    let rest = try ["base", "geometry", "others", "remainder"].map {
      try #require(sites[$0] as? Double)
    }
    #expect(abs((values + rest).reduce(0, +) - prediction) < 1e-6)
    #expect(folder.names.contains("out"))
    let cif = try Self.bytes("out/mix.cif", in: folder)
    #expect(try CIF.structures(cif, file: "mix.cif").count == 1)
    let block = try #require(try CIF.document(cif, file: "mix.cif").blocks.first)
    let column = try #require(block.values("_atom_site_athanor_contribution"))
    let read = column.compactMap(\.number)
    #expect(abs(read[0] + read[1] - values[0]) < 1e-12 && abs(read[2] - values[1]) < 1e-12)
    #expect(block.values("_geom_bond_athanor_contribution")?.isEmpty == false)
    let page = String(decoding: try Self.bytes("page.html", in: folder), as: UTF8.self)
    #expect(page.contains("<figure class=\"cell\">") && page.contains("Dashed circles"))
  }

  @Test("Extended XYZ holds crystals without shared sites alone")
  func extendedXYZ() throws {
    let folder = try Self.folder()
    let run = try folder.run(
      "explain", "crystals.safetensors", "NaCl.vasp", "mix.cif", "--write", "o.extxyz")
    #expect(run.status == 0 && run.errors.contains("cannot be written as extended XYZ"))
    #expect(run.output.contains("Sites (integrated gradients)"))
    let frames = try ExtendedXYZ.frames(try Self.bytes("o.extxyz", in: folder), file: "o.extxyz")
    guard case .reals(let values)? = frames[0].column("athanor_contribution")?.values else {
      Issue.record("no column of numbers")
      return
    }
    #expect(frames.count == 1 && values.count == 2)
    let only = try folder.run(
      "explain", "crystals.safetensors", "mix.cif", "--write", "p.extxyz")
    #expect(only.status == 1 && only.errors.contains("--write FILE.cif"))
    #expect(!folder.names.contains("p.extxyz"))
  }

  @Test("Vectors: a row for each input, the same bytes again")
  func vectors() throws {
    let folder = try Self.folder()
    try folder.write(
      "poscar\n\"\(Self.cell("Na", "Cl", 2.8))\"\n\"nothing\"\n\"\(Self.cell("K", "Br", 3.3))\"\n",
      to: "t.csv")
    for name in ["a.csv", "b.csv", "a.npy", "one.csv"] {
      let alone = name == "one.csv" ? ["--network", "2"] : []
      let run = try folder.run(
        ["embed", "crystals.safetensors", "t.csv", "--structure", "poscar", "--output", name]
          + alone)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.contains("1 of 3 rows"), "\(run.errors)")
    }
    #expect(try Self.bytes("a.csv", in: folder) == Self.bytes("b.csv", in: folder))
    let all = try Table(try Self.bytes("a.csv", in: folder), file: "a.csv")
    let one = try Table(try Self.bytes("one.csv", in: folder), file: "one.csv")
    #expect(all.rowCount == 3 && one.rowCount == 3)
    let notes = try all.strings("note")
    #expect(notes[1] != "" && notes[0] == "")
    let (joined, alone) = (try all.strings("n2_v1"), try one.strings("v1"))
    #expect(joined[2] == alone[2] && joined[1] == "")
    let array = try NPYContent(try Self.bytes("a.npy", in: folder), file: "a.npy")
    #expect(array.shape == [3, 8 * 64])
  }

  @Test(
    "Refuses in a sentence",
    arguments: [
      (["explain", "gp.safetensors", "GaAs", "--write", "o.cif"], "no networks on crystals"),
      (
        ["explain", "crystals.safetensors", "NaCl.vasp", "--write", "o.txt"], "--write must end in"
      ),
      (
        ["explain", "crystals.safetensors", "NaCl.vasp", "--write", "o.cif", "--no-sites"],
        "--no-sites"
      ),
      (["explain", "crystals.safetensors", "GaAs"], "needs them"),
      (
        ["explain", "crystals.safetensors", "NaCl.vasp", "--method", "shapley"], "needs structures"
      ),
      (["explain", "crystals.safetensors", "NaCl.vasp", "--effects"], "needs structures"),
      (["embed", "gp.safetensors", "GaAs"], "has no networks"),
      (["embed", "crystals.safetensors", "GaAs"], "needs them"),
      (["embed", "crystals.safetensors", "NaCl.vasp", "--of", "formulas"], "reads formulas"),
      (["embed", "crystals.safetensors", "NaCl.vasp", "--network", "9"], "no network 9"),
      (
        ["embed", "crystals.safetensors", "NaCl.vasp", "--output", "v.txt"], "--output must end in"
      ),
      (["embed", "none.safetensors", "NaCl.vasp"], "none.safetensors"),
    ])
  func refuses(arguments: [String], sentence: String) throws {
    let folder = try Self.folder()
    let before = folder.names
    let run = try folder.run(arguments)
    #expect(run.status != 0 && run.output.isEmpty)
    #expect(run.errors.contains(sentence), "\(run.errors)")
    #expect(folder.names == before)
  }
}
