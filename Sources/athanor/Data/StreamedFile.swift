import Ecosystem
import Foundation

/// A file that is written piece by piece and appears under its name when it is whole.
///
/// What `AtomicFile` does for bytes that fit into memory: until ``finish()``, and for good when it is
/// never called, a file of that name stays as it was.
final class StreamedFile {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isOpen = true

  /// - Throws: `FileError` where the file cannot be created.
  init(_ path: String) throws(FileError) {
    self.path = path
    temporary = "\(path).\(UUID().uuidString.prefix(8)).partial"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(operation: .write, path: path, code: errno) }
  }

  deinit { abandon() }

  func write(_ bytes: [UInt8]) throws(FileError) {
    try write(bytes) { Foundation.write(descriptor, $0, $1) }
  }

  /// Replaces bytes that were written before.
  func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    var place = offset
    try write(bytes) { start, count in
      let written = pwrite(descriptor, start, count, off_t(place))
      place += max(written, 0)
      return written
    }
  }

  /// Gives the file its name.
  func finish() throws(FileError) {
    guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw failure() }
    close(descriptor)
    isOpen = false
    PosixFileSystem().synchronizeFolder(of: path)
  }

  /// Removes what was written so far.
  func abandon() {
    guard isOpen else { return }
    isOpen = false
    close(descriptor)
    unlink(temporary)
  }

  private func write(
    _ bytes: [UInt8], _ call: (UnsafeRawPointer, Int) -> Int
  ) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        // Not empty: there are bytes to write.
        buffer.baseAddress.map { call($0 + done, buffer.count - done) } ?? 0
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      done += written
    }
  }

  private func failure() -> FileError {
    let code = errno
    abandon()
    return FileError(operation: .write, path: path, code: code)
  }
}
