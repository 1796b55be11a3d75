import Foundation

extension ContentHash {
  /// Hashes a file of any length, a megabyte at a time.
  ///
  /// - Throws: ``FileError``.
  public init(ofFile path: String) throws(FileError) {
    let descriptor = try PosixFileSystem().openToRead(path)
    defer { close(descriptor) }
    let stream = Stream()
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Foundation.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(operation: .read, path: path, code: errno) }
      guard count > 0 else { break }
      stream.add(chunk[..<count])
    }
    self = stream.finish()
  }
}
