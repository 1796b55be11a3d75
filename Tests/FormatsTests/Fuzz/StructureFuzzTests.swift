import Formats
import Matter
import TestKit
import Testing

@Suite("Damaged structures")
struct StructureFuzzTests {
  @Test(
    "No damage makes a reader fail in another way than by an error",
    arguments: FuzzedReader.wanted(StructureFuzz.readers))
  func survives(reader: FuzzedReader) throws {
    let faults = try FuzzRun(reader).faults
    #expect(faults.isEmpty, "\(faults)")
  }

  @Test(
    "Time grows no faster than n log n", arguments: FuzzedReader.wanted(StructureFuzz.readers))
  func growsSlowly(reader: FuzzedReader) {
    let findings = GrowthProbe(reader).findings
    #expect(findings.isEmpty, "\(findings)")
  }
}

/// Every reader of structures with what damages it.
enum StructureFuzz {
  static let readers = [cif, poscar, extendedXYZ, dump, data, json]

  /// What holds for every structure that is read.
  static func check(_ entry: StructureEntry) throws {
    guard let crystal = entry.crystal else { return }
    try BrokenLaw.unless(
      crystal.lattice.volume > 0 && crystal.lattice.volume.isFinite, "The cell has no volume.")
    try BrokenLaw.unless(
      crystal.occupants.allSatisfy { $0.occupancy > 0 && $0.occupancy <= 1 },
      "An occupancy is not in 0 to 1.")
    try BrokenLaw.unless(
      crystal.magneticMoments?.allSatisfy { length($0).isFinite } ?? true,
      "A moment is not finite.")
  }

  // MARK: CIF

  static let cif = FuzzedReader(
    "CIF",
    seeds: CIFSeeds.texts.map { Array($0.utf8) }
      + FuzzSeeds.files("golden/cif_syntax/files", ending: ".cif", size: 2048)
      + FuzzSeeds.files("golden/structures/files", ending: ".cif", size: 2048, count: 20),
    words: CIFSeeds.words, grammar: CIFSeeds.loops, grown: CIFSeeds.blocks
  ) { bytes in
    let document = try CIF.document(bytes, file: "t")
    for block in document.blocks {
      for name in block.names {
        try BrokenLaw.unless(block.values(name) != nil, "The block has no values of \(name).")
      }
    }
    for entry in try document.structures(file: "t") { try check(entry) }
  }

  // MARK: POSCAR

  static let poscar = FuzzedReader(
    "POSCAR",
    seeds: [
      """
      Si2 (a comment)
      1.0
      0 2.7 2.7
      2.7 0 2.7
      2.7 2.7 0
      Si
      2
      Direct
      0 0 0
      .25 .25 .25

      """, "Fe O\n-64 \n4 0 0\n0 4 0\n0 0 4\n1 1\nSel\nCart\n0 0 0 T F T Fe\n2 2 2 F F F O\n",
    ].map { Array($0.utf8) }
      + FuzzSeeds.files("golden/structures/files", ending: ".vasp", size: 2048, count: 20),
    words: [
      "\n\n", "99999999999999999999", "1e999", "-1", "nan", "1,5", "\r", "Fe_pv/1", "\0", " 1 1 1",
      "Selective dynamics\n", "Cartesian\n", "é",
    ], grown: grownPOSCAR
  ) { bytes in
    for entry in try POSCAR.structures(bytes, file: "POSCAR") { try check(entry) }
  }

  @Sendable private static func grownPOSCAR(_ length: Int) -> [UInt8] {
    let count = length / 12
    let atoms = (0..<count).map { "\(Double($0) / Double(count)) 0 0\n" }.joined()
    return Array("many\n1\n\(4 * count) 0 0\n0 4 0\n0 0 4\nSi\n\(count)\nDirect\n\(atoms)".utf8)
  }

  // MARK: Frames of atoms

  static let extendedXYZ = FuzzedReader(
    "extended XYZ", texts: [ExtendedXYZTests.twoFrames, plainXYZ],
    words: [
      "\"", "[[", "{", "=", "_JSON [", "\n1\n", ":R:999999", "9e999", "\u{0}", " -1", "Å",
      "Properties=", "species:S:1:pos:R:3", "pbc=\"T F T\"", "\\", "virial=\"", "[1, 2] ",
      "Lattice=\"1 0 0 0 1 0 0 0 1\"", "]", "a=b ", "99999999999999999999",
    ]
  ) { bytes in
    let streamed = try? ExtendedXYZTests.streamed(bytes, 1 + bytes.count / 3)
    let frames: [AtomicFrame]
    do {
      frames = try ExtendedXYZ.frames(bytes, file: "a.xyz")
    } catch {
      try BrokenLaw.unless(streamed == nil, "The stream is read, the whole is refused.")
      throw error
    }
    try BrokenLaw.unless(streamed == frames, "The stream is not the whole.")
    for frame in frames { try check(frame.entry(file: "a.xyz")) }
  }

  private static let plainXYZ = """
    3
    0 0 0 e=1 note='a b' s="1 2 3 4 5 6 7 8 9" l=[1,2,3] t=[[1,2],[3,4]] f=T j=_JSON {"a":[1,null]}
    O 0.0 0.0 0.117
    H 0.0 0.757 -0.471
    D 0.0 -0.757 -0.471

    """

  static let dump = FuzzedReader(
    "LAMMPS dump", texts: [LAMMPSTests.dump],
    words: [
      "ITEM: ", "\n\n", "99999999999999999999", "-1", "1e308", "ITEM: ATOMS id element x y z\n",
      "ITEM: NUMBER OF ATOMS\n", " xu yu zu", "pp", "#", "nan", "ITEM: UNITS\nmetal\n",
      "ITEM: BOX BOUNDS pp pp pp\n",
    ]
  ) { bytes in
    for frame in try LAMMPSDump.frames(bytes, file: "f", elements: LAMMPSTests.elements) {
      try check(frame.entry(file: "f"))
    }
  }

  static let data = FuzzedReader(
    "LAMMPS data", texts: [LAMMPSTests.data],
    words: [
      "\n\n", "99999999999999999999", "-1", "1e308", "\nAtoms # atomic\n\n", " xlo xhi", "#",
      "\nMasses\n\n", "\nBonds\n\n", " atoms\n", "nan", " xy xz yz", "\nVelocities\n\n",
    ]
  ) { bytes in
    try check(LAMMPSDataFile.entry(bytes, file: "f"))
  }

  // MARK: JSON

  static let json = FuzzedReader(
    "structure JSON", texts: StructureJSONSeeds.texts,
    words: [
      "1e300", "null", "[", "]", "-1", "\"X\"", "1e999", "{}", "[0,0,0]", "true", "\"\\ud83d\"",
      "{\"a\":", "}", ",", "\"Vac\"", "\"D\"", "[[[[", "\"structure\":", "99999999999999999999",
      "\"lattice\":", "\\n", "\"sites\":",
    ]
  ) { bytes in
    for entry in try StructureJSON.structures(bytes, file: "t") { try check(entry) }
  }
}
