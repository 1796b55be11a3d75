import DenseMath
import Ecosystem
import Formats
import Foundation
import Matter
import Testing

@Suite("Crystals behind rows")
struct CrystalRowsTests {
  /// A cubic crystal of the CsCl type (space group 221), as some copies along an axis.
  private func cubic(_ length: Double, copies: Int = 1, shift: Double = 0) throws -> Crystal {
    let lattice = try Lattice(
      a: SIMD3(length, 0, 0), b: SIMD3(0, length, 0), c: SIMD3(0, 0, length * Double(copies)))
    var positions: [SIMD3<Double>] = []
    for copy in 0..<copies {
      let z = Double(copy) / Double(copies)
      positions.append(SIMD3(shift, shift, z + shift / Double(copies)))
      positions.append(SIMD3(0.5 + shift, 0.5 + shift, z + (0.5 + shift) / Double(copies)))
    }
    let symbols = ["Cs", "Cl"].compactMap { Element(symbol: $0) }
    return try Crystal(
      lattice: lattice,
      occupants: positions.indices.map { Occupant(Species(symbols[$0 % 2])) },
      counts: positions.map { _ in 1 }, positions: positions)
  }

  private func entries() throws -> [StructureEntry] {
    [
      StructureEntry(name: "one", arrangement: .crystal(try cubic(4.1))),
      StructureEntry(name: "doubled", arrangement: .crystal(try cubic(4.1, copies: 2))),
      StructureEntry(name: "moved", arrangement: .crystal(try cubic(4.1, shift: 0.21))),
      StructureEntry(
        name: "water",
        arrangement: .molecule(
          try Molecule(
            elements: ["O", "H", "H"].compactMap { Element(symbol: $0) },
            positions: [SIMD3(0, 0, 0), SIMD3(0.96, 0, 0), SIMD3(-0.24, 0.93, 0)]))),
    ]
  }

  @Test("The same crystal is found whatever its cell and origin, and counts as leakage")
  func leakage() throws {
    let entries = try entries()
    let keys = try CrystalRows(entries).identities(threads: 2)
    #expect(keys[0] != nil && keys[0] == keys[1] && keys[0] == keys[2] && keys[3] == nil)
    let rows = try SplitRows(StructureTable.table(entries, name: "e.xyz"))
    #expect(rows.identifiers == ["one", "doubled", "moved", "water"])
    let split = try Split(
      name: "by hand", recipe: SplitRecipe(.random, folds: 2), rowsHash: rows.hash.hex,
      folds: [0, 1, 1, 0])
    let found = try SplitLeakage(split, rows: rows, crystalKeys: keys)
    #expect(found.overall.sameCrystal == 1)
    let other = try Split(
      name: "by hand", recipe: SplitRecipe(.random, folds: 2), rowsHash: rows.hash.hex,
      folds: [0, 0, 0, 1])
    let clean = try SplitLeakage(other, rows: rows, crystalKeys: keys)
    #expect(clean.folds.map(\.sameCrystal) == [0, nil])
  }

  @Test("Space groups come from all crystals, or from a sample that says so")
  func survey() throws {
    let lengths = (0..<12).map { 3.9 + 0.05 * Double($0) }
    let rows = try CrystalRows(
      lengths.map { StructureEntry(arrangement: .crystal(try cubic($0))) })
    let all = try rows.spaceGroups(seed: 0, threads: 2)
    #expect(all.numbers == [Int?](repeating: 221, count: 12) && !all.survey.isSample)
    let some = try rows.spaceGroups(most: 5, seed: 0)
    #expect(some.numbers.compactMap { $0 } == [Int](repeating: 221, count: 5))
    #expect(some.survey.isSample && some.survey.examined == 5 && some.survey.crystals == 12)
    #expect(some.survey.scope == "5 of 12 crystals, drawn at random (seed 0)")
    let again = try rows.spaceGroups(most: 5, seed: 0, threads: 2)
    #expect(again.numbers == some.numbers)
    let others = try (1..<5).map { try rows.spaceGroups(most: 5, seed: $0).numbers }
    #expect(others.contains { $0 != some.numbers }, "other seeds draw other crystals")
    #expect(others.contains { $0[6...].contains { $0 != nil } }, "not the first ones")
  }

  @Test("A store gives its crystals by the keys of its rows")
  func store() throws {
    let folder = try StoreFolder()
    let store = try folder.store()
    try folder.write(
      """
      2
      Lattice="4.1 0 0 0 4.1 0 0 0 4.1" Properties=species:S:1:pos:R:3 pbc="T T T" energy=-1
      Cs 0 0 0
      Cl 2.05 2.05 2.05
      4
      Lattice="4.1 0 0 0 4.1 0 0 0 8.2" Properties=species:S:1:pos:R:3 pbc="T T T" energy=-2
      Cs 0 0 0
      Cl 2.05 2.05 2.05
      Cs 0 0 4.1
      Cl 2.05 2.05 6.15

      """, to: "a.extxyz")
    _ = try DataImport().run(folder.path("a.extxyz"), into: store)
    let outlines = try store.crystalOutlines()
    #expect(outlines.map(\.formula) == ["CsCl", "CsCl"] && outlines.map(\.sites) == [2, 4])
    let rows = try CrystalRows(store, rowKeys: outlines.map(\.key) + ["none"])
    let keys = try rows.identities()
    #expect(keys[0] != nil && keys[0] == keys[1] && keys[2] == nil)
    #expect(try rows.spaceGroups(seed: 0).numbers == [221, 221, nil])

    let (histories, count) = try store.histories(of: "Cs3Cl3")
    #expect(count == 2 && histories.map(\.sites) == [2, 4])
    let prefix = String(outlines[1].key.prefix(9))
    #expect(try store.histories(of: prefix).histories.map(\.key) == [outlines[1].key])
    #expect(throws: StoreError.self) { try store.histories(of: "NaCl") }
  }
}
