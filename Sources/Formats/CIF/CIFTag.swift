/// The names of items that crystals are made of; other names keep their bytes alone.
enum CIFTag: UInt8, CaseIterable {
  case unknown
  case lengthA, lengthB, lengthC, angleAlpha, angleBeta, angleGamma
  case cellVolume, formulaUnits, formulaSum, modulationDimension
  case hermannMauguin, hall, spaceGroupNumber, coordinateSystem
  case operation, magneticOperation, magneticCentering
  case label, typeSymbol, fractX, fractY, fractZ, cartnX, cartnY, cartnZ
  case occupancy, calculationFlag, massNumber, ownLabel
  case atomTypeSymbol, oxidationNumber
  case momentLabel, momentX, momentY, momentZ, momentCartnX, momentCartnY, momentCartnZ
  case cartnMatrix11, cartnMatrix12, cartnMatrix13, cartnMatrix21, cartnMatrix22, cartnMatrix23
  case cartnMatrix31, cartnMatrix32, cartnMatrix33
  case generatedLabels, ownName

  /// Spellings in lower case, as in the core dictionary 2.4 and 3, the magnetic dictionary and
  /// macromolecular files; `|` is a `_` or a `.`.
  var spellings: [String] {
    switch self {
    case .unknown: []
    case .lengthA: ["_cell|length_a"]
    case .lengthB: ["_cell|length_b"]
    case .lengthC: ["_cell|length_c"]
    case .angleAlpha: ["_cell|angle_alpha"]
    case .angleBeta: ["_cell|angle_beta"]
    case .angleGamma: ["_cell|angle_gamma"]
    case .cellVolume: ["_cell|volume"]
    case .formulaUnits: ["_cell|formula_units_z"]
    case .formulaSum: ["_chemical_formula|sum"]
    case .modulationDimension: ["_cell|modulation_dimension"]
    case .hermannMauguin:
      [
        "_symmetry|space_group_name_h-m", "_space_group|name_h-m_alt", "_space_group|name_h-m",
        "_space_group|name_h-m_full",
      ]
    case .hall:
      ["_symmetry|space_group_name_hall", "_space_group|name_hall"]
    case .spaceGroupNumber: ["_symmetry|int_tables_number", "_space_group|it_number"]
    case .coordinateSystem: ["_space_group|it_coordinate_system_code"]
    case .operation:
      [
        "_symmetry_equiv|pos_as_xyz", "_space_group_symop|operation_xyz",
        "_symmetry_equiv_pos|as_xyz",
      ]
    case .magneticOperation:
      ["_space_group_symop_magn_operation|xyz", "_space_group_symop|magn_operation_xyz"]
    case .magneticCentering:
      ["_space_group_symop_magn_centering|xyz", "_space_group_symop|magn_centering_xyz"]
    case .label: ["_atom_site|label", "_atom_site|label_atom_id"]
    case .typeSymbol: ["_atom_site|type_symbol"]
    case .fractX: ["_atom_site|fract_x"]
    case .fractY: ["_atom_site|fract_y"]
    case .fractZ: ["_atom_site|fract_z"]
    case .cartnX: ["_atom_site|cartn_x"]
    case .cartnY: ["_atom_site|cartn_y"]
    case .cartnZ: ["_atom_site|cartn_z"]
    case .occupancy: ["_atom_site|occupancy"]
    case .calculationFlag: ["_atom_site|calc_flag"]
    case .massNumber: ["_athanor_site_mass_number"]
    case .ownLabel: ["_athanor_site_label"]
    case .atomTypeSymbol: ["_atom_type|symbol"]
    case .oxidationNumber: ["_atom_type|oxidation_number"]
    case .momentLabel: ["_atom_site_moment|label"]
    case .momentX: ["_atom_site_moment|crystalaxis_x"]
    case .momentY: ["_atom_site_moment|crystalaxis_y"]
    case .momentZ: ["_atom_site_moment|crystalaxis_z"]
    case .momentCartnX: ["_atom_site_moment|cartn_x"]
    case .momentCartnY: ["_atom_site_moment|cartn_y"]
    case .momentCartnZ: ["_atom_site_moment|cartn_z"]
    case .cartnMatrix11: ["_atom_sites_cartn_tran|matrix_11"]
    case .cartnMatrix12: ["_atom_sites_cartn_tran|matrix_12"]
    case .cartnMatrix13: ["_atom_sites_cartn_tran|matrix_13"]
    case .cartnMatrix21: ["_atom_sites_cartn_tran|matrix_21"]
    case .cartnMatrix22: ["_atom_sites_cartn_tran|matrix_22"]
    case .cartnMatrix23: ["_atom_sites_cartn_tran|matrix_23"]
    case .cartnMatrix31: ["_atom_sites_cartn_tran|matrix_31"]
    case .cartnMatrix32: ["_atom_sites_cartn_tran|matrix_32"]
    case .cartnMatrix33: ["_atom_sites_cartn_tran|matrix_33"]
    case .generatedLabels: ["_athanor_labels"]
    case .ownName: ["_athanor_name"]
    }
  }
}

/// Finds ``CIFTag``s by a hash of the bytes of a name, whatever the case of its letters.
struct CIFTagTable {
  private var keys = [UInt64](repeating: 0, count: 256)
  private var tags = [CIFTag](repeating: .unknown, count: 256)

  static let shared = CIFTagTable()

  private init() {
    for tag in CIFTag.allCases {
      for spelling in tag.spellings {
        for separator in ["_", "."] {
          insert(spelling.replacing("|", with: separator), tag)
        }
      }
    }
  }

  private mutating func insert(_ name: String, _ tag: CIFTag) {
    let bytes = Array(name.utf8)
    let hash = Self.hash(bytes.span, 0, bytes.count)
    var slot = Int(hash >> 56)
    while keys[slot] != 0 && keys[slot] != hash { slot = (slot + 1) & 255 }
    keys[slot] = hash
    tags[slot] = tag
  }

  func tag(_ hash: UInt64) -> CIFTag {
    var slot = Int(hash >> 56)
    while keys[slot] != 0 {
      if keys[slot] == hash { return tags[slot] }
      slot = (slot + 1) & 255
    }
    return .unknown
  }

  /// A hash in which capital and small letters are one; never 0.
  static func hash(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    let raw = bytes.bytes
    var hash = UInt64(truncatingIfNeeded: end - start)
    var position = start
    while position + 8 <= end {
      mix(&hash, raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    if position < end {
      var rest: UInt64 = 0
      while position < end {
        rest = rest << 8 | UInt64(bytes[position])
        position += 1
      }
      mix(&hash, rest)
    }
    return hash | 1
  }

  @inline(__always)
  private static func mix(_ hash: inout UInt64, _ word: UInt64) {
    hash = (hash ^ (word | 0x2020_2020_2020_2020)) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 29
  }
}
