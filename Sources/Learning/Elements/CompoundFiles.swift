import DenseMath
import Ecosystem
public import Formats
public import Matter

/// The crystals or the compositions of files in any of the formats that are read, some at a time.
///
/// Memory is bounded by some hundred compounds, or by a file where its format has to be read whole.
/// A structure that is none costs itself alone: it is counted, and the first ones are kept by name.
public struct CompoundFiles: Sendable {
  public enum Kind: Sendable {
    /// Structures that repeat.
    case crystals
    /// Formulas in tables, and the compositions of structures.
    case compositions
  }

  /// What a compound is known by; the crystal is there where ``Kind/crystals`` are asked for.
  public struct Compound: Sendable {
    public let composition: Composition
    public let crystal: Crystal?
  }

  /// What was read.
  public struct Tally: Sendable {
    public var files = 0
    public var compounds = 0
    public var refused = 0

    /// The first of those that were refused.
    public var refusals: [ReadingError] = []

    static let kept = 5

    mutating func refuse(_ error: ReadingError) {
      refused += 1
      if refusals.count < Self.kept { refusals.append(error) }
    }
  }

  public let sources: SourceFiles
  public let kind: Kind
  public let threads: Int

  /// Compounds that are read at once; the result does not depend on it.
  private static let batch = 256

  /// Longest file that is read whole, bytes.
  private static let wholeLimit = 1 << 30

  /// - Throws: ``FileError`` for a path that is not there.
  public init(_ paths: [String], kind: Kind, threads: Int) throws {
    sources = try SourceFiles(paths) { ImportFile.isKnown($0) }
    self.kind = kind
    self.threads = threads
  }

  /// Reads all compounds.
  ///
  /// - Parameters:
  ///   - transform: Called on several threads.
  ///   - consume: Called with what `transform` gives, in the order of the files.
  ///   - progress: Called with the number of files that are done.
  /// - Throws: ``ReadingError`` or ``FileError`` for a file that was named and cannot be read; one
  ///   that was found in a folder is refused instead.
  public func forEach<Value: Sendable>(
    _ transform: @escaping @Sendable (Compound) throws -> Value, consume: (Value) -> Void,
    progress: (Int) -> Void = { _ in }
  ) throws -> Tally {
    var tally = Tally()
    var waiting: [CompoundJob] = []
    func work() throws {
      let results = try parallelMap(waiting, threads: threads) { $0.run(transform) }
      waiting = []
      for result in results.joined() {
        switch result {
        case .success(let value):
          tally.compounds += 1
          consume(value)
        case .failure(let error): tally.refuse(error)
        }
      }
    }
    for (place, file) in sources.files.enumerated() {
      do {
        try jobs(of: file.path) { job in
          waiting.append(job)
          if waiting.count >= Self.batch { try work() }
        }
        tally.files += 1
      } catch let error as ReadingError where file.isFound {
        tally.refuse(error)
      }
      progress(place + 1)
    }
    try work()
    return tally
  }

  // MARK: Files

  private func jobs(of path: String, _ add: (CompoundJob) throws -> Void) throws {
    let name = SourceFiles.plainName(path)
    if [".csv", ".tsv", ".jsonl", ".ndjson"].contains(where: name.hasSuffix) {
      let unpacked = String(path.prefix(name.count))
      let batches = try TableBatches(file: unpacked, nextChunk: SourceFiles.chunks(of: path))
      return try rows(of: batches, add)
    }
    let format = StructureFormat(name: path)
    if let format, StructureStream.reads(format) {
      let stream = StructureStream(format, file: path, chunks: try SourceFiles.chunks(of: path))
      while let entry = try stream?.next() { try add(.entry(.success(entry), path, kind)) }
    } else if format == .cif || format == .poscar {
      try add(.file(path, kind, limit: Self.wholeLimit))
    } else {
      try whole(path, add)
    }
  }

  /// JSON, which may hold structures or a table, and what only its content tells.
  private func whole(_ path: String, _ add: (CompoundJob) throws -> Void) throws {
    let bytes = try SourceFiles.bytes(of: path, limit: Self.wholeLimit)
    let format = StructureFile.format(of: bytes, file: path)
    guard format == nil, SourceFiles.plainName(path).hasSuffix(".json") else {
      for result in try StructureResults.all(bytes, file: path) {
        try add(.entry(result, path, kind))
      }
      return
    }
    var rest: [UInt8]? = bytes
    let batches = try TableBatches(file: path) {
      defer { rest = nil }
      return rest
    }
    try rows(of: batches, add)
  }

  private func rows(of table: TableBatches, _ add: (CompoundJob) throws -> Void) throws {
    var batches = table
    var column: (name: String, isStructure: Bool)?
    while let table = try batches.next(rows: Self.batch) {
      let found = try column ?? self.column(of: table)
      column = found
      let cells = try table.strings(found.name)
      for (row, cell) in cells.enumerated() {
        // Made by the table, so that it names file and line as all its errors do.
        let place = table.error(row: row, column: found.name, "")
        try add(found.isStructure ? .cell(cell, place, kind) : .formula(cell, place))
      }
    }
  }

  private func column(of table: Table) throws(ReadingError) -> (name: String, isStructure: Bool) {
    if kind == .compositions, let formula = table.firstColumn(among: Dataset.formulaNames) {
      return (formula, false)
    }
    if let structure = table.firstColumn(among: TableColumns.structureNames) {
      return (structure, true)
    }
    if kind == .compositions { return (try Dataset.formulaColumn(of: table), false) }
    throw ReadingError(
      file: table.file,
      message: "There is no column of structures; name it "
        + "\(TableColumns.structureNames.joined(separator: ", ")). The columns are "
        + "\(table.columns.prefix(12).joined(separator: ", ")).")
  }
}
