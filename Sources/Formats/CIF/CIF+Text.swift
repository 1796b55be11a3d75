import Foundation
import Matter

extension CIF {
  /// Crystals as CIF 1.1, one data block each, in P 1 with every site of the cell.
  ///
  /// Read back, the crystals are the same to the last bit: coordinates and occupancies are written with
  /// the digits that decide them, and the cell vectors stand in `_atom_sites_Cartn_tran_matrix` besides
  /// lengths and angles to 10 decimals. Every row has a label of its own, as CIF asks; labels that are
  /// not are kept in `_athanor_site_label`. Names and labels lose line breaks and control characters.
  /// Oxidation states stand in `_atom_type_oxidation_number`, moments in `_atom_site_moment`. Molecules
  /// and properties are left out.
  public static func text(_ entries: [StructureEntry]) -> String {
    text(entries, tolerance: nil)
  }

  /// Crystals as CIF 1.1 with symmetry: the asymmetric unit, the operations of the crystal's own cell,
  /// and the names of the space group where it has one in that cell.
  ///
  /// Read back, a crystal has the same cell and sites, orbit by orbit, positions within the tolerance.
  /// The atoms made of one bear its label. Crystals with moments list magnetic operations besides, by
  /// which moments are turned. A crystal that could not be read back the same (nothing repeats in it, or
  /// atoms of an orbit are so near that readers take them for one) is written as ``text(_:)`` does.
  ///
  /// Cost: that of ``CrystalSymmetry``; crystals of more than 5000 sites are written in P 1.
  ///
  /// - Parameter tolerance: Positions that agree within it are symmetric, Å.
  public static func symmetricText(
    _ entries: [StructureEntry], tolerance: Double = 1e-3
  ) -> String {
    text(entries, tolerance: tolerance)
  }

  /// Crystals with numbers for their atoms and pairs of atoms, as ``text(_:)`` writes them.
  ///
  /// The numbers stand in `_atom_site_NAME` and, pair by pair, in `_geom_bond_NAME` with labels, the cell
  /// of the second atom (`_geom_bond_site_symmetry_2`: `1_655` is one cell along a; `?` beyond four
  /// cells) and the distance.
  ///
  /// - Parameter entries: Crystals, each with its numbers.
  public static func text(_ entries: [(entry: StructureEntry, numbers: CIFSiteNumbers)]) -> String {
    var names: Set<String> = []
    var text = ""
    for (index, (entry, numbers)) in entries.enumerated() {
      guard let crystal = entry.crystal else { continue }
      precondition(
        numbers.occupants.count == crystal.occupants.count,
        "\(numbers.occupants.count) numbers for \(crystal.occupants.count) atoms")
      text += CIFWriter(crystal).block(
        code: code(entry.name, index, &names), name: entry.name, numbers)
    }
    return text
  }

  /// - Parameter tolerance: `nil` for P 1.
  private static func text(_ entries: [StructureEntry], tolerance: Double?) -> String {
    var names: Set<String> = []
    var text = ""
    for (index, entry) in entries.enumerated() {
      guard let crystal = entry.crystal else { continue }
      let code = code(entry.name, index, &names)
      let symmetric = tolerance.flatMap { symmetricBlock(crystal, code, entry.name, tolerance: $0) }
      text += symmetric ?? CIFWriter(crystal).block(code: code, name: entry.name)
    }
    return text
  }

  /// `nil` where it would not be read as the crystal again. The tolerance is twice that of the search,
  /// since atoms of a unit are moved onto its symmetry.
  private static func symmetricBlock(
    _ crystal: Crystal, _ code: String, _ name: String?, tolerance: Double
  ) -> String? {
    guard let unit = CIFAsymmetricUnit(of: crystal, tolerance: tolerance),
      let writer = try? CIFWriter(crystal, unit)
    else { return nil }
    let block = writer.block(code: code, name: name)
    guard let read = try? structures(Array(block.utf8), file: ""), read.count == 1,
      let back = read[0].crystal,
      CIFSiteFinder(crystal, tolerance: 2 * tolerance).isSame(as: back)
    else { return nil }
    return block
  }

  /// A block code: the name where it is a word of CIF, else its letters and digits; each code once.
  private static func code(_ name: String?, _ index: Int, _ taken: inout Set<String>) -> String {
    let letters = (name ?? "").unicodeScalars.map { scalar in
      (33...126).contains(scalar.value) ? Character(scalar) : "_"
    }
    var code = String(letters.prefix(70))
    if code.isEmpty { code = "structure_\(index + 1)" }
    while !taken.insert(code.lowercased()).inserted { code += "_\(index + 1)" }
    return code
  }
}
