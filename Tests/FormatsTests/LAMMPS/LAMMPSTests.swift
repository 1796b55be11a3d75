import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("LAMMPS dumps and data files")
struct LAMMPSTests {
  static let dump = """
    ITEM: TIMESTEP
    10
    ITEM: NUMBER OF ATOMS
    2
    ITEM: BOX BOUNDS xy xz yz pp pp ff
    -1.0 5.5 1.5
    0.0 6.0 -1.0
    0.0 8.0 2.0
    ITEM: ATOMS id type xs ys zs vx vy vz ix
    2 1 0.5 0.5 0.25 1 2 3 0
    1 2 0 0 0 4 5 6 -1
    ITEM: TIMESTEP
    20
    ITEM: NUMBER OF ATOMS
    1
    ITEM: BOX BOUNDS pp pp pp
    -1 3
    0 4
    0 4
    ITEM: ATOMS id element x y z fx fy fz
    7 Fe 0.5 1 2 -1 0 1e-3

    """

  static func frames(_ text: String, elements: [Element]? = nil) throws -> [AtomicFrame] {
    try LAMMPSDump.frames(Array(text.utf8), file: "a.dump", elements: elements)
  }

  static let elements = ["O", "Si"].compactMap { Element(symbol: $0) }

  @Test("Reads dumps: tilted boxes, scaled coordinates, order, vectors")
  func readsDump() throws {
    let frames = try Self.frames(Self.dump, elements: Self.elements)
    // Tilts xy 1.5, xz -1, yz 2: the bounds enclose x from -1 to 4 + 1.5 and y from 0 to 4 + 2.
    #expect(frames[0].cell?.rows == [[4, 0, 0], [1.5, 4, 0], [-1, 2, 8]])
    #expect(frames[0].symbols == ["Si", "O"])
    #expect(frames[0].positions == [SIMD3(0, 0, 0), SIMD3(2.5, 2.5, 2)])
    #expect(frames[0].isPeriodic == [true, true, false])
    #expect(frames[0].column("velocities")?.values == .reals([4, 5, 6, 1, 2, 3]))
    #expect(frames[0].column("ix")?.values == .integers([-1, 0]))
    #expect(frames[0].info("timestep") == .integer(10))
    #expect(frames[1].symbols == ["Fe"])
    #expect(frames[1].positions == [SIMD3(0.5, 1, 2)])
    #expect(frames[1].column("forces")?.values == .reals([-1, 0, 1e-3]))
    #expect(frames.map(\.line) == [1, 12])
    #expect(try Self.frames(Self.dump)[0].symbols == ["2", "1"])
    #expect(throws: ReadingError.self) { try Self.frames(Self.dump)[0].entry(file: "a.dump") }
  }

  @Test(
    "Refuses dumps with the line",
    arguments: [
      ("10\nITEM: NUM", "10\nITEM: NUMB", 3), ("ATOMS\n2\n", "ATOMS\n3\n", 12),
      ("0 0 0 4", "0 0 x 4", 11), ("1 2 0", "2 2 0", 11), ("id type xs", "id type xw", 9),
      ("-1.0 5.5 1.5", "-1.0 5.5", 6), ("ATOMS\n2\n", "ATOMS\n-2\n", 4),
      ("0 0 0 4", "0 0 1e300 4", 11), ("10\nITEM: NUM", "10\nITEM: UNITS\nlj\nITEM: NUM", 4),
    ])
  func refusesDump(_ place: String, _ change: String, _ line: Int) {
    let text = Self.dump.replacingOccurrences(of: place, with: change)
    let error = #expect(throws: ReadingError.self) { try Self.frames(text) }
    #expect(error?.line == line, "\(error.map { "\($0)" } ?? "")")
  }

  static let data = """
    title, 9 atoms

    3 atoms
    2 atom types
    0 4.0 xlo xhi
    -1 3.0 ylo yhi
    0 5.0 zlo zhi
    0.5 0.0 -0.25 xy xz yz

    Masses

    1 28.0855
    2 16.1

    Atoms # full

    3 1 2 -1.0 0.5 1 2 0 0 1
    1 1 1 2.0 0 0 0 0 0 0
    2 1 2 -1.0 1 1 1 0 0 0

    Velocities

    1 0.1 0.2 0.3

    Bonds

    1 1 1 2
    """

  private func entry(_ text: String, elements: [Element]? = nil) throws -> StructureEntry {
    try LAMMPSDataFile.entry(Array(text.utf8), file: "a.data", elements: elements)
  }

  @Test("Reads data files")
  func readsData() throws {
    let frame = try LAMMPSDataFile.frame(Array(Self.data.utf8), file: "a.data")
    #expect(frame.symbols == ["Si", "O", "O"])
    #expect(frame.cell?.rows == [[4, 0, 0], [0.5, 4, 0], [0, -0.25, 5]])
    #expect(frame.positions[2] == SIMD3(0.5, 1, 2))
    #expect(frame.column("charge")?.values == .reals([2, -1, -1]))
    #expect(frame.column("velocities")?.values == .reals([0.1, 0.2, 0.3, 0, 0, 0, 0, 0, 0]))
    #expect(try entry(Self.data, elements: Self.elements).crystal?.elements?[0].symbol == "O")
    // Without the comment the ten values tell the style.
    let plain = Self.data.replacingOccurrences(of: " # full", with: "")
    #expect(try LAMMPSDataFile.frame(Array(plain.utf8), file: "a.data").symbols == frame.symbols)
    let doubtful = Self.data.replacingOccurrences(of: "28.0855", with: "58.8")
    #expect(try entry(doubtful).notices.map(\.message).joined().contains("58.8"))
  }

  @Test(
    "Refuses damaged data files",
    arguments: [
      ("3 atoms", "4 atoms"), ("3 atoms", "-3 atoms"), ("full", "sphere"), ("full", "charge"),
      ("2 16.1", "2 0"), ("2 16.1", ""), ("0 4.0 xlo", "0 -4.0 xlo"), ("0 5.0 zlo zhi", ""),
      ("0.5 1 2 0 0 1", "0.5 1e300 2 0 0 1"), ("1 1 1 2.0", "2 1 1 2.0"), ("0 0 1\n", "0 0\n"),
      ("1 28.0855", "1 5000"),
    ])
  func refusesData(_ place: String, _ change: String) {
    let text = Self.data.replacingOccurrences(of: place, with: change)
    #expect(throws: ReadingError.self) { try entry(text) }
  }

  @Test("Writing and reading are inverse up to a rotation", arguments: UInt64(0)..<16)
  func roundTrips(seed: UInt64) throws {
    var rng = SplitMix64(seed: seed)
    func vector(_ axis: Int) -> SIMD3<Double> {
      var vector = SIMD3(rng.uniform(), rng.uniform(), rng.uniform())
      vector[axis] += 4
      return rng.index(below: 2) == 0 ? vector : -vector
    }
    let lattice = try Lattice(a: vector(0), b: vector(1), c: vector(2))
    let symbols = ["O", "Ni", "D", "O"].compactMap { $0 == "D" ? "H" : $0 }
    let elements = symbols.compactMap { Element(symbol: $0) }
    let positions = elements.map { _ in SIMD3(rng.uniform(), rng.uniform(), rng.uniform()) }
    let crystal = try Crystal(lattice: lattice, elements: elements, positions: positions)
    let text = try LAMMPSDataFile.text(crystal, charges: [1, 2, 3, -6])
    let read = try #require(try entry(text).crystal)
    #expect(read.elements == elements)
    #expect(abs(read.lattice.volume - lattice.volume) < 1e-9)
    #expect(dot(read.lattice.a, cross(read.lattice.b, read.lattice.c)) > 0)
    for one in 0..<4 {
      for other in 0..<4 {
        let before = crystal.cartesianPositions[one] - crystal.cartesianPositions[other]
        let after = read.cartesianPositions[one] - read.cartesianPositions[other]
        #expect(abs(length(before) - length(after)) < 1e-9)
      }
    }
  }

  @Test("No damaged file crashes a reader", arguments: UInt64(0)..<2)
  func survivesMutations(seed: UInt64) {
    var rng = SplitMix64(seed: seed)
    let words = ["ITEM: ", "\n\n", "99999999999999999999", "-1", "1e308", "Atoms", "xlo xhi", "#"]
      .map { Array($0.utf8) }
    var refused = 0
    for _ in 0..<1000 {
      let dump = Mutations.mutate(Array(Self.dump.utf8), dictionary: words, using: &rng)
      let frames = try? LAMMPSDump.frames(dump, file: "f", elements: Self.elements)
      if frames == nil { refused += 1 }
      for frame in frames ?? [] { _ = try? frame.entry(file: "f") }
      let data = Mutations.mutate(Array(Self.data.utf8), dictionary: words, using: &rng)
      if (try? LAMMPSDataFile.entry(data, file: "f")) == nil { refused += 1 }
    }
    #expect(refused > 600)
  }
}
