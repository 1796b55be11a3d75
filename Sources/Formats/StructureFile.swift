/// Files of structures of any format.
public enum StructureFile {
  /// The format of a file by its name, else by its content.
  public static func format(of bytes: [UInt8], file: String) -> StructureFormat? {
    StructureFormat(name: file) ?? StructureFormat(content: bytes)
  }

  /// All structures of a file.
  ///
  /// - Parameters:
  ///   - bytes: The whole file, gzipped or not.
  ///   - file: Its name; it says what the format is where the content leaves a choice.
  /// - Throws: ``ReadingError`` with line and column; also for files of no format that is known.
  public static func entries(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [StructureEntry] {
    if Gzip.isCompressed(bytes) {
      return try entries(Gzip.decompress(bytes, file: file), file: file)
    }
    guard let format = format(of: bytes, file: file) else {
      throw ReadingError(
        file: file,
        message: "Not a structure that is known here. Structures are read from CIF, POSCAR, XYZ, "
          + "JSON (pymatgen, JARVIS, OPTIMADE) and LAMMPS data and dump files; name the file by "
          + "its format, for example with .cif.")
    }
    return try entries(bytes, file: file, format: format)
  }

  /// All structures of bytes in a known format.
  ///
  /// Two atoms at one place, nearer than 0.01 Å and together filling more than 1.01, are refused;
  /// what an OPTIMADE provider publishes is read with a notice, since nobody here can correct it.
  public static func entries(
    _ bytes: [UInt8], file: String, format: StructureFormat
  ) throws(ReadingError) -> [StructureEntry] {
    let entries = try unchecked(bytes, file: file, format: format)
    switch format {
    case .cif, .json: break  // their readers know more, and have done it
    case .poscar, .extendedXYZ, .lammpsData, .lammpsDump:
      for entry in entries { try entry.refuseOverlaps(file: file) }
    }
    return entries
  }

  private static func unchecked(
    _ bytes: [UInt8], file: String, format: StructureFormat
  ) throws(ReadingError) -> [StructureEntry] {
    switch format {
    case .cif: return try CIF.structures(bytes, file: file)
    case .poscar: return try POSCAR.structures(bytes, file: file)
    case .extendedXYZ: return try ExtendedXYZ.entries(bytes, file: file)
    case .json: return try StructureJSON.structures(bytes, file: file)
    case .lammpsData: return [try LAMMPSDataFile.entry(bytes, file: file)]
    case .lammpsDump:
      return try LAMMPSDump.frames(bytes, file: file).map { frame throws(ReadingError) in
        try frame.entry(file: file)
      }
    }
  }
}
