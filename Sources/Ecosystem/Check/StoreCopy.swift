import Foundation
import GRDB

/// Makes a SQLite file under a name of its own and gives it its final one when it is whole.
enum StoreCopy {
  /// - Parameter fill: Makes the file at the path that it is given, and closes it.
  /// - Throws: ``FileError`` where something bears the final name already; what `fill` throws. No
  ///   unfinished file stays behind.
  static func make<T>(_ path: String, _ fill: (String) throws -> T) throws -> T {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw FileError(operation: .write, path: path, code: EEXIST)
    }
    let temporary = "\(path).\(UUID().uuidString.prefix(8)).partial"
    let system = PosixFileSystem()
    defer { for ending in ["", "-wal", "-shm", "-journal"] { unlink(temporary + ending) } }
    let result = try fill(temporary)
    try synchronize(temporary)
    // Nobody's file is replaced, also not one that came into being meanwhile.
    guard link(temporary, path) == 0 else {
      throw FileError(operation: .write, path: path, code: errno)
    }
    system.synchronizeFolder(of: path)
    return result
  }

  private static func synchronize(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(operation: .write, path: path, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw FileError(operation: .write, path: path, code: errno)
    }
  }

  /// Copies a file as it stands at one moment, while others write to it (SQLite's online backup).
  static func copy(_ source: String, to target: String) throws {
    let copy = try DatabaseQueue(path: target)
    try StoredFile.withConnection(to: source) { try $0.backup(to: copy) }
    try copy.close()
  }
}
