internal import Foundation

/// The few file operations behind ``AtomicFile``, so that tests can let each of them fail.
public protocol FileSystem: Sendable {
  /// Creates a new file with these bytes and synchronizes it to the disk.
  func create(_ path: String, bytes: [UInt8]) throws(FileError)

  /// Gives a file another name, replacing what bears it.
  func rename(_ path: String, to final: String) throws(FileError)

  func removeIfPresent(_ path: String)

  /// Makes a rename durable.
  func synchronizeFolder(of path: String)
}

/// The file system of the machine.
public struct PosixFileSystem: FileSystem {
  public init() {}

  public func create(_ path: String, bytes: [UInt8]) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(.write, path) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure(.write, path) }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw failure(.write, path) }
  }

  public func rename(_ path: String, to final: String) throws(FileError) {
    guard Foundation.rename(path, final) == 0 else { throw failure(.write, final) }
  }

  public func removeIfPresent(_ path: String) {
    unlink(path)
  }

  public func synchronizeFolder(of path: String) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Opens a file or a pipe; a device, which may never end, is refused, and a pipe that nobody writes
  /// is empty instead of waited for.
  ///
  /// - Returns: A descriptor that the caller closes.
  package func openToRead(_ path: String) throws(FileError) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(.read, path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, fcntl(descriptor, F_SETFL, 0) == 0 else {
      defer { close(descriptor) }
      throw failure(.read, path)
    }
    guard status.st_mode & S_IFMT != S_IFCHR, status.st_mode & S_IFMT != S_IFBLK else {
      close(descriptor)
      throw FileError(operation: .read, path: path, code: ENODEV)
    }
    return descriptor
  }

  /// - Parameter limit: Longest file that is read, bytes.
  public func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = try openToRead(path)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(.read, path) }
    guard status.st_size <= limit else {
      throw FileError(operation: .read, path: path, code: EFBIG)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Foundation.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(.read, path) }
      guard count > 0 else { return bytes }
      guard bytes.count + count <= limit else {
        throw FileError(operation: .read, path: path, code: EFBIG)
      }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  private func failure(_ operation: FileError.Operation, _ path: String) -> FileError {
    FileError(operation: operation, path: path, code: errno)
  }
}
