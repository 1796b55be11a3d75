import DenseMath
import Formats
import Foundation
import Matter

/// The materials of a file or a folder, some rows at a time: formulas or structures, and what is said
/// about each.
///
/// Read are tables of formulas; tables with a column of structures (CIF, POSCAR, extended XYZ or JSON
/// as text) or of their names, with a folder, an archive or a file where they are; files of
/// structures (CIF, POSCAR, extended XYZ, LAMMPS, JSON of pymatgen, Matbench, JARVIS and OPTIMADE),
/// whose values become columns; and folders: a table with the structures that it names (as CGCNN's
/// `id_prop.csv`), or structures alone. A structure that cannot be used costs its own row.
public struct MaterialRows {
  public struct Options: Codable, Hashable, Sendable {
    /// The column of formulas; `nil` to find it. Where it is given, structures are not looked for.
    public var formula: String?

    /// The column of structures, or of their names; `nil` to find it.
    public var structure: String?

    /// A folder, a tar archive or a file with the structures that a column names.
    public var structures: String?

    /// The column of row names; `nil` to find it.
    public var identifier: String?

    /// Columns that are taken before they are looked for, where the file has them: those of a model's
    /// training rows.
    public var usualFormula: String?
    public var usualStructure: String?

    /// Whether molecules are taken by their composition; else they are refused for want of a cell.
    public var takesMolecules = false

    /// Whether a table with formulas is read by these alone, whatever structures it holds.
    public var takesFormulas = false

    public init() {}
  }

  /// As given.
  public let path: String

  /// Bytes of the file, or files of a folder; 0 where that is not known.
  public var size: Int { source.size }

  /// Of ``size``, what was read so far.
  public var done: Int { source.done }

  /// All files that the rows are read from, in a fixed order: the file itself, those of a folder, those
  /// with the structures that a table names.
  public var files: [String] { get throws { try source.files } }

  /// Rows that were handed out.
  public private(set) var count = 0

  private var source: MaterialSource
  private let batch: Int
  private let threads: Int

  /// Read ahead, so that ``isOfStructures`` and ``formulaColumn`` are known.
  private var first: MaterialBatch?

  /// Whether the file holds or names structures.
  public let isOfStructures: Bool

  /// See ``MaterialBatch``.
  public let formulaColumn: String?
  public let structureColumn: String?

  /// - Parameters:
  ///   - path: A file or a folder.
  ///   - batch: Rows at a time, at least 1; `Int.max` for all.
  /// - Throws: ``ReadingError``, ``FileError`` where the beginning cannot be read.
  public init(
    _ path: String, options: Options = Options(), batch: Int = .max, threads: Int = 1
  ) throws {
    precondition(batch > 0, "a batch needs at least one row")
    self.path = path
    self.batch = batch
    self.threads = threads
    source = try MaterialSource(path, options: options)
    let begun = try source.next(batch, from: 0, threads: threads)
    first = begun
    isOfStructures = begun?.isOfStructures ?? false
    formulaColumn = begun?.formulaColumn
    structureColumn = begun?.structureColumn
  }

  /// The next rows; `nil` at the end.
  ///
  /// - Throws: ``ReadingError`` for damage of the file as a whole; what concerns single rows is in them.
  public mutating func next() throws -> MaterialBatch? {
    let found: MaterialBatch?
    if let begun = first {
      first = nil
      found = begun
    } else {
      found = try source.next(batch, from: count, threads: threads)
    }
    count += found?.rows.count ?? 0
    return found
  }

  /// All rows of a file or a folder.
  ///
  /// - Throws: As ``init(_:options:batch:threads:)`` and ``next()``, and for a file without rows.
  public static func all(
    _ path: String, options: Options = Options(), threads: Int = 1
  ) throws -> MaterialBatch {
    var rows = try MaterialRows(path, options: options, threads: threads)
    guard let batch = try rows.next() else {
      throw DatasetError.empty(path)
    }
    return batch
  }
}
