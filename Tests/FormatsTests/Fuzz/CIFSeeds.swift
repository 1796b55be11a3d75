import DenseMath

/// Small texts with every part of the CIF reader in them.
enum CIFSeeds {
  static let words = [
    "data_x", "loop_", "save_", "save_f", "stop_", "\n;", "'", "\"", "'''", "[", "]", "{'a':", "}",
    "#\\#CIF_2.0\n", "_cell_length_a", "_atom_site_fract_x", "_atom_site_label", "1e308", "-0.5(",
    "99999999999999999999", "nan", "\u{0}", "é", "x,y,z", "-x,y+1/2,z/0", "?", ".", " ", "\r\n",
    "_symmetry_Int_Tables_number 227\n", "_symmetry_space_group_name_H-M 'R -3 c'\n",
    "_athanor_name", "_space_group_name_Hall '-F 4vw 2vw 3 (1/8,0,0)'\n", "_atom_site_moment_label",
    "(12)", "\n;\\\n", "Fe3+", "'-y+1/3,x-y+2/3,z+2/3'\n",
  ]

  static let texts = [
    """
    data_a
    _cell_length_a 4.0(1)
    _cell_length_b 4
    _cell_length_c 6
    _cell_angle_alpha 90
    _cell_angle_beta 90
    _cell_angle_gamma 120
    _symmetry_space_group_name_H-M 'P 63/m m c'
    _cell_volume 83.1
    _chemical_formula_sum 'Mg2 O1'
    _cell_formula_units_Z 1
    loop_
    _atom_type_symbol
    _atom_type_oxidation_number
    Mg2+ 2
    loop_
    _atom_site_label
    _atom_site_type_symbol
    _atom_site_fract_x
    _atom_site_fract_y
    _atom_site_fract_z
    _atom_site_occupancy
    Mg1 Mg2+ 0.3333 0.6667 0.25 1
    O1 O 0 0 0 0.5
    F1 F 0 0 0 .5
    """,
    """
    #\\#CIF_2.0
    data_b _l [1 2 {'a':'b'}] _t '''x'''
    _cell.length_a 4 _cell.length_b 4 _cell.length_c 4
    _cell.angle_alpha 90 _cell.angle_beta 90 _cell.angle_gamma 90
    loop_ _space_group_symop_magn_operation.xyz x,y,z,+1 -x,-y,z+1/2,-1
    loop_ _space_group_symop_magn_centering.xyz x,y,z,+1 x+1/2,y+1/2,z,-1
    loop_ _atom_site_moment.label _atom_site_moment.crystalaxis_x
    _atom_site_moment.crystalaxis_y _atom_site_moment.crystalaxis_z Mn1 1 0 2
    loop_ _atom_site.label _atom_site.fract_x _atom_site.fract_y _atom_site.fract_z Mn1 0.1 0.2 0.3
    save_f _a
    ;text
    ; save_
    """,
    """
    data_c
    _cell_length_a 4.17 _cell_length_b 4.17 _cell_length_c 4.17
    _cell_angle_alpha 90 _cell_angle_beta 90 _cell_angle_gamma 90
    loop_
    _space_group_symop_operation_xyz
    'x,y,z'
    '-x,-y,z'
    '-y,x,z+1/2'
    'y,-x,z+1/2'
    loop_
    _atom_site_label _atom_site_fract_x _atom_site_fract_y _atom_site_fract_z
    Ni1 0 0 0
    O1 0.25 0.1 0.4
    """,
  ]

  /// Sound blocks of many atoms each.
  @Sendable static func blocks(_ length: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var number = 0
    while bytes.count < length {
      number += 1
      var text = texts[2].replacing("data_c", with: "data_c\(number)") + "\n"
      for atom in 0..<200 { text += "C\(atom) 0.\(100 + atom) 0.1 0.2\n" }
      bytes += Array(text.utf8)
    }
    return bytes
  }

  /// A block whose loops have random columns, rows and values of every kind.
  @Sendable static func loops(_ rng: inout SplitMix64) -> [UInt8] {
    func pick(_ words: [String]) -> String { words[rng.index(below: words.count)] }
    var text = pick(["", "#\\#CIF_2.0\n", "# a comment\n"]) + "data_g\n"
    for name in ["length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma"]
    where rng.index(below: 40) > 0 {
      text += "_cell_\(name) \(name.hasPrefix("l") ? pick(["4", "5.1(2)", "12.0"]) : "90")\n"
    }
    if rng.index(below: 2) == 0 {
      text +=
        "_space_group_name_H-M_alt '\(pick(["P 1", "F d -3 m", "R -3 m :H", "P 21/c", "?"]))'\n"
    } else {
      text += "loop_ _symmetry_equiv_pos_as_xyz\n"
      for _ in 0...rng.index(below: 6) {
        text +=
          "'"
          + (0..<3).map { _ in
            pick(["x", "-x", "y", "-y", "z", "-z", "x-y"]) + pick(["", "+1/2", "-1/3", "+.25"])
          }.joined(separator: ",") + "'\n"
      }
    }
    let columns = [
      "label", "fract_x", "fract_y", "fract_z", "type_symbol", "occupancy", "calc_flag", "B_iso",
    ].filter { $0.hasPrefix("fract") || $0 == "label" || rng.index(below: 2) == 0 }
    text += "loop_\n" + rng.shuffled(columns).map { "_atom_site_\($0)\n" }.joined()
    let width = columns.count
    for row in 0..<(1 + rng.index(below: 8)) * width {
      text +=
        pick([
          "0.1", "0.25", "1/2", "0", "-.3333(2)", "Fe\(row)", "O2-", "?", ".", "'a b'", "0.5",
          "\n;text\n;", "1", "0.667", "calc",
        ]) + pick([" ", "\n", "\t"])
    }
    return Array(text.utf8)
  }
}
