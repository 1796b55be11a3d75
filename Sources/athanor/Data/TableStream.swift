import Ecosystem
import Formats
import Foundation
import Matter

/// A table of any length that is read from a file piece by piece, `.gz` or not.
struct TableStream {
  /// Its name as given.
  let path: String

  /// Bytes of the file; 0 where that is not known.
  let size: Int
  private var batches: TableBatches
  private let position: Position

  /// Counts what was read; only ever touched by the one reader of the stream.
  private final class Position {
    var bytes = 0
  }

  private static let piece = 1 << 20

  /// - Throws: `FileError`, ``ReadingError``.
  init(_ path: String) throws {
    let handle = FileHandle(
      fileDescriptor: try PosixFileSystem().openToRead(path), closeOnDealloc: true)
    let position = Position()
    self.path = path
    self.position = position
    size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    batches = try TableBatches(
      file: path.lowercased().hasSuffix(".gz") ? String(path.dropLast(3)) : path,
      nextChunk: Gzip.decompressing(file: path) {
        do {
          guard let data = try handle.read(upToCount: Self.piece), !data.isEmpty else {
            return nil
          }
          position.bytes += data.count
          return Array(data)
        } catch {
          throw FileError(operation: .read, path: path, code: EISDIR)
        }
      })
  }

  /// Bytes of the file that were read.
  var bytesRead: Int { position.bytes }

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
