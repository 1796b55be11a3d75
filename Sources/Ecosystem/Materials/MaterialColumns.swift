import DenseMath
import Formats
import Foundation
import Matter

/// Where the rows of a table have their materials.
struct MaterialColumns: Sendable {
  enum Link: Sendable {
    /// Formulas alone.
    case formula
    /// Cells hold structures as text.
    case text(String)
    /// Cells name structures.
    case named(String, StructureLibrary)
  }

  let link: Link

  /// Of formulas; what a row without a structure falls back to.
  let formula: String?
  let identifier: String?

  /// Rows that are looked at to see what a column holds.
  static let sample = 64

  private static let structureNames =
    TableColumns.structureNames + ["structures", "atoms", "final_structure", "cif_file", "file"]

  /// Finds the columns in the first rows of a table.
  ///
  /// - Parameters:
  ///   - library: The structures that a column may name: those of a folder that the table was found in.
  ///   - folder: Of the table; files that a column names are looked for there.
  init(
    _ table: Table, _ options: MaterialRows.Options, library: StructureLibrary?, folder: String
  ) throws {
    let sample = table.rows(Array(0..<min(Self.sample, table.rowCount)))
    identifier =
      try options.identifier.map { try table.column(meaning: $0) }
      ?? table.firstColumn(among: Dataset.identifierNames)
    let link = try Self.link(sample, options, identifier, library: library, folder: folder)
    if let link {
      self.link = link
      formula =
        try options.formula.map { try table.column(meaning: $0) }
        ?? options.usualFormula.flatMap { table.has($0) ? $0 : nil }
        ?? table.firstColumn(among: Dataset.formulaNames.filter { $0 != "name" })
    } else {
      self.link = .formula
      formula = try Self.formulaColumn(of: table, options)
    }
  }

  /// The column that leads to structures, or `nil` for a table of formulas.
  private static func link(
    _ sample: Table, _ options: MaterialRows.Options, _ identifier: String?,
    library: StructureLibrary?, folder: String
  ) throws -> Link? {
    let usual = options.usualStructure.flatMap { sample.has($0) ? $0 : nil }
    let wanted = try options.structure.map { try sample.column(meaning: $0) } ?? usual
    let given = try options.structures.map { try StructureLibrary($0) }
    if let wanted, try holdsStructures(sample, wanted) { return .text(wanted) }
    if let library = given ?? library {
      let column = try wanted ?? linkColumn(of: sample, to: library, identifier)
      if let column { return .named(column, library) }
      guard given == nil else { throw noLink(sample, library, identifier) }
    }
    if let wanted {
      return try beside(sample, wanted, folder).map { .named(wanted, $0) } ?? .text(wanted)
    }
    let hasFormulas = hasFormulas(sample) || options.usualFormula.map(sample.has) ?? false
    guard options.formula == nil, !(options.takesFormulas && hasFormulas) else { return nil }
    return try found(in: sample, folder)
  }

  /// A column of structures as text, or of files that lie beside the table.
  private static func found(in sample: Table, _ folder: String) throws -> Link? {
    let named = structureNames.compactMap { sample.firstColumn(among: [$0]) }
    for column in named {
      if try holdsStructures(sample, column) { return .text(column) }
      if let library = try beside(sample, column, folder) { return .named(column, library) }
    }
    for column in sample.columns where try holdsStructures(sample, column) { return .text(column) }
    for column in sample.columns where !named.contains(column) {
      if let library = try beside(sample, column, folder) { return .named(column, library) }
    }
    if hasFormulas(sample) { return nil }
    // A name that says it all: its cells are refused one by one.
    return sample.firstColumn(among: ["cif", "poscar"]).map { .text($0) }
  }

  private static func hasFormulas(_ table: Table) -> Bool {
    table.firstColumn(among: Dataset.formulaNames) != nil
  }

  // MARK: What a column holds

  /// Whether the first cells that are filled are structures.
  private static func holdsStructures(_ sample: Table, _ column: String) throws -> Bool {
    let filled = try sample.strings(column).filter { !Table.isBlank($0) }.prefix(4)
    return !filled.isEmpty && filled.contains(where: isStructure)
  }

  static func isStructure(_ cell: String) -> Bool {
    let start = cell.utf8.prefix(1 << 12)
    guard start.contains(10) || start.first == UInt8(ascii: "{") else { return false }
    if let format = StructureFormat(content: Array(start)) { return format != .lammpsDump }
    return isPOSCAR(cell)
  }

  /// A comment, a scale, three vectors, and more.
  private static func isPOSCAR(_ cell: String) -> Bool {
    let lines = cell.split(
      maxSplits: 8, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.count > 7, Double(lines[1].trimmingCharacters(in: .whitespaces)) != nil else {
      return false
    }
    return lines[2...4].allSatisfy { line in
      let numbers = line.split(whereSeparator: \.isWhitespace)
      return numbers.count >= 3 && numbers.prefix(3).allSatisfy { Double($0) != nil }
    }
  }

  /// The files that a column names, where some of the first lie in the folder of the table or in a
  /// folder inside it.
  private static func beside(
    _ sample: Table, _ column: String, _ folder: String
  ) throws -> StructureLibrary? {
    let names = try sample.strings(column).filter { StructureName.isFile($0) }
    guard let first = names.first else { return nil }
    let manager = FileManager.default
    let inner = (try? manager.contentsOfDirectory(atPath: folder).sorted()) ?? []
    for place in [folder] + inner.map({ (folder as NSString).appendingPathComponent($0) }) {
      for name in names.prefix(8) {
        let path = (place as NSString).appendingPathComponent(name)
        guard manager.fileExists(atPath: path) else { continue }
        return try StructureLibrary((path as NSString).deletingLastPathComponent)
      }
    }
    guard structureNames.contains(column.lowercased()), !hasFormulas(sample) else { return nil }
    throw ReadingError(
      file: sample.file, line: sample.lines.first ?? 0, field: column,
      message: "The column names files such as \"\(first.prefix(60))\", which are not beside the "
        + "table; name their folder or archive with --structures.")
  }

  /// The column whose cells name structures of a library: that of file names or of row names, or any.
  private static func linkColumn(
    of sample: Table, to library: StructureLibrary, _ identifier: String?
  ) throws -> String? {
    let usual = structureNames.compactMap { sample.firstColumn(among: [$0]) }
    for column in usual + [identifier].compactMap({ $0 }) + sample.columns {
      if try sample.strings(column).contains(where: library.has) { return column }
    }
    return nil
  }

  private static func noLink(
    _ sample: Table, _ library: StructureLibrary, _ identifier: String?
  ) -> ReadingError {
    let column = identifier ?? sample.columns.first ?? ""
    let cell = (try? sample.strings(column).first) ?? ""
    return ReadingError(
      file: sample.file,
      message: "No column names structures of \(library.place): \"\(column)\", for one, holds "
        + "\"\(cell.prefix(60))\". Name the column with --structure.")
  }

  private static func formulaColumn(
    of table: Table, _ options: MaterialRows.Options
  ) throws -> String {
    do throws(ReadingError) {
      let usual = options.usualFormula.flatMap { table.has($0) ? $0 : nil }
      return try Dataset.formulaColumn(of: table, options.formula ?? usual)
    } catch {
      guard options.formula == nil else { throw error }
      throw ReadingError(
        file: error.file,
        message: error.message + " A column of structures (CIF, POSCAR, JSON) is named with "
          + "--structure, a folder or an archive of their files with --structures.")
    }
  }
}
