import Formats
import Foundation
import Matter
import TestKit
import Testing

@Suite("CIF beside its peers")
struct CIFPeerTests {
  @Test(
    "Peers read the same atoms of the whole cell",
    .enabled(if: CIFPeers.python != nil, "gemmi, pymatgen and ASE are not installed"),
    arguments: ["gemmi", "pymatgen", "ase"], [false, true])
  func agree(peer: String, isSymmetric: Bool) throws {
    let entries = try CIFSamples.names.map {
      StructureEntry(name: $0, arrangement: .crystal(try CIFSamples.crystal($0)))
    }
    let texts = entries.map { isSymmetric ? CIF.symmetricText([$0]) : CIF.text([$0]) }
    let answers = try CIFPeers.atoms(texts, peer)
    #expect(answers.count == texts.count)
    for (entry, atoms) in zip(entries, answers) {
      let crystal = try #require(entry.crystal)
      let expected = CIFPeers.atoms(of: crystal, mixes: peer != "ase")
      #expect(
        CIFPeers.isSame(atoms, expected), "\(peer), \(entry.name ?? ""): \(atoms) \(expected)")
    }
  }
}

/// Programs that read CIF, asked for the atoms of the whole cell.
enum CIFPeers {
  struct Atom: CustomStringConvertible {
    var element: String
    var position: SIMD3<Double>
    var occupancy: Double

    var description: String {
      "\(element) \(position.x) \(position.y) \(position.z) \(occupancy)"
    }
  }

  static let python: URL? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".deps/py")
    let packages = ["gemmi", "pymatgen", "ase"].map { "lib/python3.11/site-packages/\($0)" }
    let hasAll = packages.allSatisfy {
      FileManager.default.fileExists(atPath: root.appendingPathComponent($0).path)
    }
    return hasAll ? root.appendingPathComponent("bin/python") : nil
  }()

  static func atoms(of crystal: Crystal, mixes: Bool) -> [Atom] {
    crystal.positions.indices.flatMap { site in
      crystal.occupants(of: site).prefix(mixes ? 9 : 1).map { occupant in
        Atom(
          element: occupant.element.symbol, position: crystal.positions[site],
          occupancy: mixes ? occupant.occupancy : 1)
      }
    }
  }

  /// Whether two lists hold the same atoms in any order, periodic images being one.
  static func isSame(_ a: [Atom], _ b: [Atom]) -> Bool {
    guard a.count == b.count else { return false }
    var rest = b
    for atom in a {
      let place = rest.firstIndex { other in
        let difference = atom.position - other.position
        let shift = difference - difference.rounded(.toNearestOrEven)
        return atom.element == other.element && length(shift) < 1e-4
          && abs(atom.occupancy - other.occupancy) < 1e-6
      }
      guard let place else { return false }
      rest.remove(at: place)
    }
    return true
  }

  /// The atoms that a peer finds in each text.
  static func atoms(_ texts: [String], _ peer: String) throws -> [[Atom]] {
    let python = try #require(python)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cif-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var files: [String] = []
    for (place, text) in texts.enumerated() {
      let file = folder.appendingPathComponent("\(place).cif")
      try text.write(to: file, atomically: true, encoding: .utf8)
      files.append(file.path)
    }
    let process = Process()
    process.executableURL = python
    process.arguments = ["-c", scripts[peer] ?? ""] + files
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(peer) refuses a text")
    return output.components(separatedBy: "end\n").dropLast().map { part in
      part.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        let numbers = words.dropFirst().compactMap { Double($0) }
        guard numbers.count == 4 else { return nil }
        return Atom(
          element: String(words[0]), position: SIMD3(numbers[0], numbers[1], numbers[2]),
          occupancy: numbers[3])
      }
    }
  }

  private static let scripts = [
    "gemmi": """
    import sys, gemmi
    for f in sys.argv[1:]:
        s = gemmi.read_small_structure(f)
        for a in s.get_all_unit_cell_sites():
            print(a.element.name, *a.fract.tolist(), a.occ)
        print("end")
    """,
    "pymatgen": """
    import sys, warnings; warnings.simplefilter("ignore")
    from pymatgen.io.cif import CifParser
    for f in sys.argv[1:]:
        for a in CifParser(f).parse_structures(primitive=False)[0]:
            for s, o in a.species.items():
                print(s.symbol, *a.frac_coords, o)
        print("end")
    """,
    "ase": """
    import sys, warnings; warnings.simplefilter("ignore")
    from ase.io import read
    for f in sys.argv[1:]:
        s = read(f)
        for e, p in zip(s.get_chemical_symbols(), s.get_scaled_positions()):
            print(e, *p, 1)
        print("end")
    """,
  ]
}
