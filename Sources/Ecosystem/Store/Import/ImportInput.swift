internal import CCrypto
import Foundation

/// The bytes of a file, piece by piece, with their hash.
final class ImportInput {
  private let handle: FileHandle
  private let path: String
  private let context: OpaquePointer
  private(set) var bytesRead = 0

  private static let chunkSize = 1 << 20

  /// - Throws: ``FileError``, also for what is no plain file: an import reads its file twice.
  init(_ path: String) throws {
    let handle = FileHandle(
      fileDescriptor: try PosixFileSystem().openToRead(path), closeOnDealloc: true)
    var status = stat()
    guard fstat(handle.fileDescriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(operation: .read, path: path, code: isFolder ? EISDIR : ESPIPE)
    }
    guard let context = EVP_MD_CTX_new() else {
      preconditionFailure("libcrypto has no memory for a SHA-256 context")
    }
    self.path = path
    self.handle = handle
    self.context = context
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit {
    EVP_MD_CTX_free(context)
    try? handle.close()
  }

  /// The next bytes, `nil` at the end.
  func next() throws -> [UInt8]? {
    let data: Data?
    do {
      data = try handle.read(upToCount: Self.chunkSize)
    } catch {
      throw FileError(operation: .read, path: path, code: EISDIR)
    }
    guard let data, !data.isEmpty else { return nil }
    data.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    bytesRead += data.count
    return Array(data)
  }

  /// Reads what is left; then the hash of all bytes.
  func finish() throws -> ContentKey {
    while try next() != nil {}
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let status = EVP_DigestFinal_ex(context, &digest, &length)
    precondition(status == 1 && length == 32, "libcrypto refused to compute SHA-256")
    return ContentKey(stored: Data(digest))
  }
}
