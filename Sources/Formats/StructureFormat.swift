/// The formats of structures that are read, by the names that `inspect` prints.
public enum StructureFormat: String, CaseIterable, Sendable {
  case cif
  case poscar
  case extendedXYZ = "extxyz"
  case json
  case lammpsData = "lammps-data"
  case lammpsDump = "lammps-dump"

  /// What a file is by its name, a `.gz` at the end aside; `nil` for names that say nothing of
  /// structures, and for `.json`, which tables bear too.
  public init?(name file: String) {
    var name = file.split(separator: "/").last.map { $0.lowercased() } ?? ""
    if name.hasSuffix(".gz") { name.removeLast(3) }
    for (format, endings) in Self.endings where endings.contains(where: name.hasSuffix) {
      self = format
      return
    }
    guard ["poscar", "contcar"].contains(where: { name.hasPrefix($0) || name.hasSuffix($0) }) else {
      return nil
    }
    self = .poscar
  }

  /// What bytes are by their beginning; `nil` where they are no structure as far as can be told.
  ///
  /// - Parameter bytes: Not packed.
  public init?(content bytes: [UInt8]) {
    let start = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
    let lines = start.split(
      maxSplits: 3, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if start.hasPrefix("ITEM:") {
      self = .lammpsDump
    } else if start.hasPrefix("#\\#CIF") || start.contains("_cell_length_a") {
      self = .cif
    } else if start.contains("xlo xhi"), start.contains(" atoms") {
      self = .lammpsData
    } else if Self.isStructureJSON(start) {
      self = .json
    } else if lines.count > 2, Int(lines[0].trimmed) != nil,
      lines[2].split(separator: " ").count >= 4
    {
      self = .extendedXYZ
    } else {
      return nil
    }
  }

  /// JSON that names the cell or the sites of a structure near its beginning, or holds POSCAR texts.
  private static func isStructureJSON(_ start: String) -> Bool {
    guard let first = start.first(where: { !$0.isWhitespace && $0 != "\u{FEFF}" }),
      first == "{" || first == "["
    else { return false }
    let marks = [
      "\"lattice\"", "\"lattice_mat\"", "\"lattice_vectors\"", "\"cartesian_site_positions\"",
      "\"sites\"", "direct\\", "Direct\\", "cartesian\\", "Cartesian\\",
    ]
    return marks.contains(where: start.contains)
  }

  private static let endings: [(StructureFormat, [String])] = [
    (.cif, [".cif", ".mcif"]),
    (.poscar, [".vasp", ".poscar", ".contcar"]),
    (.extendedXYZ, [".xyz", ".extxyz"]),
    (.lammpsData, [".lmp", ".lammps", ".lammps-data"]),
    (.lammpsDump, [".dump", ".lammpstrj", ".lammps-dump"]),
  ]
}
