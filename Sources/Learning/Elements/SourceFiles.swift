import Ecosystem
import Foundation

/// Files that are named one by one, and those in folders.
public struct SourceFiles: Hashable, Sendable {
  public struct File: Hashable, Sendable {
    public let path: String

    /// Found in a folder, where not everything is meant to be read.
    public let isFound: Bool
  }

  /// In the order of the arguments; those of a folder in the order of their paths.
  public let files: [File]

  /// - Parameters:
  ///   - paths: Files, and folders that are searched to any depth; names that begin with a dot are
  ///     passed over.
  ///   - isWanted: Whether a file of a folder is one to read, by its path.
  /// - Throws: ``FileError`` for a path that is not there.
  public init(_ paths: [String], where isWanted: (String) -> Bool) throws {
    var files: [File] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw FileError(operation: .read, path: path, code: ENOENT)
      }
      guard isFolder.boolValue else {
        files.append(File(path: path, isFound: false))
        continue
      }
      let names = try FileManager.default.subpathsOfDirectory(atPath: path)
      for name in names.sorted() where Self.isVisible(name) {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name).relativePath
        var isInner: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isInner),
          !isInner.boolValue, isWanted(file)
        else { continue }
        files.append(File(path: file, isFound: true))
      }
    }
    self.files = files
  }

  private static func isVisible(_ name: String) -> Bool {
    !name.split(separator: "/").contains { $0.hasPrefix(".") }
  }

  /// A file without the `.gz` at its end, in lower case.
  static func plainName(_ path: String) -> String {
    let name = path.lowercased()
    return name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
  }

  /// The unpacked bytes of a file, piece by piece.
  static func chunks(of path: String) throws -> () throws -> [UInt8]? {
    try FileChunks(path).unpacked()
  }

  /// The unpacked bytes of a file.
  static func bytes(of path: String, limit: Int) throws -> [UInt8] {
    try FileChunks(path).all(limit: limit)
  }

  /// SHA-256 of a file as it lies on the disk, 64 hexadecimal digits; the file is never in memory as
  /// a whole.
  public static func hash(of path: String) throws -> String {
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
      return data.withUnsafeBytes { ContentHash(of: $0).hex }
    } catch {
      throw FileError(operation: .read, path: path, code: EISDIR)
    }
  }
}
