import Formats
import Foundation

/// The files of a folder, by what they are.
enum FolderFiles {
  /// Files of structures by their names, in the folder and those inside it; in the order of their
  /// paths. Names that begin with a dot are passed over.
  static func structures(in folder: String) throws -> [String] {
    try all(in: folder).filter { StructureName.isFile($0) || StructureFormat(name: $0) != nil }
  }

  /// Tables by their names, in the folder itself.
  static func tables(in folder: String) throws -> [String] {
    try all(in: folder).filter { path in
      let name = ImportFile.unpackedName(path).lowercased()
      return (path as NSString).deletingLastPathComponent == (folder as NSString).standardizingPath
        && [".csv", ".tsv", ".jsonl", ".ndjson"].contains(where: name.hasSuffix)
    }
  }

  static func all(in folder: String) throws -> [String] {
    let folder = (folder as NSString).standardizingPath
    let names: [String]
    do {
      names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    } catch {
      throw FileError(operation: .read, path: folder, code: EACCES)
    }
    return names.sorted().filter { name in
      !name.split(separator: "/").contains { $0.hasPrefix(".") }
    }.map { (folder as NSString).appendingPathComponent($0) }
  }
}
