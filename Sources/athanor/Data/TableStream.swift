import Ecosystem
import Formats
import Matter

/// A table of any length that is read from a file piece by piece, `.gz` or not.
struct TableStream {
  /// Its name as given.
  let path: String

  private let chunks: FileChunks
  private var batches: TableBatches

  /// - Throws: `FileError`, ``ReadingError``.
  init(_ path: String) throws {
    self.path = path
    chunks = try FileChunks(path)
    batches = try TableBatches(
      file: ImportFile.unpackedName(path), nextChunk: chunks.unpacked())
  }

  /// Bytes of the file; 0 where that is not known.
  var size: Int { chunks.size }

  /// Bytes of the file that were read.
  var bytesRead: Int { chunks.bytesRead }

  var columns: [String] { batches.columns }

  /// The next rows, `rows` of them or what is left; `nil` at the end.
  mutating func next(rows: Int) throws -> Table? { try batches.next(rows: rows) }

  /// Whether the file is a list of formulas without a name above them: its only column is called by
  /// none of the usual names, but by what reads as a formula itself.
  var isBareList: Bool {
    guard columns.count == 1, let only = columns.first,
      !Dataset.formulaNames.contains(only.lowercased())
    else { return false }
    return (try? Composition(formula: only)) != nil
  }
}
