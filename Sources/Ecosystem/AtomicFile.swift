internal import Foundation

/// Writes whole files, or nothing.
///
/// The bytes go to a temporary file in the same folder, are synchronized to the disk, and take the
/// final name in one step. A reader, a crash or a full disk therefore meets the old file or the new
/// one, never half of either.
public enum AtomicFile {
  /// - Throws: ``FileError`` naming the path and the reason; no temporary file stays behind.
  public static func write(
    _ bytes: [UInt8], to path: String, with system: any FileSystem = PosixFileSystem()
  ) throws(FileError) {
    let temporary = "\(path).\(UUID().uuidString.prefix(8)).partial"
    do throws(FileError) {
      try system.create(temporary, bytes: bytes)
      try system.rename(temporary, to: path)
    } catch {
      system.removeIfPresent(temporary)
      throw FileError(operation: error.operation, path: path, code: error.code)
    }
    system.synchronizeFolder(of: path)
  }

  public static func write(
    _ text: String, to path: String, with system: any FileSystem = PosixFileSystem()
  ) throws(FileError) {
    try write(Array(text.utf8), to: path, with: system)
  }

  /// Makes a folder, and those above it, where it is not there yet.
  public static func makeFolder(_ path: String) throws(FileError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      let isFile = FileManager.default.fileExists(atPath: path)
      throw FileError(
        operation: .write, path: path,
        code: isFile ? ENOTDIR : Int32(truncatingIfNeeded: cause?.code ?? Int(EACCES)))
    }
  }

  /// The bytes of a file.
  ///
  /// - Parameter limit: Longest file that is read, bytes.
  public static func read(_ path: String, limit: Int = 4 << 30) throws(FileError) -> [UInt8] {
    try PosixFileSystem().read(path, limit: limit)
  }
}

/// Why a file could not be read or written.
public struct FileError: Error, Hashable, Sendable {
  public enum Operation: String, Sendable {
    case read
    case write
  }

  public let operation: Operation
  public let path: String

  /// The system's error number, as in `errno`.
  public let code: Int32

  public init(operation: Operation, path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }
}

extension FileError: CustomStringConvertible {
  public var description: String {
    "Cannot \(operation.rawValue) \(path): \(reason)"
  }

  private var reason: String {
    switch code {
    case ENOENT where operation == .write: "its folder does not exist; create it first."
    case ENOENT: "there is no such file; check the name."
    case EACCES, EPERM: "permission denied; choose another place or change the permissions."
    case EROFS: "the disk is read-only; choose another place."
    case ENOSPC, EDQUOT: "the disk is full; free some space and try again."
    case EEXIST: "it is there already; choose another name."
    case EISDIR: "it is a folder; name a file."
    case ESPIPE: "it is no plain file; write its content to one first."
    case ENODEV: "it is a device; name a file."
    case EFBIG: "the file is larger than the limit."
    default: "\(String(cString: strerror(code))) (error \(code))."
    }
  }
}
