import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("CIF text")
struct CIFTextTests {
  /// A crystal with shared sites, charges, isotopes, labels and moments, in a cell of any orientation.
  private func arbitrary(_ seed: UInt64) throws -> Crystal {
    var rng = SplitMix64(seed: seed)
    func vector(_ scale: Double) -> SIMD3<Double> {
      scale * SIMD3(rng.uniform() - 0.5, rng.uniform() - 0.5, rng.uniform() - 0.5)
    }
    let lattice = try Lattice(
      a: SIMD3(5, 0, 0) + vector(3), b: SIMD3(0, 6, 0) + vector(3), c: SIMD3(0, 0, 7) + vector(3))
    let count = 1 + rng.index(below: 12)
    let positions = (0..<count).map {
      SIMD3(Double($0) / 12, 0, 0) + vector(0.9) * SIMD3(0.05, 1, 2)
    }
    var (occupants, counts) = ([Occupant](), [Int]())
    for _ in 0..<count {
      let shared = 1 + rng.index(below: 3)
      counts.append(shared)
      for index in 0..<shared {
        let isHydrogen = rng.index(below: 8) == 0
        let number = isHydrogen && index == 0 ? 1 : 2 + 3 * rng.index(below: 30) + index
        let states: [Double?] = [nil, 3, -2, 2.5, 1.0 / 3, 0]
        let species = Species(
          try #require(Element(atomicNumber: number)), oxidationState: states[rng.index(below: 6)],
          massNumber: number == 1 ? [nil, 1, 2, 3][rng.index(below: 4)] : number == 6 ? 13 : nil)
        let isFull = shared == 1 && rng.index(below: 2) == 0
        occupants.append(Occupant(species, occupancy: isFull ? 1 : rng.uniform() / 3 + 1e-3))
      }
    }
    let labels = ["A1", "O1'", "a b", "Fe", "Fe", "", "?", "x_y", "é", "'q\"", "loop_", ";"]
    return try Crystal(
      lattice: lattice, occupants: occupants, counts: counts, positions: positions,
      labels: seed % 3 == 0
        ? nil : seed % 3 == 1 ? Array(labels.prefix(count)) : (0..<count).map { "L\($0)" },
      magneticMoments: seed % 2 == 0 ? positions : nil)
  }

  @Test("Reads back to the same value", arguments: UInt64(0)..<60)
  func roundTrips(seed: UInt64) throws {
    let crystal = try arbitrary(seed)
    let names = [nil, "plain", "with blanks & 'quotes'", "ünï"]
    let entry = StructureEntry(name: names[Int(seed % 4)], arrangement: .crystal(crystal))
    let text = CIF.text([entry, entry])
    let back = try CIF.structures(Array(text.utf8), file: "t.cif")
    #expect(back.count == 2)
    #expect(back[0].crystal == crystal && back[1].crystal == crystal, "\(text)")
    #expect(back[0].name == entry.name)
    #expect(back[0].declaredSpaceGroup == 1)
  }

  private static let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      ".deps/py/bin/python")

  @Test(
    "Peers read the same crystal", arguments: ["gemmi", "pymatgen", "ase"])
  func peersAgree(peer: String) throws {
    let crystal = try Self.simple()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cif-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("x.cif")
    try CIF.text([StructureEntry(name: "x", arrangement: .crystal(crystal))])
      .write(to: file, atomically: true, encoding: .utf8)
    guard let output = Self.run(Self.scripts[peer] ?? "", file.path) else {
      return  // the peer is not installed
    }
    let numbers = output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    let p = crystal.lattice.parameters
    let expected = [p.a, p.b, p.c] + crystal.positions.flatMap { [$0.x, $0.y, $0.z] }
    #expect(numbers.count == expected.count, "\(output)")
    for (a, b) in zip(numbers, expected) { #expect(abs(a - b) < 1e-8, "\(output)") }
  }

  private static func simple() throws -> Crystal {
    let iron = Species(try #require(Element(symbol: "Fe")), oxidationState: 3)
    let oxygen = Species(try #require(Element(symbol: "O")), oxidationState: -2)
    return try Crystal(
      lattice: Lattice(a: SIMD3(4, 0.5, 0), b: SIMD3(0, 5, 0.25), c: SIMD3(0.125, 0, 6)),
      occupants: [Occupant(iron), Occupant(oxygen), Occupant(oxygen, occupancy: 0.5)],
      positions: [SIMD3(0.1, 0.2, 0.3), SIMD3(0.5, 0.25, 0.75), SIMD3(0.8, 1.0 / 3, 0.5)])
  }

  private static let scripts = [
    "gemmi": """
    import sys, gemmi
    s = gemmi.read_small_structure(sys.argv[1])
    print(s.cell.a, s.cell.b, s.cell.c, *[x for a in s.sites for x in a.fract.tolist()])
    """,
    "pymatgen": """
    import sys, warnings; warnings.simplefilter("ignore")
    from pymatgen.core import Structure
    s = Structure.from_file(sys.argv[1])
    print(*s.lattice.abc, *[x for a in s for x in a.frac_coords])
    """,
    "ase": """
    import sys, warnings; warnings.simplefilter("ignore")
    from ase.io import read
    s = read(sys.argv[1])
    print(*s.cell.lengths(), *s.get_scaled_positions().flatten())
    """,
  ]

  private static func run(_ script: String, _ argument: String) -> String? {
    let process = Process()
    process.executableURL = python
    process.arguments = ["-c", script, argument]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
  }
}
