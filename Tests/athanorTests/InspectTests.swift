import Foundation
import Testing

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
