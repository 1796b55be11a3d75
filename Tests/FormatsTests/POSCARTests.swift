import DenseMath
import Formats
import Matter
import TestKit
import Testing

@Suite("POSCAR")
struct POSCARTests {
  private func entry(_ text: String) throws(ReadingError) -> StructureEntry {
    try POSCAR.structures(Array(text.utf8), file: "POSCAR")[0]
  }

  private let silicon = """
    Si2
    1.0
    3.84 0 0
    0 3.84 0
    0 0 5.43
    Si
    2
    Direct
    0 0 0
    0.5 0.5 0.5

    """

  @Test(
    "Reads the forms that the versions of VASP write",
    arguments: [
      ("Fe4 O2\n1\n4 0 0\n0 4 0\n0 0 4\n1 2\nD\n0 0 0\n.5 .5 .5\n.25 .25 .25\n", "none"),
      ("FeO2 rutile\n1\n4 0 0\n0 4 0\n0 0 4\n1 2\nD\n0 0 0\n.5 .5 .5\n.25 .25 .25\n", "FeOO"),
      ("x\n1\n4 0 0\n0 4 0\n0 0 4\n1 2\nD\n0 0 0 Fe\n.5 .5 .5 O\n.25 .25 .25 N\n", "FeON"),
      (
        "x\n1\n4 0 0\n0 4 0\n0 0 4\nFe_pv O/abc123\n1 2 ! two\nd\n0 0 0\n.5 .5 .5\n.2 .2 .2", "FeOO"
      ),
      ("x\n1\n4 0 0\n0 4 0\n0 0 4\nFe\nO N\n1\n1 1\nd\n0 0 0\n.5 .5 .5\n.2 .2 .2", "FeON"),
      ("x\r\n1\r\n4 0 0\r\n0 4 0\r\n0 0 4\r\nD T\r\n1 1\r\nd\r\n0 0 0\r\n.5 .5 .5\r\n", "DT"),
      ("x\n1\n4 0 0\n0 4 0\n0 0 4\nFe O Fe\n1 1 1\nD\n0 0 0\n.5 .5 .5\n.25 .25 .25\n", "FeOFe"),
    ])
  func readsSymbols(_ text: String, _ expected: String) throws {
    guard expected != "none" else {
      let error = #expect(throws: ReadingError.self) { try entry(text) }
      #expect(error?.line == 6 && error?.message.contains("add a line of symbols") == true)
      return
    }
    let crystal = try #require(try entry(text).crystal)
    let symbols = crystal.occupants.map { occupant in
      occupant.species.massNumber.map { $0 == 2 ? "D" : "T" } ?? occupant.element.symbol
    }
    #expect(symbols.joined() == expected)
  }

  @Test(
    "Scales the cell by one factor, to a volume, or by three factors",
    arguments: [
      ("1.0", 80.068_608), ("2", 640.548_864), ("-100", 100), ("1.0 1.0 2.0", 160.137_216),
      ("1.0 ! as relaxed", 80.068_608), ("0.1d1", 80.068_608),
    ])
  func scales(_ scale: String, _ volume: Double) throws {
    let text = silicon.replacing("1.0\n", with: scale + "\n", maxReplacements: 1)
    let crystal = try #require(try entry(text).crystal)
    #expect(abs(crystal.lattice.volume - volume) < 1e-9 * volume)
    #expect(crystal.positions[1] == SIMD3(0.5, 0.5, 0.5))
  }

  @Test("Cartesian positions are scaled with the cell")
  func cartesian() throws {
    let text = """
      Si
      2
      3 0 0
      0 4 0
      0 0 5
      Si
      1
      Selective dynamics
      Cartesian
      1.5 1 1.25 T F .TRUE. Si

        0 0 0
      """
    let found = try entry(text)
    #expect(found.crystal?.positions == [SIMD3(0.5, 0.25, 0.25)])
    #expect(
      found.properties == [
        .init("selective_dynamics", .numbers([1, 0, 1], shape: [1, 3]))
      ])
  }

  @Test("Says what it had to guess")
  func notices() throws {
    let guessed = try entry("Si\n1\n4 0 0\n0 4 0\n0 0 4\n1\nFractional\n0 0 0\n")
    #expect(guessed.notices.map(\.line) == [7, 1])
    let contradiction = try entry("Si\n1\n4 0 0\n0 4 0\n0 0 4\nSi\n1\nDirect\n0 0 0 Ge\n")
    #expect(contradiction.notices.map(\.line) == [9])
    #expect(contradiction.crystal?.elements?.map(\.symbol) == ["Si"])
  }

  @Test(
    "Refuses with line, column and remedy",
    arguments: [
      ("", "", "POSCAR: The file is empty."),
      ("1.0\n", "0\n", "POSCAR:2: The scale factor is 0; 1.0 takes the vectors as they are."),
      (
        "0 3.84 0\n", "3.84 0 0\n",
        "POSCAR:5: The three cell vectors lie in one plane, so the cell has no volume."
      ),
      (
        "0 3.84 0\n", "0 3,84 0\n",
        "POSCAR:4:3: \"3,84\" holds a comma; write decimals with a point and blanks between numbers."
      ),
      ("0 3.84 0\n", "0 3.84\n", "POSCAR:4: A number is missing on this line."),
      (
        "Si\n2", "SI\n2",
        "POSCAR:6:1: \"SI\" is not an element; symbols are case-sensitive (Co, not CO)."
      ),
      ("Si\n2", "Si\n-2", "POSCAR:7:1: \"-2\" is not a count of atoms."),
      (
        "Si\n2", "Si\n2 2",
        "POSCAR:7:3: More counts of atoms than the 1 symbols above; give one for each."
      ),
      (
        "Si\n2", "Si\n3000000000",
        "POSCAR:7: 3000000000 atoms are announced, more than the rest of the file can hold."
      ),
      ("Si\n2", "Si\n3", "POSCAR:10: 3 atoms are announced, but the positions end after 2."),
      ("Direct", "0.5", "POSCAR:8: \"Direct\" or \"Cartesian\" is expected here."),
      ("0.5 0.5 0.5", "nan 0.5 0.5", "POSCAR:10:1: \"nan\" is not a finite number."),
      (
        "0.5 0.5 0.5", "1e300 0.5 0.5",
        "POSCAR:10: The atom is more than a million cells away; correct it."
      ),
    ])
  func refuses(_ old: String, _ new: String, _ expected: String) {
    let text = old.isEmpty ? "" : silicon.replacing(old, with: new, maxReplacements: 1)
    let error = #expect(throws: ReadingError.self) { try entry(text) }
    #expect(error.map { "\($0)" } == expected)
  }

  @Test("Writing and reading are inverse", arguments: UInt64(0)..<16)
  func roundTrips(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    func number() -> Double { (rng.uniform() - 0.3) * 7 }
    let lattice = try Lattice(
      a: SIMD3(3 + number(), 0.1, 0), b: SIMD3(0, 9, number()), c: SIMD3(1e-7, number(), 12))
    let species = (0..<12).compactMap { _ in
      Element(atomicNumber: 1 + rng.index(below: 40)).map {
        Species($0, massNumber: $0.atomicNumber == 1 ? 2 : nil)
      }
    }
    let crystal = try Crystal(
      lattice: lattice, occupants: species.map { Occupant($0) },
      positions: species.map { _ in SIMD3(number(), number(), number() * 1e-9) })
    let found = try entry(try POSCAR.text(crystal, comment: "a\nb"))
    #expect(found.crystal == crystal)
    #expect(found.name == "a b" && found.notices.isEmpty)
  }

  @Test("A shared site cannot be written")
  func refusesDisorder() throws {
    let iron = try #require(Element(symbol: "Fe"))
    let crystal = try Crystal(
      lattice: Lattice(a: SIMD3(3, 0, 0), b: SIMD3(0, 3, 0), c: SIMD3(0, 0, 3)),
      occupants: [Occupant(Species(iron), occupancy: 0.5)], positions: [.zero])
    #expect(throws: POSCARError.disordered(site: 0)) { try POSCAR.text(crystal) }
  }

  @Test(
    "Finds the atoms and cells that pymatgen and ASE find",
    .enabled(if: SharedFolder.has("golden/structures")))
  func matchesGolden() throws {
    var judged = 0
    for (testCase, expected) in try SharedFolder.goldenCases("structures") {
      guard testCase["format"] as? String == "poscar", let file = testCase["file"] as? String,
        let amounts = expected["cell_amounts"] as? [String: Double],
        let volume = expected["volume"] as? Double
      else { continue }
      let bytes = SharedFolder.bytes("golden/structures/\(file)")
      let crystal = try #require(try POSCAR.structures(bytes, file: file)[0].crystal)
      var counts: [String: Double] = [:]
      for occupant in crystal.occupants { counts[occupant.element.symbol, default: 0] += 1 }
      #expect(counts == amounts, "\(file)")
      #expect(abs(crystal.lattice.volume - volume) < 1e-4 * volume, "\(file)")
      judged += 1
    }
    #expect(judged >= 50)
  }

  @Test("No damaged file crashes the reader", arguments: UInt64(0)..<4)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let sources = [
      silicon, "Fe O\n-64 \n4 0 0\n0 4 0\n0 0 4\n1 1\nSel\nCart\n0 0 0 T F T Fe\n2 2 2 F F F O\n",
    ].map { Array($0.utf8) }
    let words = [
      "\n\n", "99999999999999999999", "1e999", "-1", "nan", "1,5", "\r", "Fe_pv/1", "\0",
    ]
    .map { Array($0.utf8) }
    var refused = 0
    for _ in 0..<2000 {
      for source in sources {
        let damaged = Mutations.mutate(source, dictionary: words, using: &rng)
        do {
          for found in try POSCAR.structures(damaged, file: "POSCAR") {
            #expect(found.crystal?.lattice.volume.isFinite == true)
          }
        } catch { refused += 1 }
      }
    }
    #expect(refused > 500)
  }
}
