public import Formats

/// One file read into a store: what was asked, and what came of it.
public struct ImportRun: Codable, Hashable, Sendable {
  public enum State: String, Codable, Sendable {
    /// Begun; the next import of the same file with the same options goes on with it.
    case running
    case finished
  }

  public let id: Int
  public let file: String

  /// SHA-256 of the bytes of the file.
  public let hash: String

  /// Bytes.
  public let size: Int
  public let options: ImportOptions

  /// Which column was taken as what; `nil` for a file of structures.
  public let columns: TableColumns?
  public let state: State

  /// Microseconds since 1970.
  public let started: Int64
  public let finished: Int64?

  /// Rows or structures that were looked at.
  public let entries: Int

  /// Those that were refused.
  public let refused: Int

  /// Empty cells in columns of measurements.
  public let missing: Int
  public let measurements: Int

  /// Values that are kept and not used; see ``FlaggedMeasurement``.
  public let flagged: Int

  /// Materials that were not in the store before.
  public let newMaterials: Int

  /// Whether all of it was withdrawn later.
  public let isWithdrawn: Bool
}

/// Why one row or structure of a file was left out.
public struct Refusal: Codable, Hashable, Sendable {
  /// From 1; 0 when it concerns the whole file.
  public let line: Int

  /// The character in the line, from 1; 0 when it is not known.
  public let column: Int

  /// The column of a table; empty when it concerns no single one.
  public let field: String
  public let message: String

  /// The file, where the import was of a folder.
  public let file: String?

  /// With the name of the file, as errors are printed.
  ///
  /// - Parameter name: Of the import, for refusals of its one file.
  public func error(in name: String) -> ReadingError {
    ReadingError(file: file ?? name, line: line, column: column, field: field, message: message)
  }
}
