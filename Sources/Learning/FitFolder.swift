public import Ecosystem
import Foundation

/// Fits of a training that is not finished yet, one file each: what a training that was interrupted
/// does not repeat.
///
/// A fit is a function of the rows, the settings and the seed, and its file gives them back bit for
/// bit: a training that goes on ends with the model that it would have made undisturbed. Files are
/// written whole or not at all; one that is damaged or of another training counts as absent.
public struct FitFolder: Sendable {
  public let path: String

  /// Names the training: everything that its fits depend on.
  private let key: String
  private let prefix: String

  /// - Parameters:
  ///   - path: Made with the first fit.
  ///   - key: Of the rows, the settings, the seed and the program's version.
  public init(path: String, key: String) {
    self.init(path: path, key: key, prefix: "")
  }

  private init(path: String, key: String, prefix: String) {
    self.path = path
    self.key = key
    self.prefix = prefix
  }

  /// The same folder for a part of the training whose fits have names of their own.
  func inside(_ part: String) -> FitFolder {
    FitFolder(path: path, key: key, prefix: "\(prefix)\(part).")
  }

  /// How many finished fits of this training the folder holds.
  public var count: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.count { $0.hasSuffix(FitFolder.suffix) }
  }

  private static let suffix = ".fit"

  /// Whether there is nothing to go on with.
  public var isEmpty: Bool {
    let running = try? FileManager.default.contentsOfDirectory(atPath: running)
    return count == 0 && running?.isEmpty ?? true
  }

  private var running: String { "\(path)/running" }

  /// Where networks whose fit is under way keep their state.
  public func checkpoints() throws(FileError) -> CheckpointFolder {
    try CheckpointFolder(running)
  }

  /// Removes the folder: the training is over.
  public func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Removes the folder if there is nothing to go on with.
  public func removeIfEmpty() {
    if isEmpty { remove() }
  }

  private func file(_ name: String) -> String { "\(path)/\(prefix)\(name)\(FitFolder.suffix)" }

  func surrogate(_ name: String) -> (any StorableSurrogate)? {
    guard let bytes = try? AtomicFile.read(file(name), limit: ModelFile.sizeLimit),
      let content = try? SealedTensors(bytes: bytes, file: name),
      content.notes["athanor.fit"] == "\(key)/\(prefix)\(name)",
      let kind = Model.kinds[content.state.kind]
    else { return nil }
    return try? kind.init(state: content.state)
  }

  func keep(_ surrogate: any StorableSurrogate, as name: String) throws {
    try AtomicFile.makeFolder(path)
    let content = SealedTensors(
      state: try surrogate.state(), notes: ["athanor.fit": "\(key)/\(prefix)\(name)"])
    try AtomicFile.write(content.encoded(), to: file(name))
  }
}

extension Optional where Wrapped == FitFolder {
  /// The fit that is kept, or the one that is made now and then kept.
  func result(
    of name: String, making fit: () throws -> any Surrogate
  ) throws -> any Surrogate {
    guard let self else { return try fit() }
    if let kept = self.surrogate(name) { return kept }
    let made = try fit()
    if let made = made as? any StorableSurrogate { try self.keep(made, as: name) }
    return made
  }
}
