/// Crystals and molecules in any of the JSON forms that people exchange; the form is recognized.
public enum StructureJSON {
  /// Forms in which a structure, or a file of them, may stand.
  struct Forms: OptionSet {
    let rawValue: UInt8

    /// pymatgen's dictionaries.
    static let pymatgen = Forms(rawValue: 1)
    /// JARVIS-Tools' atoms, and POSCAR texts as in the JARVIS-Leaderboard.
    static let jarvis = Forms(rawValue: 2)
    static let optimade = Forms(rawValue: 4)
    /// Tables with a column of structures.
    static let table = Forms(rawValue: 8)

    static let all: Forms = [.pymatgen, .jarvis, .optimade, .table]
  }

  /// All structures in a file, in its order, with what it says about each.
  ///
  /// Vacancies and placeholder atoms become missing occupancy, `D` and `T` hydrogen with its mass
  /// number; oxidation states, site labels and magnetic moments are kept.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - file: The name to use in errors.
  /// - Throws: ``ReadingError`` with line and column: for damaged JSON, for a structure that is none,
  ///   and for a file without structures.
  public static func structures(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [StructureEntry] {
    try structures(bytes, file: file, forms: .all, kind: "structures in a form that is known here")
  }

  static func structures(
    _ bytes: [UInt8], file: String, forms: Forms, kind: String
  ) throws(ReadingError) -> [StructureEntry] {
    let root = try JSONDocument(bytes, file: file).root
    var collector = StructureCollector(forms: forms)
    let isPage = forms.contains(.optimade) && OPTIMADEStructure.isResponse(root)
    try collector.collect(root, name: nil, depth: 0)
    guard !collector.entries.isEmpty || isPage else {
      throw ReadingError(file: file, message: "The JSON holds no \(kind).")
    }
    return collector.entries
  }
}

/// Structures as pymatgen writes them: `Structure`, `IStructure` and `Molecule` dictionaries
/// (`as_dict`, MontyEncoder), records that hold one under `structure` or `molecule` such as
/// `ComputedStructureEntry`, and lists and dictionaries of those.
public enum PymatgenJSON {
  /// - Throws: ``ReadingError`` as ``StructureJSON/structures(_:file:)`` does.
  public static func structures(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [StructureEntry] {
    try StructureJSON.structures(
      bytes, file: file, forms: .pymatgen, kind: "pymatgen structure (\"lattice\" and \"sites\")")
  }
}

/// Structures as JARVIS-Tools writes them: atoms (`lattice_mat`, `coords`, `elements`, `cartesian`),
/// records `{"jid": …, "atoms": {…}, …}`, lists of those, and the benchmark files of the
/// JARVIS-Leaderboard, `{"train": {id: POSCAR text}, …}`.
public enum JARVISJSON {
  /// - Throws: ``ReadingError`` as ``StructureJSON/structures(_:file:)`` does.
  public static func structures(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [StructureEntry] {
    try StructureJSON.structures(
      bytes, file: file, forms: .jarvis,
      kind: "JARVIS atoms (\"lattice_mat\", \"coords\" and \"elements\")")
  }
}

/// Tables of structures and targets in JSON: pandas' "split" form `{index, columns, data}` as in
/// Matbench, columns `{"structure": {"0": …}, "target": {"0": …}}`, and lists of records.
public enum MatbenchJSON {
  /// The values of the other columns become properties of each structure.
  ///
  /// - Throws: ``ReadingError`` as ``StructureJSON/structures(_:file:)`` does.
  public static func structures(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [StructureEntry] {
    try StructureJSON.structures(
      bytes, file: file, forms: [.pymatgen, .table], kind: "table with a column of structures")
  }
}

/// Structures of the OPTIMADE API (specification 1.2): a resource object, its attributes alone, or a
/// response with one resource or a page of them.
public enum OPTIMADEJSON {
  /// - Returns: The structures of the response; none for an empty page.
  /// - Throws: ``ReadingError`` as ``StructureJSON/structures(_:file:)`` does, and for a response that
  ///   reports an error.
  public static func structures(
    _ bytes: [UInt8], file: String
  ) throws(ReadingError) -> [StructureEntry] {
    try StructureJSON.structures(
      bytes, file: file, forms: .optimade, kind: "OPTIMADE structure (\"cartesian_site_positions\")"
    )
  }
}
