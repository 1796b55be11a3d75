import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("CIF fuzz")
struct CIFFuzzTests {
  private static let words = [
    "data_x", "loop_", "save_", "save_f", "stop_", "\n;", "'", "\"", "'''", "[", "]", "{'a':", "}",
    "#\\#CIF_2.0\n", "_cell_length_a", "_atom_site_fract_x", "_atom_site_label", "1e308", "-0.5(",
    "99999999999999999999", "nan", "\u{0}", "é", "x,y,z", "-x,y+1/2,z/0", "?", ".", " ", "\r\n",
    "_symmetry_Int_Tables_number 227\n", "_symmetry_space_group_name_H-M 'R -3 c'\n",
    "_athanor_name",
  ].map { Array($0.utf8) }

  /// Small texts with every part of the reader in them.
  private static let seeds: [[UInt8]] = [
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
  ].map { Array($0.utf8) }

  /// A budget of mutations; `CIF_FUZZ` in the environment raises it.
  private static let count =
    ProcessInfo.processInfo.environment["CIF_FUZZ"].flatMap { Int($0) } ?? 6000

  @Test("No damage makes the reader fail in another way than by an error")
  func survives() throws {
    var rng = SplitMix64(seed: 20)
    var seeds = Self.seeds
    for (testCase, _) in (try? SharedFolder.goldenCases("cif_syntax")) ?? [] {
      guard let file = testCase["file"] as? String else { continue }
      let bytes = SharedFolder.bytes("golden/cif_syntax/\(file)")
      if (1..<20_000).contains(bytes.count) { seeds.append(bytes) }
    }
    var (read, refused) = (0, 0)
    for _ in 0..<Self.count {
      let seed = seeds[
        rng.index(below: 3) == 0 ? rng.index(below: 2) : rng.index(below: seeds.count)]
      let bytes = Mutations.mutate(seed, dictionary: Self.words, using: &rng)
      do {
        let entries = try CIF.structures(bytes, file: "t")
        read += 1
        for entry in entries { check(entry) }
        if rng.index(below: 20) == 0 {
          for block in try CIF.document(bytes, file: "t").blocks {
            for name in block.names { #expect(block.values(name) != nil) }
          }
        }
      } catch {
        #expect(!error.message.isEmpty)
        refused += 1
      }
    }
    #expect(read > Self.count / 20 && refused > Self.count / 20, "\(read) read, \(refused) refused")
  }

  private func check(_ entry: StructureEntry) {
    guard let crystal = entry.crystal else { return }
    #expect(crystal.lattice.volume > 0)
    #expect(crystal.occupants.allSatisfy { $0.occupancy > 0 && $0.occupancy <= 1 })
  }
}
