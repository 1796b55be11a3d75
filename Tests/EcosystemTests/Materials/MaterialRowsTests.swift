import Ecosystem
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("Rows with their materials")
struct MaterialRowsTests {
  /// Rock salt in its primitive cell, as CIF; `second` is the place of the anion along all axes.
  static func cif(_ cation: String, _ anion: String, a: Double = 4, second: Double = 0.5) -> String
  {
    """
    data_\(cation)\(anion)
    _cell_length_a \(a)
    _cell_length_b \(a)
    _cell_length_c \(a)
    _cell_angle_alpha 60
    _cell_angle_beta 60
    _cell_angle_gamma 60
    loop_
    _atom_site_label
    _atom_site_type_symbol
    _atom_site_fract_x
    _atom_site_fract_y
    _atom_site_fract_z
    _atom_site_occupancy
    \(cation)1 \(cation) 0 0 0 1
    \(anion)1 \(anion) \(second) \(second) \(second) 1

    """
  }

  private func folder(_ files: [String: String]) throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("materials \(UUID().uuidString)")
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return folder
  }

  private func read(
    _ files: [String: String], _ name: String? = nil,
    _ change: (inout MaterialRows.Options, URL) -> Void = { _, _ in }
  ) throws -> MaterialBatch {
    let folder = try folder(files)
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = MaterialRows.Options()
    change(&options, folder)
    let path = name.map { folder.appendingPathComponent($0).path } ?? folder.path
    return try MaterialRows.all(path, options: options, threads: 2)
  }

  @Test("All files that rows are read from are named")
  func files() throws {
    let cif = Self.cif("Na", "Cl")
    let folder = try folder([
      "a.cif": cif, "list.csv": "file,y\na.cif,1\n", "notes.txt": "x",
      "in/b.cif": cif, "other/list.csv": "file,y\nc.cif,1\n", "other/c.cif": cif,
      "only/d.cif": cif, "only/e/f.cif": cif, "formulas.csv": "formula\nNaCl\n",
    ])
    defer { try? FileManager.default.removeItem(at: folder) }
    for (path, expected) in [
      ("a.cif", ["a.cif"]), ("formulas.csv", ["formulas.csv"]),
      ("other/list.csv", ["other/list.csv", "other/c.cif"]),
      ("other", ["other/c.cif", "other/list.csv"]), ("only", ["only/d.cif", "only/e/f.cif"]),
    ] {
      let rows = try MaterialRows(folder.appendingPathComponent(path).path, batch: 1)
      let names = try rows.files.map { $0.replacing(folder.path + "/", with: "") }
      #expect(names == expected)
    }
  }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }

  private static let mixed =
    "material_id,formula,cif,gap\n"
    + "a,MgO,\(quoted(cif("Mg", "O"))),1\n"
    + "b,NaCl,\(quoted(cif("Na", "Cl", second: 0))),2\n"
    + "c,KBr,,3\n"
    + "d,LiF,\(quoted(cif("Li", "F").replacing(" 1\nF1", with: " 1.4\nF1"))),4\n"
    + "e,CaO,\(quoted(cif("Ca", "O"))),\n"

  @Test(
    "Structures in cells: one that cannot be used costs its row, a blank one leaves the formula")
  func cells() throws {
    let batch = try read(["t.csv": Self.mixed], "t.csv")
    #expect(batch.isOfStructures && batch.structureColumn == "cif" && batch.rows.count == 5)
    #expect(batch.rows.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(batch.rows.map(\.hasCrystal) == [true, false, false, false, true])
    #expect(batch.skipped.map(\.name) == ["b", "d"])
    #expect(batch.skipped[0].reason.contains("one place"), "\(batch.skipped[0].reason)")
    #expect(batch.skipped[1].reason.contains("ccupanc") || batch.skipped[1].reason.contains("fill"))
    #expect(batch.skipped[0].line == 3 + Self.cif("Mg", "O").count { $0.isNewline })
    #expect(try batch.rows[2].material.get().composition.reducedFormula == "KBr")

    var columns = Dataset.Columns(target: "gap")
    columns.leavesOutMissing = true
    let dataset = try Dataset(batch, columns: columns)
    #expect(dataset.identifiers == ["a", "c"] && dataset.targets == [1, 3])
    #expect(dataset.candidates.map { $0.crystal != nil } == [true, false])
  }

  @Test("A column of formulas that is asked for is read alone")
  func formulas() throws {
    let batch = try read(["t.csv": Self.mixed], "t.csv") { options, _ in options.formula = "formula"
    }
    #expect(!batch.isOfStructures && batch.skipped.isEmpty)
    let first = try read(["t.csv": Self.mixed], "t.csv") { options, _ in
      options.takesFormulas = true
    }
    #expect(!first.isOfStructures)
  }

  @Test("In pieces the rows are the same")
  func pieces() throws {
    let folder = try folder(["t.csv": Self.mixed])
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("t.csv").path
    let whole = try MaterialRows.all(path)
    var rows = try MaterialRows(path, batch: 2, threads: 2)
    var found: [MaterialRow] = []
    while let batch = try rows.next() { found += batch.rows }
    #expect(found.map(\.name) == whole.rows.map(\.name) && rows.count == 5)
    #expect(found.map(\.line) == whole.rows.map(\.line))
    #expect(found.map { try? $0.material.get() } == whole.rows.map { try? $0.material.get() })
  }

  @Test("Names lead to files beside the table, in a folder or in an archive")
  func names() throws {
    let table = "id,structure,gap\nx,MgO.cif,1\ny,sub/CaO.cif,2\nz,gone.cif,3\n"
    let files = [
      "t.csv": table, "MgO.cif": Self.cif("Mg", "O"), "sub/CaO.cif": Self.cif("Ca", "O"),
    ]
    let beside = try read(files, "t.csv") { $0.structures = $1.path }
    #expect(beside.rows.map(\.hasCrystal) == [true, true, false])
    #expect(beside.skipped.map(\.name) == ["z"] && beside.skipped[0].reason.contains("gone.cif"))
    #expect(try read(files).rows.map(\.formula) == ["MgO", "CaO", ""])
    let alone = ["t.csv": "structure,gap\nMgO.cif,1\n", "MgO.cif": Self.cif("Mg", "O")]
    #expect(try read(alone, "t.csv").rows.map(\.hasCrystal) == [true])
    let lost = ["t.csv": "structure,gap\nMgO.cif,1\n"]
    #expect(throws: ReadingError.self) { try read(lost, "t.csv") }
  }

  @Test("A folder as CGCNN lays it out; two tables are a question")
  func folders() throws {
    let files = [
      "id_prop.csv": "9000,1.5\n9001,2.5\n", "9000.cif": Self.cif("Mg", "O"),
      "9001.cif": Self.cif("Ca", "O"), "atom_init.json": "{\"1\": [0, 1]}",
    ]
    let batch = try read(files)
    #expect(batch.rows.map(\.name) == ["9000", "9001"])
    #expect(batch.rows.map(\.formula) == ["MgO", "CaO"])
    #expect(try Dataset(batch, columns: .init(target: "target")).targets == [1.5, 2.5])
    let bare = try read(["b.cif": Self.cif("Mg", "O"), "a.cif": Self.cif("Ca", "O")])
    #expect(bare.rows.map(\.name) == ["a", "b"])
    #expect(throws: ReadingError.self) { try read(["a.csv": "x\n1\n", "b.csv": "x\n1\n"]) }
    #expect(throws: ReadingError.self) { try read(["notes.txt": "nothing"]) }
  }

  @Test("Values in JSON files of their own belong to the structures of another")
  func values() throws {
    let poscar = "MgO\\n1.0\\n0 2 2\\n2 0 2\\n2 2 0\\nMg O\\n1 1\\ndirect\\n0 0 0\\n0.5 0.5 0.5\\n"
    let batch = try read([
      "s.json": "{\"train\": {\"J1\": \"\(poscar)\"}, \"val\": {\"J2\": \"\(poscar)\"}}",
      "tc.json": "{\"train\": {\"J1\": 4.5}, \"val\": {\"J2\": 2}}",
      "gap.json": "{\"train\": {\"J1\": 0.5}}",
    ])
    #expect(batch.rows.map(\.name) == ["J1", "J2"] && batch.rows.allSatisfy(\.hasCrystal))
    #expect(batch.table.columns == ["id", "split", "gap", "tc"])
    #expect(try batch.table.strings("split") == ["train", "val"])
    #expect(try batch.table.strings("gap") == ["0.5", ""])
  }

  @Test("Values of extended XYZ frames and of JSON lines are columns; a molecule has no cell")
  func streams() throws {
    func frame(_ energy: String, _ cell: String) -> String {
      "2\n\(cell)Properties=species:S:1:pos:R:3 \(energy)\nNa 0 0 0\nCl 2.8 0 0\n"
    }
    let cell = "Lattice=\"5.6 0 0 0 5.6 0 0 0 5.6\" "
    let batch = try read(
      ["t.xyz": frame("energy=-3.5", cell) + frame("energy=-1", "") + frame("gap=2", cell)], "t.xyz"
    )
    #expect(batch.rows.map(\.hasCrystal) == [true, false, true])
    #expect(batch.table.columns == ["id", "formula", "energy", "gap"])
    #expect(try batch.table.strings("energy") == ["-3.5", "-1", ""])
    #expect(batch.skipped.map(\.line) == [5] && batch.skipped[0].reason.contains("cell"))

    let atoms =
      "{\"lattice_mat\": [[4,0,0],[0,4,0],[0,0,4]], \"coords\": [[0,0,0],[0.5,0.5,0.5]], "
      + "\"elements\": [\"Cs\", \"Cl\"], \"cartesian\": false}"
    let lines =
      "{\"jid\": \"J1\", \"atoms\": \(atoms), \"gap\": 6}\n{\"jid\": \"J2\", \"atoms\": 3}\n"
    let jsonl = try read(["t.jsonl": lines], "t.jsonl")
    #expect(jsonl.rows.map(\.name) == ["J1", "structure 2"])
    #expect(jsonl.skipped.map(\.line) == [2])
  }

  @Test("The same crystal in another cell is one material; a polymorph is another")
  func sameness() throws {
    let doubled = Self.cif("Cs", "Cl")
    let text =
      "cif,y\n"
      + [doubled, doubled, Self.cif("Cs", "Cl", a: 5), Self.cif("Cs", "Cl", second: 0.25)]
      .enumerated().map { "\(Self.quoted($1)),\($0)\n" }.joined()
    let dataset = try Dataset(read(["t.csv": text], "t.csv"), columns: .init(target: "y"))
    let same = try dataset.firstOfSame(threads: 2)
    #expect(same[1] == 0 && same[3] == 3)
    #expect(dataset.contradictions(among: same).count == 1)
    let merged = try dataset.dealing(with: .mean, among: same)
    #expect(merged.rows.count == Set(same).count)
    let other = try Dataset(
      read(["t.csv": text.replacing(" 0.25 ", with: " 0.26 ")], "t.csv"),
      columns: .init(target: "y"))
    #expect(dataset.contentHash != other.contentHash, "coordinates are part of the data")
  }

  @Test(
    "Published sets are read whole", .enabled(if: SharedFolder.has("data/structure/obelix")),
    arguments: [
      ("structure/matbench_phonons/matbench_phonons.json.gz", "", 1265, 1265),
      ("structure/perov_5/test_dev.csv.gz", "", 1000, 1000),
      ("structure/obelix/train.csv", "structure/obelix/train_cifs", 478, 254),
      ("superconductors/3DSC_MP_index.csv", "superconductors/3DSC_MP_cifs.tar.gz", 2000, 2000),
      ("structure/jarvis_supercon", "", 828, 828),
    ])
  func published(_ path: String, _ structures: String, _ rows: Int, _ crystals: Int) throws {
    let file = try #require(SharedFolder.url("data/\(path)"))
    var options = MaterialRows.Options()
    if !structures.isEmpty { options.structures = SharedFolder.url("data/\(structures)")?.path }
    let batch = try MaterialRows.all(file.path, options: options, threads: 2)
    #expect(batch.rows.count == rows && batch.rows.count { $0.hasCrystal } == crystals)
    let damaged = batch.skipped.filter { !$0.reason.contains("There is no structure") }
    #expect(damaged.isEmpty, "\(damaged.prefix(3))")
  }

  // MARK: Long lists

  private static let structure =
    #"{"lattice": {"matrix": [[3,0,0],[0,3,0],[0,0,3]]}, "sites": [{"species": "#
    + #"[{"element": "Fe", "occu": 1}], "abc": [0,0,0]}]}"#

  /// More than is read whole; blanks make the length.
  private static let padding = String(repeating: " ", count: 1 << 18)

  @Test("Long lists of structures are read piece by piece, and one that is none costs its own row")
  func longLists() throws {
    let sound = #"{"id": "m", "gap": 1.5, "structure": \#(Self.structure)}"#
    let damaged = #"{"id": "n", "structure": {"lattice": 1, "sites": [{}]}}"#
    let items = (0..<80).map { ($0 == 70 ? damaged : sound) + Self.padding }
    let list = try read(["a.json": "[" + items.joined(separator: ",\n") + "]"], "a.json")
    #expect(list.rows.count == 80 && list.skipped.count == 1 && list.isOfStructures)
    #expect(list.skipped.first?.line == 71)
    #expect(try list.table.strings("gap").prefix(2) == ["1.5", "1.5"])

    let rows = (0..<80).map { _ in "[\(Self.structure), 2]\(Self.padding)" }
    let labels = (0..<80).map { "\"mb-\($0)\"" }.joined(separator: ",")
    let table = try read(
      [
        "a.json": #"{"index": [\#(labels)], "columns": ["structure", "gap"], "data": ["#
          + rows.joined(separator: ",") + "]}"
      ], "a.json")
    #expect(table.rows.count == 80 && table.skipped.isEmpty && table.rows[79].name == "mb-79")
    #expect(try table.table.strings("gap").allSatisfy { $0 == "2" })

    let cut = #expect(throws: ReadingError.self) {
      try read(["a.json": "[" + items.joined(separator: ",\n")], "a.json")
    }
    #expect(cut?.message.contains("cut off") == true)
  }

  @Test("Long lists of rows are tables")
  func longTables() throws {
    let rows = (0..<80).map { _ in #"{"formula": "NaCl", "gap": 5}"# + Self.padding }
    let table = try read(["a.json": "[" + rows.joined(separator: ",") + "]"], "a.json")
    #expect(table.rows.count == 80 && !table.isOfStructures && table.formulaColumn == "formula")
  }
}
