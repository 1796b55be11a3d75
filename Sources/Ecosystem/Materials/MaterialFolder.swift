import Formats
import Foundation

/// What a folder of materials holds.
enum MaterialFolder {
  /// A table, and the structures beside it.
  case table(FolderTable, StructureLibrary?)
  /// Files of structures alone.
  case files([String])

  /// The table of a folder as CGCNN lays it out: no line of names, the name of a file in front of its
  /// values.
  private static let unnamedTables = ["id_prop.csv", "id_prop.csv.gz"]

  /// - Throws: ``ReadingError`` for a folder with several tables, or without anything to read.
  init(_ path: String) throws {
    let files = try FolderFiles.structures(in: path)
    let library = files.isEmpty ? nil : StructureLibrary(files: files, place: path)
    for name in Self.unnamedTables {
      let file = (path as NSString).appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: file) else { continue }
      self = .table(try FolderTable(file, namesColumns: true), library)
      return
    }
    let tables = try FolderFiles.tables(in: path)
    if let table = tables.first, tables.count == 1 {
      self = .table(try FolderTable(table, namesColumns: false), library)
    } else if tables.count > 1 {
      let names = tables.map { ($0 as NSString).lastPathComponent }.prefix(10)
      throw ReadingError(
        file: path,
        message: "The folder holds \(tables.count) tables (\(names.joined(separator: ", "))); name "
          + "one of them, and the folder with --structures.")
    } else if let (values, structures) = try Self.values(files) {
      self = .table(
        FolderTable(values, name: path), try StructureLibrary(structures))
    } else if !files.isEmpty {
      self = .files(files)
    } else {
      throw ReadingError(
        file: path,
        message: "The folder holds no table and no structure (.cif, .vasp, .xyz, .json) that could "
          + "be read.")
    }
  }

  /// All files of a folder that may be read.
  static func files(of path: String) throws -> [String] {
    let tables = unnamedTables.map { (path as NSString).appendingPathComponent($0) }
      .filter { FileManager.default.fileExists(atPath: $0) }
    return Set(try FolderFiles.structures(in: path) + FolderFiles.tables(in: path) + tables)
      .sorted()
  }

  /// Longest JSON file that is looked into, packed, bytes.
  private static let mostLookedInto = 1 << 28

  /// Values in JSON files beside one file with the structures they belong to.
  private static func values(_ files: [String]) throws -> (values: [UInt8], structures: String)? {
    guard files.count > 1, files.allSatisfy(ImportFile.mayBeTable) else { return nil }
    var maps = ValueMaps()
    var others: [String] = []
    for file in files {
      let chunks = try FileChunks(file)
      guard chunks.size <= mostLookedInto else { return nil }
      if !maps.add(try chunks.all(limit: 1 << 30), file: file) { others.append(file) }
    }
    guard let structures = others.first, others.count == 1, !maps.isEmpty else { return nil }
    return (maps.csv, structures)
  }

  /// The structures of one file of a folder, called like the file.
  static func results(of path: String) -> [Result<StructureEntry, ReadingError>] {
    do {
      let bytes = try FileChunks(path).all(limit: 1 << 30)
      let results = try StructureResults.all(bytes, file: path)
      let title = StructureName.keys(path).last ?? path
      return results.enumerated().map { place, result in
        result.map { entry in
          var named = entry
          named.name =
            results.count == 1 ? title : "\(title) \(entry.name ?? "structure \(place + 1)")"
          return named
        }
      }
    } catch {
      return [
        .failure(error as? ReadingError ?? ReadingError(file: path, message: "\(error)"))
      ]
    }
  }
}

/// A table of a folder, with names of columns where it has none.
struct FolderTable {
  /// `nil` for a table that was made of other files.
  let chunks: FileChunks?
  let name: String
  let next: () throws -> [UInt8]?

  /// - Parameter csv: The whole table.
  init(_ csv: [UInt8], name: String) {
    var rest: [UInt8]? = csv
    chunks = nil
    self.name = name
    next = {
      defer { rest = nil }
      return rest
    }
  }

  /// - Parameter namesColumns: Whether the first line may hold values already; columns are then called
  ///   `id`, `target`, `target_2`, ….
  init(_ path: String, namesColumns: Bool) throws {
    let chunks = try FileChunks(path)
    let unpacked = chunks.unpacked()
    self.chunks = chunks
    name = path
    guard namesColumns, let start = try unpacked() else {
      next = unpacked
      return
    }
    let line = String(decoding: start.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self)
    let cells = line.split(separator: ",", omittingEmptySubsequences: false)
    let isNamed = cells.count > 1 && !cells.dropFirst().contains { Table.number(String($0)) != nil }
    let names = (1..<max(cells.count, 2)).map { $0 == 1 ? "target" : "target_\($0)" }
    let header = isNamed ? [] : Array((["id"] + names).joined(separator: ",").utf8) + [10]
    var first: [UInt8]? = header + start
    next = {
      guard let bytes = first else { return try unpacked() }
      first = nil
      return bytes
    }
  }
}
