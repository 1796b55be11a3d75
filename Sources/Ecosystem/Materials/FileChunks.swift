import Formats
import Foundation

/// The bytes of a file from its beginning to its end, piece by piece, unpacked where it is gzipped.
public final class FileChunks {
  public let path: String

  /// Bytes of the file on the disk; 0 where that is not known.
  public let size: Int

  /// Bytes that were read off the disk so far.
  public private(set) var bytesRead = 0

  private let handle: FileHandle
  private static let piece = 1 << 20

  /// - Throws: ``FileError`` where the file cannot be opened.
  public init(_ path: String) throws(FileError) {
    handle = FileHandle(
      fileDescriptor: try PosixFileSystem().openToRead(path), closeOnDealloc: true)
    self.path = path
    size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  }

  /// A source of unpacked pieces, `nil` at the end; call it once.
  public func unpacked() -> () throws -> [UInt8]? {
    Gzip.decompressing(file: path) { try self.next() }
  }

  /// All unpacked bytes.
  ///
  /// - Throws: ``ReadingError`` for more than `limit`.
  public func all(limit: Int) throws -> [UInt8] {
    let next = unpacked()
    var bytes: [UInt8] = []
    while let chunk = try next() {
      bytes += chunk
      guard bytes.count <= limit else {
        throw ReadingError(
          file: path,
          message: "Longer than \(limit >> 20) MiB, which is more than is read at once; split it.")
      }
    }
    return bytes
  }

  private func next() throws -> [UInt8]? {
    do {
      guard let data = try handle.read(upToCount: Self.piece), !data.isEmpty else { return nil }
      bytesRead += data.count
      return Array(data)
    } catch {
      throw FileError(operation: .read, path: path, code: EISDIR)
    }
  }
}
