import DenseMath
import Formats
import Foundation
import Matter
import TestKit
import Testing

/// pymatgen and ASE read what is written here, atom by atom.
@Suite("Structures for peers")
struct StructurePeerTests {
  private static let python: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let path = root.appendingPathComponent(".deps/py/bin/python").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  /// What the script prints, `nil` when it cannot import its modules.
  private func run(_ script: String, _ input: String) throws -> String? {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("peer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("input")
    try Data(input.utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Self.python))
    process.arguments = ["-W", "ignore", "-c", script, file.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus != 77 else { return nil }
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }

  private let lattice = [SIMD3(4.1, 0.1, 0), SIMD3(0.3, 5.2, -0.7), SIMD3(1e-7, 0.2, 6.3)]

  private func crystal(_ occupants: [Occupant], _ counts: [Int]) throws -> Crystal {
    var rng = SplitMix64(seed: 5)
    return try Crystal(
      lattice: Lattice(a: lattice[0], b: lattice[1], c: lattice[2]), occupants: occupants,
      counts: counts,
      positions: counts.map { _ in SIMD3(rng.uniform(), rng.uniform(), rng.uniform()) })
  }

  private func species(_ symbol: String, _ state: Double? = nil) throws -> Species {
    Species(try #require(Element(symbol: symbol)), oxidationState: state)
  }

  @Test("pymatgen and ASE read POSCAR", .enabled(if: python != nil, "no Python with peers here"))
  func readPOSCAR() throws {
    let symbols = ["Fe", "Fe", "O", "Fe", "Na"]
    let original = try crystal(
      try symbols.map { Occupant(try species($0)) }, symbols.map { _ in 1 })
    let script = """
      import sys
      try:
        from pymatgen.io.vasp import Poscar
        from ase.io import read
      except ImportError:
        sys.exit(77)
      s = Poscar.from_str(open(sys.argv[1]).read()).structure
      a = read(sys.argv[1], format="vasp")
      for name, m, p in (
          [str(x.specie) for x in s], s.lattice.matrix, s.frac_coords), (
          a.get_chemical_symbols(), a.cell.array, a.get_scaled_positions(wrap=False)):
        print(",".join(name), *(repr(float(x)) for v in list(m) + list(p) for x in v))
      """
    guard let output = try run(script, try POSCAR.text(original)) else { return }
    let lines = output.split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      let words = line.split(separator: " ")
      #expect(words[0] == symbols.joined(separator: ","))
      let numbers = words.dropFirst().compactMap { Double($0) }
      let expected = (lattice + original.positions).flatMap { [$0.x, $0.y, $0.z] }
      #expect(numbers.count == expected.count)
      #expect(zip(numbers, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(line)")
    }
  }

  @Test(
    "pymatgen reads and returns its JSON", .enabled(if: python != nil, "no Python with peers here"))
  func readPymatgen() throws {
    let original = try crystal(
      [
        Occupant(try species("Fe", 2.5), occupancy: 0.5),
        Occupant(try species("Mn"), occupancy: 0.25),
        Occupant(try species("O", -2)), Occupant(try species("Na")),
      ], [2, 1, 1])
    let script = """
      import sys, json
      try:
        from pymatgen.core import Structure
      except ImportError:
        sys.exit(77)
      s = Structure.from_dict(json.load(open(sys.argv[1])))
      print(json.dumps(s.as_dict()))
      """
    guard let output = try run(script, PymatgenJSON.text(original)) else { return }
    let found = try #require(
      try PymatgenJSON.structures(Array(output.utf8), file: "peer")[0].crystal)
    #expect(found == original)
  }

  @Test(
    "optimade-python-tools accepts a resource",
    .enabled(if: python != nil, "no Python with peers here"))
  func readOptimade() throws {
    let original = try crystal(
      [
        Occupant(try species("Fe"), occupancy: 0.5), Occupant(try species("Mn"), occupancy: 0.25),
        Occupant(try species("O")),
      ], [2, 1])
    let text = OPTIMADEJSON.text(
      StructureEntry(arrangement: .crystal(original)), identifier: "x")
    let script = """
      import sys, json
      try:
        from optimade.models.structures import Species
        from optimade.adapters.structures.utils import fractional_coordinates
      except ImportError:
        sys.exit(77)
      a = json.load(open(sys.argv[1]))["attributes"]
      print(*(Species(**s).name for s in a["species"]))
      f = fractional_coordinates(a["lattice_vectors"], a["cartesian_site_positions"])
      print(*(repr(float(x)) for v in f for x in v))
      """
    guard let output = try run(script, text) else { return }
    let lines = output.split(separator: "\n")
    #expect(lines.first == "Fe0.5Mn0.25 O")
    let numbers = lines.last?.split(separator: " ").compactMap { Double($0) } ?? []
    let expected = original.positions.flatMap { [$0.x, $0.y, $0.z] }
    #expect(zip(numbers, expected).allSatisfy { abs($0 - $1) < 1e-12 } && numbers.count == 6)
  }
}
