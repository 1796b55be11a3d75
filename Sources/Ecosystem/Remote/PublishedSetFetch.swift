import Foundation

/// Brings a published set here, from a folder or from its address, and checks it.
public struct PublishedSetFetch: Sendable {
  public let set: PublishedSet

  /// Longest file, bytes.
  public var byteLimit = 16 << 30

  private let waiting: any Waiting
  private let patience: Patience

  public init(
    _ set: PublishedSet, patience: Patience = Patience(), waiting: any Waiting = SystemWaiting()
  ) {
    self.set = set
    self.patience = patience
    self.waiting = waiting
  }

  /// What was checked.
  public struct Outcome: Codable, Hashable, Sendable {
    public let file: String
    public let bytes: Int

    /// Of the file that was written.
    public let sha256: String

    /// Whether a checksum is published and agrees; without one, only the kind of the file is known.
    public let isChecked: Bool

    /// The address or the file it came from.
    public let source: String
  }

  /// Copies the set from a folder.
  ///
  /// - Throws: ``FetchError``, ``FileError``.
  public func copy(from mirror: String, to path: String) throws -> Outcome {
    let source = URL(fileURLWithPath: mirror).appendingPathComponent(set.file).path
    guard FileManager.default.fileExists(atPath: source) else {
      throw FetchError.notInMirror(set.file, folder: mirror)
    }
    let checked = try check(source)
    if URL(fileURLWithPath: source).standardized != URL(fileURLWithPath: path).standardized {
      let partial = "\(path).\(UUID().uuidString.prefix(8)).partial"
      do {
        try FileManager.default.copyItem(atPath: source, toPath: partial)
        try PosixFileSystem().rename(partial, to: path)
      } catch {
        PosixFileSystem().removeIfPresent(partial)
        if let error = error as? FileError { throw error }
        throw FileError(operation: .write, path: path, code: errno == 0 ? EIO : errno)
      }
      PosixFileSystem().synchronizeFolder(of: path)
    }
    return outcome(checked, path, source)
  }

  /// Brings the set from its address; goes on with what an earlier call left.
  ///
  /// - Parameter progress: Told the bytes that are there and, where known, those of the whole.
  /// - Throws: ``FetchError``, ``FileError``.
  public func download(
    to path: String, by transport: (any HTTPTransport)? = nil,
    progress: @escaping @Sendable (Int, Int?) -> Void = { _, _ in }
  ) async throws -> Outcome {
    let transport = transport ?? SessionTransport(policy: AddressPolicy(base: set.url))
    let file = RemoteFile(url: set.url, path: path, hosts: set.hosts, byteLimit: byteLimit)
    do {
      try await file.fetch(
        by: transport, patience: patience, waiting: waiting, seed: 0, progress: progress)
    } catch let error as HTTPError {
      throw FetchError.unreachable(set.name, file: set.file, cause: error)
    }
    let checked: (bytes: Int, sha256: String)
    do {
      checked = try check(file.unchecked)
    } catch {
      // Damaged bytes are no base to go on from.
      file.discard()
      throw error
    }
    try file.finish()
    return outcome(checked, path, set.url.absoluteString)
  }

  private func outcome(
    _ checked: (bytes: Int, sha256: String), _ path: String, _ source: String
  ) -> Outcome {
    Outcome(
      file: path, bytes: checked.bytes, sha256: checked.sha256, isChecked: set.sha256 != nil,
      source: source)
  }

  /// Size and SHA-256 of a file that is what it should be.
  private func check(_ path: String) throws -> (bytes: Int, sha256: String) {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw FileError(operation: .read, path: path, code: errno)
    }
    defer { try? handle.close() }
    let hash = ContentHash.Stream()
    let magic: [UInt8] = set.file.hasSuffix(".zip") ? [0x50, 0x4B] : [0x1F, 0x8B]
    var size = 0
    while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
      guard size > 0 || piece.starts(with: magic) else { throw FetchError.wrongKind(set.file) }
      size += piece.count
      hash.add(piece)
    }
    guard size > 0 else { throw FetchError.wrongKind(set.file) }
    let hex = hash.finish().hex
    guard set.sha256 == nil || set.sha256 == hex else {
      throw FetchError.wrongChecksum(set.file, found: hex, published: set.sha256 ?? "")
    }
    return (size, hex)
  }
}
