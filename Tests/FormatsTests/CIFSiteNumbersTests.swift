import Formats
import Matter
import TestKit
import Testing

@Suite("CIF with numbers for sites")
struct CIFSiteNumbersTests {
  private func numbers(_ crystal: Crystal) -> CIFSiteNumbers {
    let last = crystal.siteCount - 1
    return CIFSiteNumbers(
      name: "athanor_contribution", items: [.init("_athanor_unit", "eV/atom"), .init("_a", "it's")],
      occupants: crystal.occupants.indices.map { Double($0) / 7 - 0.3 },
      bonds: [
        .init(first: 0, second: last, image: SIMD3(0, -4, 1), distance: 2.1, value: -1.5e-9),
        .init(first: last, second: 0, image: SIMD3(5, 0, 0), distance: 22, value: 0.1),
      ])
  }

  @Test("The crystal and its numbers are read back", arguments: UInt64(0)..<12)
  func roundTrip(seed: UInt64) throws {
    let crystal = try CIFTextTests.arbitrary(seed)
    let numbers = numbers(crystal)
    let entry = StructureEntry(name: "a", arrangement: .crystal(crystal))
    let bytes = Array(CIF.text([(entry, numbers), (entry, numbers)]).utf8)
    let back = try CIF.structures(bytes, file: "a.cif")
    #expect(back.count == 2 && back.allSatisfy { $0.crystal == crystal })
    let block = try #require(try CIF.document(bytes, file: "a.cif").blocks.last)
    func column(_ name: String) throws -> [Double] {
      try #require(block.values(name)).map { try #require($0.number) }
    }
    #expect(try column("_atom_site_athanor_contribution") == numbers.occupants)
    #expect(try column("_geom_bond_athanor_contribution") == numbers.bonds.map(\.value))
    #expect(try column("_geom_bond_distance") == numbers.bonds.map(\.distance))
    let labels = try #require(block.values("_atom_site_label"))
    let ends = try #require(block.values("_geom_bond_atom_site_label_1"))
    #expect(ends.first == labels.first)
    let cells = try #require(block.values("_geom_bond_site_symmetry_2"))
    #expect(cells[0].text == "1_516" && cells[1].text == nil)
    #expect(block.value("_athanor_unit")?.text == "eV/atom" && block.value("_a")?.text == "it's")
  }

  @Test("Without bonds there is no loop of them")
  func withoutBonds() throws {
    let crystal = try CIFTextTests.arbitrary(3)
    var numbers = numbers(crystal)
    numbers.bonds = []
    let entry = StructureEntry(arrangement: .crystal(crystal))
    #expect(!CIF.text([(entry, numbers)]).contains("_geom_bond"))
  }
}
