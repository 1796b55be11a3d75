import Ecosystem
import Formats
import Foundation
public import Representations

/// Columns that a network of somebody else's makes, as a model file remembers them: the description
/// and the hash of the module, never the module, which is code.
public struct ScriptFeatures: Codable, Hashable, Sendable {
  public let description: ScriptDescription

  /// The module's file, as it was found when the model was trained.
  public let path: String

  /// Of the module's file, SHA-256.
  public let moduleHash: String

  /// Columns.
  public let width: Int

  /// What columns are called by.
  public let title: String

  /// Longest module, bytes.
  static let longestModule = 1 << 30

  /// Reads a description and the module that it names, and asks that for its width.
  ///
  /// - Throws: ``ReadingError``, ``FileError``, ``ScriptError``.
  public init(describedBy path: String) throws {
    description = try ScriptDescription(contentsOf: path)
    let folder = (path as NSString).deletingLastPathComponent
    self.path =
      description.module.hasPrefix("/") || folder.isEmpty
      ? description.module : "\(folder)/\(description.module)"
    title = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    let archive = try ScriptArchive(self.path)
    moduleHash = archive.hash
    let encoder = try ScriptEncoder(description, archive: archive.bytes, file: path)
    width = encoder.width
    ScriptLibrary.shared.add(encoder, for: self)
  }

  /// Names the module and its use.
  public var identity: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    // Texts, numbers and flags can always be written.
    let text = (try? encoder.encode(description)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return ContentHash(of: "\(text) \(moduleHash) \(width)").hex
  }

  /// Whether atoms are looked at, not elements alone.
  public var readsCrystals: Bool { description.nodes == .atoms }

  public var columns: [String] { (0..<width).map { "\(title) \($0 + 1)" } }

  /// - Throws: ``ScriptFileError`` where the module is not there or another one; ``ScriptError``.
  public func descriptor() throws -> ScriptDescriptor {
    ScriptDescriptor(try ScriptLibrary.shared.encoder(for: self), title: title, hash: identity)
  }

  /// The same where nodes are elements.
  public func compositionDescriptor() throws -> ScriptCompositionDescriptor {
    ScriptCompositionDescriptor(
      try ScriptLibrary.shared.encoder(for: self), title: title, hash: identity)
  }
}

/// The bytes of a module's file, whose checksums hold.
struct ScriptArchive {
  let bytes: [UInt8]
  let hash: String

  /// - Throws: ``FileError``, ``ReadingError`` for a file that is no sound archive of code.
  init(_ path: String) throws {
    try self.init(AtomicFile.read(path, limit: ScriptFeatures.longestModule), file: path)
  }

  init(_ bytes: [UInt8], file: String) throws(ReadingError) {
    guard ZipArchive.isArchive(bytes) else {
      throw ReadingError(file: file, message: "No TorchScript module: \(Self.remedy)")
    }
    // libtorch looks at no checksum: a byte that changed would change the numbers in silence.
    let archive = try ZipArchive(
      bytes, file: file, limits: ExpansionLimits(bytes: ScriptFeatures.longestModule))
    for entry in archive.entries {
      try Self.check(archive.bytes(of: entry), of: entry.name, file: file)
    }
    func has(_ part: String) -> Bool { archive.entries.contains { $0.name.contains(part) } }
    guard has("/constants.pkl"), has("/code/") else {
      throw ReadingError(
        file: file, message: "The file holds weights without the code of a network: \(Self.remedy)")
    }
    guard !has("/model.json") else {
      throw ReadingError(
        file: file, message: "The module was exported by PyTorch before 1.4: \(Self.remedy)")
    }
    self.bytes = bytes
    hash = ContentHash(of: bytes).hex
  }

  /// Refuses what would run while the module is read, before its operations can be looked at.
  private static func check(
    _ bytes: [UInt8], of entry: String, file: String
  ) throws(ReadingError) {
    guard !entry.hasSuffix(".debug_pkl"), entry.hasSuffix(".pkl") || entry.hasSuffix(".py") else {
      return
    }
    for word in ["__setstate__", "torch.classes", "torch\nclasses"]
    where bytes.contains(Array(word.utf8)) {
      throw ReadingError(
        file: file,
        message: "The module would run code while it is read (\(word.split(separator: "\n")[0])), "
          + "which is not allowed here; export it without classes of its own.")
    }
  }

  private static let remedy = "export the network with torch.jit.script(network).save(file)."
}
