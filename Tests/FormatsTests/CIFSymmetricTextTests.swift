import Formats
import Matter
import TestKit
import Testing

@Suite("CIF with symmetry")
struct CIFSymmetricTextTests {
  private func entry(_ crystal: Crystal, _ name: String = "x") -> StructureEntry {
    StructureEntry(name: name, arrangement: .crystal(crystal))
  }

  private func read(_ text: String) throws -> StructureEntry {
    let found = try CIF.structures(Array(text.utf8), file: "t.cif")
    #expect(found.count == 1)
    return found[0]
  }

  /// The order of the space group's operations in the cell, and how many atoms are listed.
  @Test(
    "Lists the asymmetric unit, the operations and the names of the group",
    arguments: [
      ("rock salt", "F m -3 m", 225, 192, 2), ("silicon", "F d -3 m:2", 227, 192, 1),
      ("rutile", "P 42/m n m", 136, 16, 2), ("quartz", "P 32 2 1", 154, 6, 2),
      ("calcite", "R -3 c:H", 167, 36, 3), ("monoclinic", "P 1 21/c 1", 14, 4, 3),
      ("mixed perovskite", "P m -3 m", 221, 48, 4), ("wurtzite", "P 63 m c", 186, 12, 2),
      ("spinel, first origin", "F d -3 m:1", 227, 192, 3),
    ])
  func listsUnit(
    name: String, symbol: String, number: Int, operations: Int, rows: Int
  ) throws {
    let crystal = try CIFSamples.crystal(name)
    let text = CIF.symmetricText([entry(crystal)])
    #expect(text.contains("_space_group_name_H-M_alt '\(symbol)'\n"), "\(text)")
    let block = try CIF.document(Array(text.utf8), file: "t").blocks[0]
    #expect(block.values("_space_group_symop_operation_xyz")?.count == operations)
    #expect(block.values("_atom_site_label")?.count == rows)
    let back = try read(text)
    #expect(back.declaredSpaceGroup == number)
    #expect(back.notices.isEmpty, "\(back.notices)")
  }

  @Test("Reads back to the same cell, atom by atom", arguments: CIFSamples.names)
  func roundTrips(name: String) throws {
    let crystal = try CIFSamples.crystal(name)
    let text = CIF.symmetricText([entry(crystal)])
    let back = try read(text)
    let found = try #require(back.crystal)
    #expect(found.lattice == crystal.lattice && back.notices.isEmpty, "\(back.notices)")
    #expect(
      CIFPeers.isSame(
        CIFPeers.atoms(of: found, mixes: true), CIFPeers.atoms(of: crystal, mixes: true)))
    #expect(Set(found.occupants) == Set(crystal.occupants))
  }

  @Test("Labels are those of the first atom of each orbit")
  func keepsLabels() throws {
    let bare = try CIFSamples.crystal("rutile")
    let crystal = try Crystal(
      lattice: bare.lattice, occupants: bare.occupants, positions: bare.positions,
      labels: bare.occupants.map { $0.element.symbol == "Ti" ? "M'" : "O" })
    let found = try #require(try read(CIF.symmetricText([entry(crystal)])).crystal)
    #expect(found.labels?.sorted() == crystal.labels?.sorted())
    #expect(try read(CIF.symmetricText([entry(bare)])).crystal?.labels == nil)
  }

  /// MnF₂ below 67 K: Mn at the corner and Mn at the center have opposite moments along c
  /// (Erickson, Phys. Rev. 90, 779 (1953)).
  @Test("Moments are turned by magnetic operations")
  func keepsMoments() throws {
    let bare = try CIFSamples.make(
      "P 42/m n m", (4.87, 4.87, 3.31, 90, 90, 90),
      [("Mn2+", .zero), ("F-", SIMD3(0.305, 0.305, 0))])
    let moments = bare.positions.enumerated().map { site, position in
      bare.occupants[site].element.symbol == "Mn"
        ? SIMD3(0, 0, position.x < 0.25 ? 5.0 : -5.0) : .zero
    }
    let crystal = try Crystal(
      lattice: bare.lattice, occupants: bare.occupants, positions: bare.positions,
      magneticMoments: moments)
    let text = CIF.symmetricText([entry(crystal)])
    #expect(text.contains("'x,y,z,+1'") && text.contains(",-1'"), "\(text)")
    let block = try CIF.document(Array(text.utf8), file: "t").blocks[0]
    #expect(block.values("_space_group_symop_magn_operation_xyz")?.count == 16)
    #expect(block.values("_atom_site_label")?.count == 2)
    let found = try #require(try read(text).crystal)
    let back = try #require(found.magneticMoments)
    for (site, moment) in back.enumerated() {
      let same = try #require(
        crystal.positions.firstIndex { other in
          let d = found.positions[site] - other
          return length(d - d.rounded(.toNearestOrEven)) < 1e-9
        })
      #expect(length(moment - moments[same]) < 1e-12)
    }
  }

  @Test("What nothing repeats in is written in P 1, to the last bit", arguments: UInt64(0)..<20)
  func fallsBack(seed: UInt64) throws {
    let crystal = try CIFTextTests.arbitrary(seed)
    let text = CIF.symmetricText([entry(crystal)])
    if text == CIF.text([entry(crystal)]) {
      #expect(try read(text).crystal == crystal)
    } else {
      let found = try #require(try read(text).crystal)
      #expect(found.siteCount == crystal.siteCount)
    }
  }

  @Test("Every setting of Hall's list is named so that it is read again")
  func namesSettings() throws {
    // In the cells below no setting brings two atoms closer than 0.67 Å.
    let atoms = [SIMD3(0.283, 0.123, 0.058), SIMD3(0.143, 0.43, 0.28)]
    for number in stride(from: 2, through: 530, by: 7) {
      let setting = try #require(SpaceGroupSetting(hallNumber: number))
      let lattice = try #require(Self.lattice(of: setting))
      let elements = ["Cu", "S"].compactMap { Element(symbol: $0) }
      let crystal = try Crystal(lattice: lattice, elements: elements, positions: atoms)
        .expanded(by: setting.operations)
      let text = CIF.symmetricText([entry(crystal)])
      let block = try CIF.document(Array(text.utf8), file: "t").blocks[0]
      #expect(
        block.values("_space_group_symop_operation_xyz")?.count == setting.operations.count,
        "\(number) \(setting.fullSymbol)")
      let back = try read(text)
      #expect(back.declaredSpaceGroup == setting.number, "\(number) \(setting.fullSymbol)")
      #expect(back.notices.isEmpty, "\(number) \(setting.fullSymbol): \(back.notices)")
    }
  }

  /// A large cell of the system of a setting.
  private static func lattice(of setting: SpaceGroupSetting) -> Lattice? {
    let right = Double.pi / 2
    var cell = Lattice.Parameters(a: 19, b: 23, c: 29, alpha: right, beta: right, gamma: right)
    switch setting.crystalSystem {
    case .triclinic: (cell.alpha, cell.beta, cell.gamma) = (1.4, 1.3, 1.5)
    case .monoclinic:
      if setting.choice.contains("a") { cell.alpha = 1.7 }
      if setting.choice.contains("b") { cell.beta = 1.7 }
      if setting.choice.contains("c") { cell.gamma = 1.7 }
    case .orthorhombic: break
    case .tetragonal: cell.b = cell.a
    case .cubic: (cell.b, cell.c) = (cell.a, cell.a)
    case .trigonal, .hexagonal:
      cell.b = cell.a
      if setting.choice == "R" {
        cell.c = cell.a
        (cell.alpha, cell.beta, cell.gamma) = (1.4, 1.4, 1.4)
      } else {
        cell.gamma = 2 * .pi / 3
      }
    }
    return try? Lattice(cell)
  }
}
