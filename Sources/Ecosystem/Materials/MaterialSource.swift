import DenseMath
import Formats
import Foundation
import Matter

/// What a file or a folder is, and how its rows are read.
struct MaterialSource {
  private enum Content {
    case table(TableBatches, MaterialColumns?, StructureLibrary?)
    case stream(StructureStream)
    case lines(StructureLines)
    case items(StructureItems)
    case entries(ArraySlice<Result<StructureEntry, ReadingError>>)
    case files(ArraySlice<String>)
  }

  private let path: String
  private let options: MaterialRows.Options
  private var content: Content
  private let chunks: FileChunks?
  private let fileCount: Int

  /// Where files that a column names are looked for.
  private let folder: String

  /// Longest file that is read whole, bytes.
  private static let wholeLimit = 1 << 31

  /// Structures of a folder that are read at once at most.
  private static let fileBatch = 512

  init(_ path: String, options: MaterialRows.Options) throws {
    self.path = path
    self.options = options
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(operation: .read, path: path, code: ENOENT)
    }
    let parent = (path as NSString).deletingLastPathComponent
    folder = isFolder.boolValue ? path : parent.isEmpty ? "." : parent
    guard isFolder.boolValue else {
      let chunks = try FileChunks(path)
      self.chunks = chunks
      content = try Self.content(of: chunks, options)
      fileCount = 0
      return
    }
    switch try MaterialFolder(path) {
    case .table(let table, let library):
      chunks = table.chunks
      fileCount = 0
      content = .table(
        try TableBatches(file: table.name, nextChunk: table.next), nil, library)
    case .files(let files):
      chunks = nil
      fileCount = files.count
      content = .files(files[...])
    }
  }

  var size: Int { chunks?.size ?? fileCount }

  /// What the rows are read from; known once the first batch was read.
  var files: [String] {
    get throws {
      if folder == path { return try MaterialFolder.files(of: path) }
      guard case .table(_, let columns, let library) = content else { return [path] }
      var linked = library
      if case .named(_, let named)? = columns?.link { linked = named }
      return [path] + (linked?.files ?? [])
    }
  }

  var done: Int {
    if case .files(let rest) = content { return fileCount - rest.count }
    return chunks?.bytesRead ?? 0
  }

  // MARK: Opening

  private static func content(
    of chunks: FileChunks, _ options: MaterialRows.Options
  ) throws -> Content {
    let (path, next) = (chunks.path, chunks.unpacked())
    if ImportFile.isLines(path) {
      let lines = StructureLines(file: path, next: next)
      if try lines.isOfStructures() { return .lines(lines) }
      return .table(try TableBatches(file: path, nextChunk: lines.rest()), nil, nil)
    }
    let format = StructureFormat(name: path)
    if ImportFile.isTable(path) || options.formula != nil && format == nil {
      return .table(try TableBatches(file: path, nextChunk: next), nil, nil)
    }
    if let format, let stream = StructureStream(format, file: path, chunks: next) {
      return .stream(stream)
    }
    return try json(path, next)
  }

  /// A file whose content alone tells what it is, as a rule JSON: a long list of structures or rows
  /// is read value by value, all else whole.
  private static func json(
    _ path: String, _ next: @escaping () throws -> [UInt8]?
  ) throws -> Content {
    var bytes: [UInt8] = []
    while bytes.count <= JSONItems.wholeLength, let chunk = try next() { bytes += chunk }
    guard bytes.count > JSONItems.wholeLength, mayBeJSON(bytes) else {
      return try whole(&bytes, next, path)
    }
    var beginning: [UInt8]? = bytes
    bytes = []
    let kind = try StructureItems.kind(file: path) {
      defer { beginning = nil }
      return try beginning ?? next()
    }
    switch kind {
    case .structures(let items): return .items(items)
    case .table(let rest):
      return .table(
        try TableBatches(file: ImportFile.unpackedName(path), nextChunk: rest), nil, nil)
    case .other(let rest): return try whole(&bytes, rest, path)
    }
  }

  private static func mayBeJSON(_ bytes: [UInt8]) -> Bool {
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let first = content.first { $0 > 32 }
    return first == UInt8(ascii: "[") || first == UInt8(ascii: "{")
  }

  /// - Parameter bytes: The beginning, which `next` goes on from.
  private static func whole(
    _ bytes: inout [UInt8], _ next: () throws -> [UInt8]?, _ path: String
  ) throws -> Content {
    while let chunk = try next() {
      bytes += chunk
      guard bytes.count <= wholeLimit else {
        throw ReadingError(
          file: path,
          message: "Longer than \(wholeLimit >> 20) MiB, which is more than is read at once; write "
            + "extended XYZ, JSON lines or a JSON list, or split it.")
      }
    }
    return try whole(bytes, path)
  }

  /// What only its content tells: JSON may be structures or a table.
  private static func whole(_ bytes: [UInt8], _ path: String) throws -> Content {
    if StructureFile.format(of: bytes, file: path) != nil {
      return .entries(try StructureResults.all(bytes, file: path)[...])
    }
    var rest: [UInt8]? = bytes
    do {
      let batches = try TableBatches(file: path) {
        defer { rest = nil }
        return rest
      }
      return .table(batches, nil, nil)
    } catch let error as ReadingError {
      // The marks of structures may stand far behind the beginning.
      guard ImportFile.mayBeTable(path),
        let entries = try? StructureJSON.results(bytes, file: path)
      else { throw error }
      return .entries(entries[...])
    }
  }

  // MARK: Rows

  /// The next rows, at most `count`; `nil` at the end.
  ///
  /// - Parameter start: Rows before them.
  mutating func next(_ count: Int, from start: Int, threads: Int) throws -> MaterialBatch? {
    switch content {
    case .table(var batches, let known, let library):
      guard let table = try batches.next(rows: count) else { return nil }
      let columns =
        try known
        ?? MaterialColumns(table, options, library: library, folder: folder)
      content = .table(batches, columns, library)
      return try columns.batch(table, from: start, threads: threads)
    case .stream(let stream):
      return try batch(streamed(stream, count), from: start)
    case .lines(let lines):
      return try batch(lines.next(count, threads: threads), from: start)
    case .items(let items):
      return try batch(items.next(count, threads: threads), from: start)
    case .entries(let entries):
      content = .entries(entries.dropFirst(count))
      return try batch(Array(entries.prefix(count)), from: start)
    case .files(let files):
      guard !files.isEmpty else { return nil }
      let taken = Array(files.prefix(min(count, Self.fileBatch)))
      content = .files(files.dropFirst(taken.count))
      let results = try parallelMap(taken, threads: threads) { MaterialFolder.results(of: $0) }
      return try batch(results.flatMap { $0 }, from: start)
    }
  }

  private func streamed(
    _ stream: StructureStream, _ count: Int
  ) throws -> [Result<StructureEntry, ReadingError>] {
    var results: [Result<StructureEntry, ReadingError>] = []
    while results.count < count, let result = try stream.nextResult() { results.append(result) }
    return results
  }

  private func batch(
    _ results: [Result<StructureEntry, ReadingError>], from start: Int
  ) throws -> MaterialBatch? {
    guard !results.isEmpty else { return nil }
    return try EntryRows(
      file: path, identifier: options.identifier, takesMolecules: options.takesMolecules
    ).batch(results, from: start)
  }
}
