import Foundation
import Testing

@testable import Formats

@Suite("inspect")
struct InspectTests {
  static let rockSalt = """
    data_salt
    _cell_length_a 5.64
    _cell_length_b 5.64
    _cell_length_c 5.64
    _cell_angle_alpha 90
    _cell_angle_beta 90
    _cell_angle_gamma 90
    _symmetry_space_group_name_H-M 'F m -3 m'
    loop_
    _atom_site_label
    _atom_site_type_symbol
    _atom_site_fract_x
    _atom_site_fract_y
    _atom_site_fract_z
    Na1 Na 0 0 0
    Cl1 Cl 0.5 0.5 0.5
    """

  static func cards(_ run: ProgramRun) throws -> [[String: Any]] {
    try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
  }

  @Test("One object a file, in order; a refused one stops nobody and sets the exit code")
  func listsFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.rockSalt, to: "salt.cif")
    try folder.write(
      Self.rockSalt.replacingOccurrences(of: "0.5 0.5 0.5", with: "0.5 x 0.5"), to: "broken.cif")
    try folder.write("2\n\nO 0 0 0\nO 0 0 1.2\n", to: "oxygen.xyz")
    try folder.write("formula,gap\nGaAs,1.4\n", to: "gaps.csv")
    try folder.write("10.0 5\n10.1 9\n10.2 6\n", to: "scan.xy")
    let run = try folder.run(
      "inspect", "salt.cif", "broken.cif", "oxygen.xyz", "gaps.csv", "scan.xy", "absent.cif",
      "--json")
    #expect(run.status == 1)
    let cards = try Self.cards(run)
    #expect(
      cards.map { $0["file"] as? String }
        == ["salt.cif", "broken.cif", "oxygen.xyz", "gaps.csv", "scan.xy", "absent.cif"])

    let salt = cards[0]
    #expect(salt["format"] as? String == "cif" && salt["sites"] as? Int == 8)
    #expect(salt["formula"] as? String == "Na4Cl4" && salt["reducedFormula"] as? String == "NaCl")
    #expect(salt["disordered"] as? Bool == false)
    let group = try #require(salt["spaceGroup"] as? [String: Any])
    #expect(group["number"] as? Int == 225 && group["symbol"] as? String == "Fm-3m")
    let cell = try #require(salt["lattice"] as? [String: Double])
    let alpha = try #require(cell["alpha"])
    let volume = try #require(salt["volume"] as? Double)
    let density = try #require(salt["density"] as? Double)
    #expect(cell["a"] == 5.64 && abs(alpha - 90) < 1e-9)
    #expect(abs(volume - 179.406) < 1e-3 && abs(density - 2.1637) < 1e-3)

    let refusal = try #require(cards[1]["error"] as? [String: Any])
    #expect(refusal["line"] as? Int == 16 && refusal["column"] as? Int == 12)
    #expect(cards[2]["lattice"] == nil && cards[2]["formula"] as? String == "O2")
    #expect((cards[3]["table"] as? [String: Any])?["rows"] as? Int == 1)
    #expect((cards[4]["spectra"] as? [[String: Any]])?.first?["points"] as? Int == 3)
    #expect(cards[5]["error"] != nil)
  }

  @Test("A card for people names the cell, the space group and what to look at")
  func printsCards() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Self.rockSalt.replacingOccurrences(of: "Na1 Na 0 0 0", with: "Na1 Na 0 0 0.001"),
      to: "salt.cif")
    let run = try folder.run("inspect", "salt.cif", "--tolerance", "0.1")
    #expect(run.status == 0 && run.output.contains("space group Fm-3m (225)"), "\(run.output)")
    let strict = try folder.run("inspect", "salt.cif", "--tolerance", "0")
    #expect(strict.status == 2)
  }

  @Test("Two atoms at one place are refused, shared sites are not")
  func refusesOverlaps() throws {
    let folder = try TemporaryFolder()
    try folder.write("Fe\n1\n3 0 0\n0 3 0\n0 0 3\nFe\n2\nDirect\n0 0 0\n1 0 0\n", to: "two.vasp")
    try folder.write("2\n\nO 0 0 0\nO 0 0 0\n", to: "two.xyz")
    let shared = Self.rockSalt + "\nK1 K 0 0 0"
    try folder.write(
      shared.replacingOccurrences(
        of: "_atom_site_fract_z", with: "_atom_site_fract_z\n_atom_site_occupancy"
      )
      .replacingOccurrences(of: "Na 0 0 0", with: "Na 0 0 0 0.5")
      .replacingOccurrences(of: "0.5 0.5 0.5", with: "0.5 0.5 0.5 1")
      .replacingOccurrences(of: "K 0 0 0", with: "K 0 0 0 0.5"), to: "shared.cif")
    let run = try folder.run("inspect", "two.vasp", "two.xyz", "shared.cif", "--json")
    let cards = try Self.cards(run)
    for card in cards.prefix(2) {
      let error = try #require(card["error"] as? [String: Any])
      #expect((error["message"] as? String)?.contains("Sites 1 and 2") == true)
    }
    #expect(cards[2]["disordered"] as? Bool == true && cards[2]["sites"] as? Int == 8)
  }

  @Test("Arrays of NumPy and the files of an archive are looked into")
  func looksInside() throws {
    let folder = try TemporaryFolder()
    func write(_ bytes: [UInt8], to name: String) throws {
      try Data(bytes).write(to: folder.url.appendingPathComponent(name))
    }
    let array = NPYContent(.reals([1.5, .nan, -2, .infinity, 0, 4]), shape: [2, 3])
    try write(array.encoded, to: "a.npy")
    try write(NPZArchive.encode([("energies", array)]), to: "a.npz")
    var zip = ZipWriter()
    zip.add("cells/salt.cif", Array(Self.rockSalt.utf8))
    zip.add("broken.cif", Array("data_x\nloop_\n".utf8))
    zip.add("README.txt", Array("Two sentences, here. And there.\n".utf8))
    try write(zip.finished(), to: "all.zip")
    let run = try folder.run("inspect", "a.npy", "a.npz", "all.zip", "--json")
    #expect(run.status == 0, "\(run.errors)")
    let cards = try Self.cards(run)
    #expect(cards.map { $0["format"] as? String } == ["npy", "npz", "zip"])
    let members = try cards.dropFirst().map {
      try #require($0["archive"] as? [[String: Any]])
    }
    let inside = members.map { $0.map { $0["content"] as? [String: Any] } }
    for summary in [cards[0]["array"], inside[0].first??["array"]] {
      let summary = try #require(summary as? [String: Any])
      #expect(summary["shape"] as? [Int] == [2, 3] && summary["type"] as? String == "<f8")
      #expect(summary["minimum"] as? Double == -2 && summary["maximum"] as? Double == 4)
      #expect(summary["notANumber"] as? Int == 1 && summary["infinite"] as? Int == 1)
    }
    #expect(
      members[1].map { $0["name"] as? String } == ["cells/salt.cif", "broken.cif", "README.txt"])
    #expect(inside[1][0]?["reducedFormula"] as? String == "NaCl")
    #expect(inside[1][1]?["error"] != nil && inside[1][2] == nil)
    let text = try folder.run("inspect", "a.npy", "all.zip").output
    #expect(text.contains("an array of 2 × 3, <f8") && text.contains("salt.cif: NaCl"), "\(text)")
  }

  @Test("Cells of no solid and tables without names are noted")
  func notesOddities() throws {
    let folder = try TemporaryFolder()
    try folder.write("Fe\n1\n1e-300 0 0\n0 3 0\n0 0 3\nFe\n1\nDirect\n0 0 0\n", to: "flat.vasp")
    try folder.write("Fe2O3,2.1\nTiO2,3.2\n", to: "headless.csv")
    try folder.write(Self.rockSalt, to: "salt.cif")
    let cards = try Self.cards(
      try folder.run("inspect", "flat.vasp", "headless.csv", "salt.cif", "--json"))
    let notices = cards.map { ($0["notices"] as? [[String: Any]])?.first?["message"] as? String }
    #expect(notices[0]?.hasPrefix("The cell is implausible") == true, "\(cards[0])")
    #expect(notices[1]?.hasPrefix("The first line holds values") == true)
    #expect(notices[2] == nil)
  }

  @Test("Long tables and trajectories are read piece by piece, gzipped too")
  func streams() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<100_000).map { "Fe\($0 % 40 + 1)O,\($0 % 128)\n" }.joined()
    let table = Array(("formula,gap\n" + rows).utf8)
    try Data(Gzip.compress(table, level: 1)).write(
      to: folder.url.appendingPathComponent("long.csv.gz"))
    try folder.write(String(repeating: "2\n\nO 0 0 0\nO 0 0 1.2\n", count: 50_000), to: "long.xyz")
    let cards = try Self.cards(try folder.run("inspect", "long.csv.gz", "long.xyz", "--json"))
    let profile = try #require(cards[0]["table"] as? [String: Any])
    #expect(profile["rows"] as? Int == 100_000 && profile["formulaColumn"] as? String == "formula")
    let columns = try #require(profile["columns"] as? [[String: Any]])
    #expect(columns[0]["distinct"] as? Int == 40 && columns[1]["maximum"] as? Double == 127)
    #expect(cards[1]["structures"] as? Int == 50_000 && cards[1]["formula"] as? String == "O2")
  }

  @Test("text extract lists formulas and quantities with their places")
  func extracts() throws {
    let folder = try TemporaryFolder()
    try folder.write("TiO2 was calcined at 500 degC for 2 h.", to: "t.txt")
    let run = try folder.run("text", "extract", "t.txt", "--json")
    let mentions = try #require(try Self.cards(run).first?["mentions"] as? [[String: Any]])
    #expect(mentions.map { $0["text"] as? String } == ["TiO2", "500 degC", "2 h"])
    #expect(mentions.map { $0["start"] as? Int } == [0, 21, 34])
    #expect(mentions[0]["formula"] as? String == "TiO2")
    #expect((mentions[1]["quantity"] as? [String: Any])?["unit"] as? String == "°C")
  }
}
