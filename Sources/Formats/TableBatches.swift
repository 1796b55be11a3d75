/// A table of any length, read batch by batch: CSV, TSV or JSON lines that arrive in pieces.
///
/// Memory holds one batch and one piece of the text, whatever the length of the file. Checks and line
/// numbers are those of ``Table``. Of JSON that is not JSON lines, a list of rows, on its own or under
/// `data` in pandas' "split" form, is read piece by piece where it is long; an object of columns has no
/// batches to be read alone and is taken whole, up to ``wholeLimit``.
public struct TableBatches {
  /// Longest JSON text that is an object of columns, bytes.
  public static let wholeLimit = 1 << 28

  private let file: String
  private let nextChunk: () throws -> [UInt8]?
  private let wholeLength: Int
  private var isComplete = false

  /// One of these four is in use.
  private var records: CSVRecords?
  private var lines: TableLines?
  private var items: TableItems?
  private var whole: Table?

  /// Rows of ``whole`` that were handed out.
  private var rowsTaken = 0

  /// Bytes taken from the closure so far.
  public var bytesRead: Int { taken + (counted?.count ?? 0) }
  private var taken = 0

  /// What reads on in the place of ``chunk()``.
  private var counted: CountedChunks?

  /// Column names in the order of the file. In JSON lines and long lists of objects, names that occur
  /// first in later objects are added at the end when those are read.
  public private(set) var columns: [String] = []

  /// Reads the beginning of a table: `.json`, `.jsonl` and `.ndjson` as JSON, everything else as CSV
  /// (`.tsv` with tabs), a `.gz` at the end of the name aside.
  ///
  /// - Parameters:
  ///   - file: Its name; errors give it.
  ///   - nextChunk: The next bytes of the file, of any number; `nil` at its end.
  /// - Throws: ``ReadingError`` for a header that is none, an empty file, a compressed file; and what
  ///   `nextChunk` throws.
  public init(file: String, nextChunk: @escaping () throws -> [UInt8]?) throws {
    try self.init(file: file, wholeLength: JSONItems.wholeLength, nextChunk: nextChunk)
  }

  /// - Parameter wholeLength: JSON texts up to it are read whole, bytes.
  init(
    file: String, wholeLength: Int, nextChunk: @escaping () throws -> [UInt8]?
  ) throws {
    self.file = file
    self.nextChunk = nextChunk
    self.wholeLength = wholeLength
    var name = file.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    let isJSON = [".json", ".jsonl", ".ndjson"].contains(where: name.hasSuffix)
    let start = try beginning()
    if isJSON {
      try startJSON(start, isLines: !name.hasSuffix(".json"))
    } else {
      records = CSVRecords(file: file, delimiter: name.hasSuffix(".tsv") ? 9 : nil)
      try feed(start)
    }
    try fill(rows: isJSON ? 1 : 0)
  }

  /// The next rows, `rows` of them or what is left; `nil` at the end.
  ///
  /// - Throws: ``ReadingError`` with the line of the damage; and what the source of bytes throws.
  /// - Precondition: `rows` is positive.
  public mutating func next(rows: Int) throws -> Table? {
    precondition(rows > 0, "a batch needs at least one row")
    try fill(rows: rows)
    if records != nil { return records?.take() }
    if lines != nil { return lines?.take() }
    if items != nil { return items?.take() }
    guard let whole, rowsTaken < whole.rowCount else { return nil }
    let batch = rowsTaken..<rowsTaken + min(rows, whole.rowCount - rowsTaken)
    rowsTaken = batch.upperBound
    return whole.rows(Array(batch))
  }

  // MARK: The beginning

  /// Enough bytes to see what the file is.
  private mutating func beginning() throws -> [UInt8] {
    var start: [UInt8] = []
    while start.count < CSVRecords.sniffLength, let chunk = try chunk() {
      start.append(contentsOf: chunk)
    }
    guard !start.isEmpty else {
      throw ReadingError(file: file, message: "The file is empty; it needs a header line and rows.")
    }
    if start.starts(with: [0x1F, 0x8B]) {
      throw ReadingError(
        file: file, message: "The file is compressed; unpack it with gunzip first.")
    }
    return start
  }

  private mutating func startJSON(_ start: [UInt8], isLines: Bool) throws {
    if isLines || TableLines.isLines(start, file: file) {
      lines = try TableLines(file: file)
      try feed(start)
      return
    }
    var bytes = start
    while bytes.count <= wholeLength, let chunk = try chunk() { bytes.append(contentsOf: chunk) }
    if bytes.count > wholeLength, try startItems(&bytes) { return }
    while let chunk = try chunk() {
      bytes.append(contentsOf: chunk)
      guard bytes.count <= Self.wholeLimit else {
        throw ReadingError(
          file: file,
          message:
            "A JSON table of more than \(Self.wholeLimit >> 20) MiB must be a list of objects, "
            + "one for each row, or JSON lines, one object on each line.")
      }
    }
    whole = try Table(json: bytes, file: file)
  }

  /// Whether the rows of the text that begins with `start` can be taken one by one; else `start` grows
  /// by what was read to find out.
  private mutating func startItems(_ start: inout [UInt8]) throws -> Bool {
    let source = CountedChunks(start, nextChunk)
    let found = JSONItems(file: file) { try source.next() }
    let form = try found.opened()
    counted = source
    guard let form else {
      start = try found.rest()() ?? []
      return false
    }
    items = try TableItems(found, form)
    return true
  }

  // MARK: Filling

  /// Reads until `rows` rows wait, or to the end.
  private mutating func fill(rows: Int) throws {
    if items != nil {
      try items?.read(rows: rows)
      columns = items?.columns ?? []
      return
    }
    while let outcome = try records?.read(rows: rows) ?? lines?.read(rows: rows) {
      columns = records?.columns ?? lines?.columns ?? []
      guard case .needsMore = outcome else { return }
      try refill(waiting: records?.waiting ?? lines?.waiting ?? 0)
    }
    columns = whole?.columns ?? []
  }

  /// Takes in at least as much as waits: a record longer than a piece is looked through a few times,
  /// not once for each piece.
  private mutating func refill(waiting: Int) throws {
    var taken: [UInt8] = []
    repeat {
      guard let chunk = try chunk() else { break }
      if taken.isEmpty { taken = chunk } else { taken.append(contentsOf: chunk) }
    } while taken.count < waiting
    try feed(taken)
  }

  private mutating func chunk() throws -> [UInt8]? {
    guard !isComplete else { return nil }
    while let chunk = try nextChunk() {
      taken += chunk.count
      if !chunk.isEmpty { return chunk }
    }
    isComplete = true
    return nil
  }

  private mutating func feed(_ bytes: [UInt8]) throws {
    if !bytes.isEmpty {
      try records?.feed(bytes)
      lines?.feed(bytes)
    }
    if isComplete {
      try records?.feed(nil)
      lines?.feed(nil)
    }
  }
}

/// Pieces of a text behind its beginning, counted.
private final class CountedChunks {
  private var beginning: [UInt8]?
  private let nextChunk: () throws -> [UInt8]?

  /// Bytes behind the beginning.
  private(set) var count = 0

  init(_ beginning: [UInt8], _ nextChunk: @escaping () throws -> [UInt8]?) {
    self.beginning = beginning
    self.nextChunk = nextChunk
  }

  func next() throws -> [UInt8]? {
    if let beginning {
      self.beginning = nil
      return beginning
    }
    let chunk = try nextChunk()
    count += chunk?.count ?? 0
    return chunk
  }
}
