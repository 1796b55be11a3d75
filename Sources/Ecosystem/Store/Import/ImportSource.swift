import DenseMath
import Formats
import Foundation

/// The entries of one file, some at a time.
struct ImportSource {
  private enum Content {
    case table(TableBatches, TableColumns?)
    case structures([PreparedEntry])
    case records(RecordLines)
  }

  private let path: String
  private let options: ImportOptions
  private let threads: Int
  private let input: ImportInput
  private var content: Content

  /// Which columns are read as what; known after the first batch of a table.
  var columns: TableColumns? {
    if case .table(_, let columns) = content { columns } else { nil }
  }

  /// Bytes of the file that were read so far.
  var bytesRead: Int { input.bytesRead }

  /// - Throws: ``ReadingError`` or ``FileError`` when the file cannot be read at all.
  init(_ path: String, input: ImportInput, options: ImportOptions, threads: Int) throws {
    self.path = path
    self.options = options
    self.threads = threads
    self.input = input
    let next = Gzip.decompressing(file: path, input.next)
    if ImportFile.isLines(path) {
      content = try Self.lines(path, next, options)
    } else if ImportFile.isTable(path) {
      let batches = try TableBatches(file: ImportFile.unpackedName(path), nextChunk: next)
      content = .table(batches, nil)
    } else {
      var bytes: [UInt8] = []
      while let chunk = try next() {
        bytes += chunk
        guard bytes.count <= ImportFile.structureLimit else {
          throw ReadingError(
            file: path,
            message: "A file of structures longer than \(ImportFile.structureLimit >> 20) MiB; "
              + "split it.")
        }
      }
      content = try Self.structures(bytes, path, options, threads)
    }
  }

  /// Records as ``Record/jsonLine(flagged:)`` writes them, or a table.
  private static func lines(
    _ path: String, _ next: @escaping () throws -> [UInt8]?, _ options: ImportOptions
  ) throws -> Content {
    var start: [UInt8]? = []
    while (start?.count ?? 0) < RecordLines.startLength, let chunk = try next() {
      start?.append(contentsOf: chunk)
    }
    let isRecords = RecordLines.isStart(start ?? [])
    let rest: () throws -> [UInt8]? = {
      defer { start = nil }
      return try start ?? next()
    }
    if isRecords { return .records(RecordLines(file: path, options: options, nextChunk: rest)) }
    return .table(try TableBatches(file: ImportFile.unpackedName(path), nextChunk: rest), nil)
  }

  private static func structures(
    _ bytes: [UInt8], _ path: String, _ options: ImportOptions, _ threads: Int
  ) throws -> Content {
    if ImportFile.mayBeTable(path), StructureFile.format(of: bytes, file: path) == nil {
      var rest: [UInt8]? = bytes
      let batches = try TableBatches(file: ImportFile.unpackedName(path)) {
        defer { rest = nil }
        return rest
      }
      return .table(batches, nil)
    }
    let entries = try StructureResults.all(bytes, file: path)
    let rows = StructureRows(
      file: path, options: options, checks: StructureRows.checks(entries, options))
    return .structures(try parallelMap(entries, threads: threads) { rows.prepare($0) })
  }

  /// The next entries; `nil` at the end.
  ///
  /// - Parameter count: How many, at most.
  mutating func next(_ count: Int) throws -> [PreparedEntry]? {
    switch content {
    case .structures(let entries):
      content = .structures([])
      return entries.isEmpty ? nil : entries
    case .records(var lines):
      let entries = try lines.next(count, threads: threads)
      content = .records(lines)
      return entries
    case .table(var batches, let known):
      guard let table = try batches.next(rows: count) else {
        content = .table(batches, known)
        return nil
      }
      let columns = try known ?? TableColumns(table, options: options)
      content = .table(batches, columns)
      return try TableRows(columns: columns, fidelity: options.fidelity)
        .prepare(table, threads: threads)
    }
  }
}

/// What a file is, by its name.
public enum ImportFile {
  /// Longest file of structures, unpacked, bytes.
  static let structureLimit = 1 << 30

  public static func unpackedName(_ path: String) -> String {
    path.lowercased().hasSuffix(".gz") ? String(path.dropLast(3)) : path
  }

  static func isTable(_ path: String) -> Bool {
    let name = unpackedName(path).lowercased()
    return [".csv", ".tsv", ".jsonl", ".ndjson"].contains(where: name.hasSuffix)
  }

  static func isLines(_ path: String) -> Bool {
    let name = unpackedName(path).lowercased()
    return name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
  }

  /// JSON holds structures or a table; its content tells.
  static func mayBeTable(_ path: String) -> Bool {
    unpackedName(path).lowercased().hasSuffix(".json")
  }

  /// Whether a file in a folder is one to import.
  public static func isKnown(_ path: String) -> Bool {
    isTable(path) || mayBeTable(path) || StructureFormat(name: path) != nil
  }
}
