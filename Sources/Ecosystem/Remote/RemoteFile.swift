import DenseMath
import Foundation
import Synchronization

/// A file that is brought from an address piece by piece.
///
/// The bytes go to `PATH.partial`; the file takes its name in one step when it is whole and checked.
/// What a cut leaves is kept, and the next call asks for the rest (`Range` with `If-Range`, RFC 9110,
/// 14.2 and 13.1.5), so that parts of two versions of a file are never joined.
struct RemoteFile {
  let url: URL
  let path: String
  let hosts: [String]
  let byteLimit: Int

  private var partial: String { path + ".partial" }
  private var note: String { path + ".partial.json" }

  /// What names the version of the bytes that are there.
  private struct Note: Codable {
    let url: URL
    let validator: String
  }

  /// Brings what is missing of the file to `PATH.partial`.
  ///
  /// - Parameter progress: Told the bytes that are there and, where known, those of the whole.
  /// - Throws: ``HTTPError``, ``FetchError/status(_:_:)``, ``FileError``.
  func fetch(
    by transport: any HTTPTransport, patience: Patience, waiting: any Waiting, seed: UInt64,
    progress: @escaping @Sendable (Int, Int?) -> Void
  ) async throws {
    var rng = SplitMix64(seed: seed)
    for attempt in 1... {
      do {
        return try await ask(transport, progress)
      } catch let error as HTTPError
        where error.isPassing && attempt < patience.attempts(after: error)
      {
        let delay = min(patience.firstDelay * pow(2, Double(attempt - 1)), patience.longestDelay)
        try await waiting.wait(delay * (0.5 + 0.5 * rng.uniform()))
      }
    }
  }

  /// Gives the whole file its name.
  func finish() throws {
    try PosixFileSystem().rename(partial, to: path)
    PosixFileSystem().removeIfPresent(note)
    PosixFileSystem().synchronizeFolder(of: path)
  }

  func discard() {
    PosixFileSystem().removeIfPresent(partial)
    PosixFileSystem().removeIfPresent(note)
  }

  /// The path of the bytes that are not yet the file.
  var unchecked: String { partial }

  private func ask(
    _ transport: any HTTPTransport, _ progress: @escaping @Sendable (Int, Int?) -> Void
  ) async throws {
    let known = validator()
    let present = known == nil ? 0 : size()
    var request = HTTPRequest(url)
    request.byteLimit = byteLimit
    request.timeLimit = 24 * 3600
    request.redirects = .hosts(hosts)
    // Bytes as they lie there: a checksum is one of the file, not of its content.
    request.headers["Accept-Encoding"] = "identity"
    if let known, present > 0 {
      request.headers["Range"] = "bytes=\(present)-"
      request.headers["If-Range"] = known
    }
    let sink = PartialFile(partial)
    defer { sink.close() }
    let head: HTTPHead
    do throws(HTTPError) {
      head = try await transport.get(request) { piece, head in
        guard head.status == 200 || head.status == 206 else { return }
        if !sink.isOpen {
          let start = RemoteFile.start(of: head, present: present)
          try self.write(head)
          try sink.open(at: start)
        }
        try sink.write(piece)
        progress(sink.end, RemoteFile.total(head))
      }
    } catch {
      if case .receiver(let cause) = error { throw cause }
      throw error
    }
    if head.status == 416 {
      discard()
      throw HTTPError.cut(url.shown)
    }
    guard head.status == 200 || head.status == 206 else {
      throw [429, 500, 502, 503, 504].contains(head.status)
        ? HTTPError.unreachable(url.shown, reason: "status \(head.status)")
        : FetchError.status(url.shown, head.status)
    }
    if !sink.isOpen { try sink.open(at: RemoteFile.start(of: head, present: present)) }
    try sink.synchronize()
  }

  /// Where the bytes of an answer begin.
  private static func start(of head: HTTPHead, present: Int) -> Int {
    guard head.status == 206 else { return 0 }
    let range = head.headers["content-range"] ?? ""
    let first = range.drop { !$0.isNumber }.prefix { $0.isNumber }
    return Int(first) == present ? present : 0
  }

  private static func total(_ head: HTTPHead) -> Int? {
    if head.status == 206 {
      return head.headers["content-range"]?.split(separator: "/").last.flatMap { Int($0) }
    }
    return head.headers["content-length"].flatMap { Int($0) }
  }

  private func validator() -> String? {
    guard let bytes = try? AtomicFile.read(note, limit: 1 << 16),
      let note = try? JSONDecoder().decode(Note.self, from: Data(bytes)), note.url == url
    else { return nil }
    return note.validator
  }

  private func write(_ head: HTTPHead) throws {
    // A weak tag cannot name bytes.
    let tag = head.headers["etag"].flatMap { $0.hasPrefix("W/") ? nil : $0 }
    guard let validator = tag ?? head.headers["last-modified"] else {
      return PosixFileSystem().removeIfPresent(note)
    }
    try AtomicFile.write(
      Array(try JSONEncoder().encode(Note(url: url, validator: validator))), to: note)
  }

  private func size() -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: partial)
    return attributes?[.size] as? Int ?? 0
  }
}

/// A file that grows.
private final class PartialFile: Sendable {
  private let path: String
  private let state = Mutex<(descriptor: Int32, end: Int)>((-1, 0))

  init(_ path: String) {
    self.path = path
  }

  var isOpen: Bool { state.withLock { $0.descriptor >= 0 } }

  var end: Int { state.withLock { $0.end } }

  /// Keeps the first `start` bytes of what is there.
  func open(at start: Int) throws {
    let path = path
    try state.withLock { state in
      let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0, ftruncate(descriptor, off_t(start)) == 0,
        lseek(descriptor, off_t(start), SEEK_SET) == off_t(start)
      else { throw FileError(operation: .write, path: path, code: errno) }
      state = (descriptor, start)
    }
  }

  func write(_ bytes: [UInt8]) throws {
    let path = path
    try state.withLock { state in
      var written = 0
      while written < bytes.count {
        let count = bytes.withUnsafeBytes {
          Foundation.write(
            state.descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw FileError(operation: .write, path: path, code: errno) }
        written += count
      }
      state.end += bytes.count
    }
  }

  func synchronize() throws {
    let path = path
    try state.withLock { state in
      guard fsync(state.descriptor) == 0 else {
        throw FileError(operation: .write, path: path, code: errno)
      }
    }
  }

  func close() {
    state.withLock { state in
      if state.descriptor >= 0 { Foundation.close(state.descriptor) }
      state.descriptor = -1
    }
  }
}
