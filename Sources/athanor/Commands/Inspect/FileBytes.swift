import Ecosystem
import Foundation

/// The bytes of a file, piece by piece, so that its length does not matter.
final class FileBytes {
  private let descriptor: Int32
  private let path: String

  private static let pieceSize = 1 << 20

  /// - Throws: ``FileError`` for what cannot be read.
  init(_ path: String) throws(FileError) {
    descriptor = try PosixFileSystem().openToRead(path)
    self.path = path
  }

  deinit {
    close(descriptor)
  }

  /// The next bytes, of any number; `nil` at the end.
  func next() throws(FileError) -> [UInt8]? {
    var failure: Int32 = 0
    let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
      var read = -1
      repeat {
        read = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      } while read < 0 && errno == EINTR
      if read < 0 { failure = errno }
      count = max(0, read)
    }
    guard failure == 0 else { throw FileError(operation: .read, path: path, code: failure) }
    return piece.isEmpty ? nil : piece
  }
}

/// Bytes in pieces, the first of which can be looked at before anything reads them.
final class PeekedBytes {
  private let source: () throws -> [UInt8]?
  private var pieces: [[UInt8]] = []

  init(_ source: @escaping () throws -> [UInt8]?) {
    self.source = source
  }

  /// The first `count` bytes or more, or all there are.
  func beginning(_ count: Int) throws -> [UInt8] {
    var beginning: [UInt8] = []
    while beginning.count < count, let piece = try source() {
      if beginning.isEmpty { beginning = piece } else { beginning += piece }
    }
    pieces = [beginning]
    return beginning
  }

  /// The next piece, from the first byte on; `nil` at the end.
  func next() throws -> [UInt8]? {
    if let piece = pieces.popLast(), !piece.isEmpty { return piece }
    return try source()
  }

  /// All that is left.
  ///
  /// - Throws: `refusal` where it is longer than `limit` bytes.
  func rest(limit: Int, refusal: @autoclosure () -> any Error) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try next() {
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
      guard bytes.count <= limit else { throw refusal() }
    }
    return bytes
  }
}
