import DenseMath
import Foundation
import Matter
import TestKit
import Testing

@Suite("Crystal symmetry")
struct CrystalSymmetryTests {
  private let sodium = Element.all[10]
  private let chlorine = Element.all[16]
  private let face = [SIMD3(0.0, 0, 0), SIMD3(0, 0.5, 0.5), SIMD3(0.5, 0, 0.5), SIMD3(0.5, 0.5, 0)]

  private func salt(_ a: Double = 5.64) throws -> Crystal {
    try Crystal(
      lattice: Lattice(a: SIMD3(a, 0, 0), b: SIMD3(0, a, 0), c: SIMD3(0, 0, a)),
      elements: [Element](repeating: sodium, count: 4) + [Element](repeating: chlorine, count: 4),
      positions: face + face.map { $0 + 0.5 })
  }

  @Test("Describes rock salt as International Tables do")
  func describesRockSalt() throws {
    let symmetry = try CrystalSymmetry(of: salt())
    #expect(symmetry.spaceGroupNumber == 225)
    #expect(symmetry.internationalSymbol == "Fm-3m")
    #expect(symmetry.hallNumber == 523)
    #expect(symmetry.hallSymbol == "-F 4 2 3")
    #expect(symmetry.pointGroup == "m-3m")
    #expect(symmetry.crystalSystem == .cubic)
    #expect(symmetry.operations.count == 192)
    #expect(symmetry.wyckoffLetters == Array("aaaabbbb"))
    #expect(symmetry.siteSymmetrySymbols == [String](repeating: "m-3m", count: 8))
    #expect(symmetry.equivalentSites == [0, 0, 0, 0, 4, 4, 4, 4])
    let primitive = try symmetry.primitiveCell()
    #expect(primitive.siteCount == 2)
    #expect(abs(primitive.volume - 5.64 * 5.64 * 5.64 / 4) < 1e-9)
  }

  @Test("Finds the group that a crystal was made from", arguments: 0..<10)
  func findsEachGroup(part: Int) throws {
    for number in stride(from: 1 + part, through: 230, by: 10) {
      let crystal = try ArbitraryCrystal.make(number: number, seed: UInt64(number))
      let symmetry = try CrystalSymmetry(of: crystal)
      #expect(symmetry.spaceGroupNumber == number)
      let setting = try #require(SpaceGroupSetting(number: number))
      #expect(symmetry.operations.count == setting.operations.count)
      #expect(
        Set(symmetry.operations.map(\.rotation)).count == symmetry.operations.count
          / setting.operations.filter(\.isPureTranslation).count)
      #expect(symmetry.setting.pointGroup == symmetry.pointGroup)
    }
  }

  @Test(
    "The group does not depend on orientation, origin, order of sites or cell",
    arguments: [2, 15, 19, 62, 82, 122, 148, 161, 167, 186, 205, 216])
  func isInvariant(number: Int) throws {
    var rng = SplitMix64(seed: UInt64(number))
    let crystal = try ArbitraryCrystal.make(number: number, seed: UInt64(number) + 1000)
    let original = try CrystalSymmetry(of: crystal)
    let moved = try ArbitraryCrystal.moved(crystal, using: &rng)
    let other = try CrystalSymmetry(of: moved)
    #expect(other.spaceGroupNumber == number)
    #expect(other.wyckoffLetters.sorted() == original.wyckoffLetters.sorted())
    let sheared = try moved.supercell(
      IntegerMatrix(SIMD3(1, 60, 0), SIMD3(0, 1, 0), SIMD3(-25, 1, 1)))
    #expect(try CrystalSymmetry(of: sheared).spaceGroupNumber == number)
    let doubled = try CrystalSymmetry(of: moved.supercell(SIMD3(1, 2, 1)))
    #expect(doubled.spaceGroupNumber == number)
    #expect(doubled.primitiveSiteCount == original.primitiveSiteCount)
    let volumes = try [original, doubled].map { try $0.conventionalCell().volume }
    #expect(abs(volumes[0] / volumes[1] - 1) < 1e-4)
  }

  @Test("Operations map the crystal onto itself, in skewed cells too")
  func operationsHold() throws {
    for crystal in [
      try ArbitraryCrystal.make(number: 62, seed: 5),
      try ArbitraryCrystal.make(number: 166, seed: 6)
        .supercell(IntegerMatrix(SIMD3(1, 40, 3), SIMD3(0, 1, 0), SIMD3(0, -30, 1))),
    ] {
      let symmetry = try CrystalSymmetry(of: crystal)
      let group = Set(symmetry.operations.map(\.rotation))
      let image = MinimumImage(crystal.lattice)
      for operation in symmetry.operations {
        #expect(group.contains(operation.inverse.rotation))
        for (site, position) in crystal.positions.enumerated() {
          let target = operation.apply(to: position)
          let hit = crystal.positions.indices.first {
            crystal.occupants(of: $0) == crystal.occupants(of: site)
              && image.distance(from: crystal.positions[$0], to: target) < 0.02
          }
          #expect(hit != nil)
        }
      }
      let standard = symmetry.standardPosition(crystal.positions[0])
      let cell = try symmetry.conventionalCell()
      let nearest = cell.positions.map {
        MinimumImage(cell.lattice).distance(from: $0, to: standard)
      }
      #expect((nearest.min() ?? 1) < 0.02)
    }
  }

  @Test(
    "Standard cells are the crystal in another cell",
    arguments: [
      1, 5, 9, 14, 20, 36, 43, 62, 70, 88, 122, 141, 146, 166, 167, 194, 198, 206, 220, 227,
    ])
  func standardCellsKeepSurroundings(number: Int) throws {
    var rng = SplitMix64(seed: UInt64(number))
    let made = try ArbitraryCrystal.make(number: number, seed: UInt64(number) + 7)
    let crystal = try ArbitraryCrystal.moved(made, using: &rng)
    let symmetry = try CrystalSymmetry(of: crystal)
    let expected = try shells(crystal)
    for isIdealized in [false, true] {
      let conventional = try symmetry.conventionalCell(idealized: isIdealized)
      let primitive = try symmetry.primitiveCell(idealized: isIdealized)
      #expect(primitive.siteCount == symmetry.primitiveSiteCount)
      for (cell, sources) in [
        (conventional, symmetry.conventionalSites), (primitive, symmetry.primitiveSites),
      ] {
        #expect(try CrystalSymmetry(of: cell).spaceGroupNumber == number)
        #expect(abs(cell.density / crystal.density - 1) < 1e-6)
        let found = try shells(cell)
        for (site, source) in sources.enumerated() {
          #expect(cell.occupants(of: site) == crystal.occupants(of: source))
          #expect(found[site].count == expected[source].count)
          for (a, b) in zip(found[site], expected[source]) { #expect(abs(a - b) < 1e-4) }
        }
      }
    }
  }

  private func shells(_ crystal: Crystal) throws -> [[Double]] {
    let list = try NeighborList(of: crystal, cutoff: 3.1234567)
    let distances = list.displacements(in: crystal)
    return (0..<list.siteCount).map { site in
      list.row(site).map { length(distances[$0]) }.sorted()
    }
  }

  @Test(
    "The asymmetric unit expands to the crystal",
    arguments: [1, 14, 62, 88, 148, 167, 194, 225, 227])
  func expandsAsymmetricUnit(number: Int) throws {
    let crystal =
      number == 225 ? try salt() : try ArbitraryCrystal.make(number: number, seed: UInt64(number))
    let symmetry = try CrystalSymmetry(of: crystal)
    let unit = try symmetry.asymmetricUnit()
    #expect(unit.crystal.siteCount == Set(symmetry.equivalentSites).count)
    #expect(unit.multiplicities.reduce(0, +) == crystal.siteCount)
    #expect(unit.multiplicities.allSatisfy { symmetry.operations.count.isMultiple(of: $0) })
    let expanded = try unit.expanded()
    #expect(expanded.siteCount == crystal.siteCount)
    let image = MinimumImage(crystal.lattice)
    let order = unit.orbits.joined()
    #expect(order.count == expanded.siteCount)
    var taken: Set<Int> = []
    for site in 0..<expanded.siteCount {
      let twin = crystal.positions.indices.first {
        image.distance(from: crystal.positions[$0], to: expanded.positions[site]) < 0.02
          && crystal.occupants(of: $0) == expanded.occupants(of: site)
      }
      taken.insert(try #require(twin))
    }
    #expect(taken.count == crystal.siteCount)
  }

  @Test("Merges copies on special positions at their mean")
  func mergesSpecialPositions() throws {
    let cell = try salt().lattice
    // Silicon in the second origin of Fd-3m, with coordinates as a file rounds them.
    let unit = try Crystal(
      lattice: cell, elements: [Element.all[13]], positions: [SIMD3(0.1251, 0.1249, 0.125)])
    let setting = try #require(SpaceGroupSetting(hermannMauguin: "F d -3 m :2"))
    let diamond = try unit.expanded(by: setting.operations)
    #expect(diamond.siteCount == 8)
    #expect(try CrystalSymmetry(of: diamond, tolerance: 1e-6).spaceGroupNumber == 227)
  }

  @Test("Shares, charges, isotopes and moments make sites different as asked")
  func distinguishesSites() throws {
    let lattice = try Lattice(a: SIMD3(3, 0, 0), b: SIMD3(0, 3, 0), c: SIMD3(0, 0, 3))
    let iron = Element.all[25]
    func crystal(_ first: [Occupant], _ second: [Occupant], moments: [SIMD3<Double>]? = nil) throws
      -> Crystal
    {
      try Crystal(
        lattice: lattice, occupants: first + second, counts: [first.count, second.count],
        positions: [.zero, SIMD3(0.5, 0.5, 0.5)], labels: ["A", "B"], magneticMoments: moments)
    }
    func number(_ crystal: Crystal, _ distinction: SiteDistinction = .structure) throws -> Int {
      try CrystalSymmetry(of: crystal, distinguishing: distinction).spaceGroupNumber
    }
    let whole = [Occupant(Species(iron))]
    let mixed = [
      Occupant(Species(iron), occupancy: 0.5), Occupant(Species(sodium), occupancy: 0.25),
    ]
    #expect(try number(crystal(whole, whole)) == 229)
    #expect(try number(crystal(mixed, Array(mixed.reversed()))) == 229)
    #expect(try number(crystal(whole, mixed)) == 221)
    let charged = try crystal(
      [Occupant(Species(iron, oxidationState: 2))], [Occupant(Species(iron, oxidationState: 3))])
    #expect(try number(charged) == 221)
    #expect(try number(charged, .isotopes) == 229)
    let up = SIMD3(0.0, 0, 2)
    let magnet = try crystal(whole, whole, moments: [up, -up])
    #expect(try number(magnet) == 229)
    #expect(try number(magnet, [.structure, .magneticMoments]) == 221)
    #expect(try CrystalSymmetry(of: magnet).primitiveCell().magneticMoments == nil)
    let kept = try CrystalSymmetry(of: crystal(mixed, mixed, moments: [up, up])).primitiveCell()
    #expect(kept.siteCount == 1)
    #expect(kept.occupants(of: 0) == mixed[...])
    #expect(kept.vacancy(of: 0) == 0.25)
    #expect(kept.labels == ["A"])
    #expect(length(try #require(kept.magneticMoments)[0]) == 2)
  }

  @Test("Moments turn with the idealized cell")
  func turnsMoments() throws {
    // Tetragonal, with the long axis along y; moments along it end up along z.
    let lattice = try Lattice(a: SIMD3(0, 4, 0), b: SIMD3(3, 0, 0), c: SIMD3(0, 0, 3))
    let iron = Element.all[25]
    let crystal = try Crystal(
      lattice: lattice, occupants: [Occupant(Species(iron)), Occupant(Species(sodium))],
      positions: [.zero, SIMD3(0.5, 0.5, 0.5)], magneticMoments: [SIMD3(0, 2, 0), .zero])
    let symmetry = try CrystalSymmetry(of: crystal)
    #expect(symmetry.spaceGroupNumber == 123)
    let moment = try #require(try symmetry.conventionalCell().magneticMoments)[0]
    #expect(abs(abs(moment.z) - 2) < 1e-9)
    let given = try #require(try symmetry.conventionalCell(idealized: false).magneticMoments)[0]
    #expect(given == SIMD3(0, 2, 0))
  }

  @Test("Refuses what has no symmetry to find, and says why")
  func refuses() throws {
    let salt = try salt()
    let elements = try #require(salt.elements)
    for tolerance in [0, -1, .nan, .infinity] {
      #expect(throws: SymmetryError.self) { try CrystalSymmetry(of: salt, tolerance: tolerance) }
    }
    #expect(throws: SymmetryError.toleranceTooLarge(2, shortestVector: 5.64)) {
      try CrystalSymmetry(of: salt, tolerance: 2)
    }
    #expect(throws: SymmetryError.tooManySites(8, limit: 7)) {
      try CrystalSymmetry(of: salt, mostSites: 7)
    }
    let overlapping = try Crystal(
      lattice: salt.lattice, elements: elements + [sodium],
      positions: salt.positions + [SIMD3(1.0001, 0, 0)])
    #expect(throws: SymmetryError.sitesOverlap(0, 8, distance: 0.000564)) {
      try CrystalSymmetry(of: overlapping)
    }
    let far = try Crystal(
      lattice: salt.lattice, elements: elements, positions: salt.positions.map { $0 + 1e300 })
    #expect(throws: SymmetryError.positionTooLarge(site: 0)) { try CrystalSymmetry(of: far) }
  }

  @Test("Finds the group in cells of any size", arguments: [1e-60, 1e-3, 0.1, 1e4, 1e6])
  func findsInAnySize(scale: Double) throws {
    let symmetry = try CrystalSymmetry(of: salt(scale), tolerance: scale * 1e-3)
    #expect(symmetry.spaceGroupNumber == 225)
    #expect(abs(try symmetry.conventionalCell().volume / (scale * scale * scale) - 1) < 1e-9)
  }

  @Test("Answers the same from several threads at once")
  func isSafeFromThreads() async throws {
    let crystals = try [14, 62, 167, 186].map { try ArbitraryCrystal.make(number: $0, seed: 3) }
    let overlapping = try Crystal(
      lattice: crystals[0].lattice, elements: [sodium, sodium],
      positions: [.zero, SIMD3(1e-5, 0, 0)])
    let numbers = await withTaskGroup(of: (Int, Int).self) { group in
      for task in 0..<32 {
        group.addTask {
          // Failures beside successes: the state that they share must not matter.
          let crystal = task % 5 == 4 ? overlapping : crystals[task % 5]
          return (task, (try? CrystalSymmetry(of: crystal))?.spaceGroupNumber ?? 0)
        }
      }
      return await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
    }
    for task in 0..<32 { #expect(numbers[task] == [14, 62, 167, 186, 0][task % 5]) }
  }

  @Test("Agrees with spglib 2.8", .enabled(if: SharedFolder.has("golden/symmetry")))
  func matchesGolden() throws {
    for (testCase, expected) in try SharedFolder.goldenCases("symmetry") {
      let vectors = try #require(testCase["lattice"] as? [[Double]]).map {
        SIMD3($0[0], $0[1], $0[2])
      }
      let symbols = try #require(testCase["species"] as? [String])
      let fractions = try #require(testCase["frac"] as? [[Double]])
      let crystal = try Crystal(
        lattice: Lattice(a: vectors[0], b: vectors[1], c: vectors[2]),
        elements: symbols.map { try #require(Element(symbol: $0)) },
        positions: fractions.map { SIMD3($0[0], $0[1], $0[2]) })
      let symmetry = try CrystalSymmetry(of: crystal)
      #expect(symmetry.spaceGroupNumber == expected["number"] as? Int)
      #expect(symmetry.operations.count == expected["n_ops_in_cell"] as? Int)
      #expect(Set(symmetry.crystallographicOrbits).count == expected["n_orbits"] as? Int)
      let letters = symmetry.conventionalSites.map { symmetry.wyckoffLetters[$0] }
      #expect(String(letters.sorted()) == expected["wyckoff_conventional"] as? String)
    }
  }
}
