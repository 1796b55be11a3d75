import Formats
import Foundation
import Matter

/// Structures that are found by name: the files of a folder, those of a tar archive, or the
/// structures of one file.
struct StructureLibrary: Sendable {
  /// The folder or the file, for people.
  let place: String

  private enum Content: Sendable {
    case files([String: [String]])
    case archive(TarArchive, [String: [TarArchive.Member]])
    case entries([String: [Result<StructureEntry, ReadingError>]])
  }

  private let content: Content

  /// Longest file of one structure, and longest archive, bytes.
  private static let fileLimit = 1 << 28
  private static let archiveLimit = 1 << 31

  /// - Parameter path: A folder, which is searched to any depth; a tar archive, gzipped or not; or a
  ///   file of structures with names.
  init(_ path: String) throws {
    place = path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(operation: .read, path: path, code: ENOENT)
    }
    if isFolder.boolValue {
      content = .files(Self.index(try FolderFiles.structures(in: path)))
      return
    }
    let bytes = try FileChunks(path).all(limit: Self.archiveLimit)
    if TarArchive.isArchive(bytes) {
      let archive = try TarArchive(bytes, file: path)
      var members: [String: [TarArchive.Member]] = [:]
      for member in archive.members where StructureName.isVisibleFile(member.name) {
        for key in StructureName.keys(member.name) { members[key, default: []].append(member) }
      }
      content = .archive(archive, members)
      return
    }
    var entries: [String: [Result<StructureEntry, ReadingError>]] = [:]
    for result in try StructureResults.all(bytes, file: path) {
      guard case .success(let entry) = result, let name = entry.name else { continue }
      entries[name, default: []].append(result)
    }
    content = .entries(entries)
  }

  /// Files that are named one by one.
  init(files: [String], place: String) {
    self.place = place
    content = .files(Self.index(files))
  }

  private static func index(_ files: [String]) -> [String: [String]] {
    var paths: [String: [String]] = [:]
    for file in files {
      for key in StructureName.keys(file) { paths[key, default: []].append(file) }
    }
    return paths
  }

  /// What it is read from, in the order of the paths.
  var files: [String] {
    guard case .files(let paths) = content else { return [place] }
    return Set(paths.values.joined()).sorted()
  }

  func has(_ name: String) -> Bool {
    StructureName.keys(name).contains { key in
      switch content {
      case .files(let paths): paths[key] != nil
      case .archive(_, let members): members[key] != nil
      case .entries(let entries): entries[key] != nil
      }
    }
  }

  /// The structure of a name: that of a file of this name, with or without what is behind its last
  /// point.
  ///
  /// - Returns: `nil` where there is none.
  /// - Throws: ``ReadingError`` for a file that is damaged or holds several, and for two of one name.
  func entry(named name: String) throws(ReadingError) -> StructureEntry? {
    switch content {
    case .files(let paths):
      guard let path = try only(paths, name) else { return nil }
      return try Self.entry(file: path)
    case .archive(let archive, let members):
      guard let member = try only(members, name) else { return nil }
      let file = "\(place)/\(member.name)"
      return try Self.single(
        StructureFile.entries(archive.bytes(of: member), file: file), file: file)
    case .entries(let entries):
      return try only(entries, name)?.get()
    }
  }

  private func only<Value>(_ found: [String: [Value]], _ name: String) throws(ReadingError)
    -> Value?
  {
    for key in StructureName.keys(name) {
      guard let values = found[key], let first = values.first else { continue }
      guard values.count == 1 else {
        throw ReadingError(
          file: place,
          message: "There are \(values.count) structures named \"\(key.prefix(80))\"; give each "
            + "another name.")
      }
      return first
    }
    return nil
  }

  static func entry(file path: String) throws(ReadingError) -> StructureEntry {
    let bytes: [UInt8]
    do {
      bytes = try AtomicFile.read(path, limit: fileLimit)
    } catch {
      throw ReadingError(file: path, message: "\(error)")
    }
    return try single(StructureFile.entries(bytes, file: path), file: path)
  }

  private static func single(
    _ entries: [StructureEntry], file: String
  ) throws(ReadingError) -> StructureEntry {
    guard let entry = entries.first, entries.count == 1 else {
      throw ReadingError(
        file: file, message: "The file holds \(entries.count) structures where a row needs one.")
    }
    return entry
  }
}

/// Names of structures and of the files they stand in.
enum StructureName {
  private static let endings = [
    ".cif", ".mcif", ".vasp", ".poscar", ".contcar", ".xyz", ".extxyz", ".json",
  ]

  /// Whether a text is the name of a file of a structure.
  static func isFile(_ text: String) -> Bool { text.count < 4096 && ending(of: text) != nil }

  /// The same, unless the name begins with a dot.
  static func isVisibleFile(_ path: String) -> Bool {
    isFile(path) && !(path.split(separator: "/").last?.hasPrefix(".") ?? true)
  }

  /// What a structure of this name may be known by, the nearest first: the last part of a path, and
  /// that without its ending.
  static func keys(_ text: String) -> [String] {
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    guard !trimmed.isEmpty else { return [] }
    let last = trimmed.split(separator: "/").last.map(String.init) ?? trimmed
    guard let ending = ending(of: last), ending.count < last.count else { return [last] }
    return [last, String(last.dropLast(ending.count))]
  }

  private static func ending(of text: String) -> String? {
    let name = text.lowercased()
    for ending in endings {
      if name.hasSuffix(ending) { return ending }
      if name.hasSuffix(ending + ".gz") { return ending + ".gz" }
    }
    return nil
  }
}
