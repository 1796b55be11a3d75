import Formats
import Foundation
import GRDB

/// One file of an import.
struct ImportPart {
  let path: String

  /// What the store names as the source.
  let origin: String
  let size: Int
  let hash: ContentKey
  let identity: ImportIdentity
}

/// One run of an import, from its first row to its last.
struct ImportJob {
  /// In the order in which they are read; one, unless the run is of a folder.
  let parts: [ImportPart]

  /// Of the run: the file, or the folder.
  let origin: String
  let isFolder: Bool
  let hash: ContentKey
  let identity: ContentKey
  let options: ImportOptions

  /// The options as the store keeps them.
  let optionsText: String
  let threads: Int

  /// Rows committed at once, where they are.
  let step: Int

  /// Reads all in one transaction; the first refusal undoes it.
  func runAtOnce(_ store: RecordStore, _ progress: (Int) -> Void) throws -> Int {
    try store.database.write { db in
      let run = try begin(db, at: store.clock.now())
      let memory = ImportMemory()
      var counts = ImportCounts()
      var done = 0
      for part in parts {
        let input = try ImportInput(part.path)
        let id = try isFolder ? beginPart(part, run, db) : nil
        var source = try ImportSource(part.path, input: input, options: options, threads: threads)
        var writer = try ImportWriter(db, run: run, part: id, counts: counts, memory: memory)
        while let entries = try source.next(DataImport.batch) {
          for entry in entries {
            switch entry {
            case .row(let row): try writer.write(row)
            case .refused(let error): throw error
            }
          }
          progress(done + source.bytesRead)
        }
        try checkUnchanged(part, input)
        if let id { try writer.writeProgress(ofPart: id, isFinished: true) }
        if !isFolder { try writeColumns(source.columns, run, db) }
        counts = writer.counts
        done += part.size
      }
      let writer = try ImportWriter(db, run: run, part: nil, counts: counts, memory: memory)
      try writer.writeProgress(finishedAt: store.clock.now())
      return Int(run)
    }
  }

  /// Reads in steps, each a transaction with its own progress.
  func runInSteps(
    _ store: RecordStore, resuming found: ImportRun?, _ progress: @escaping (Int) -> Void
  ) throws -> Int {
    let run: Int64
    if let found {
      run = Int64(found.id)
    } else {
      run = try store.database.write { try begin($0, at: store.clock.now()) }
    }
    var counts = found.map(ImportCounts.init) ?? ImportCounts()
    let memory = ImportMemory()
    var done = 0
    for part in parts {
      let start = done
      try read(part, of: run, store, memory, &counts) { progress(start + $0) }
      done += part.size
    }
    if isFolder {
      try store.database.write { db in
        let writer = try ImportWriter(db, run: run, part: nil, counts: counts, memory: memory)
        try writer.writeProgress(finishedAt: store.clock.now())
      }
    }
    return Int(run)
  }

  /// Reads one file in steps, from where an earlier attempt stopped.
  private func read(
    _ part: ImportPart, of run: Int64, _ store: RecordStore, _ memory: ImportMemory,
    _ counts: inout ImportCounts, _ progress: @escaping (Int) -> Void
  ) throws {
    var (id, before): (Int64?, Int) = (nil, counts.entries)
    if isFolder {
      (id, before) = try store.database.write { db in
        if let known = try knownPart(part, run, db) { return known }
        return (try beginPart(part, run, db), 0)
      }
    }
    let input = try ImportInput(part.path)
    var reader = SteppedReader(
      path: part.path, options: options, threads: threads, step: step, input: input,
      skipping: before, progress: progress)
    while true {
      let entries = reader.next()
      let isLast = reader.isAtEnd
      if isLast { try checkUnchanged(part, input) }
      let columns = reader.columns
      let written = counts
      counts = try store.database.write { db in
        var writer = try ImportWriter(db, run: run, part: id, counts: written, memory: memory)
        for entry in entries {
          switch entry {
          case .row(let row): try writer.write(row)
          case .refused(let error): try writer.write(error)
          }
        }
        if let id {
          try writer.writeProgress(ofPart: id, isFinished: isLast)
          try writer.writeProgress(finishedAt: nil)
        } else {
          if isLast { try writeColumns(columns, run, db) }
          try writer.writeProgress(finishedAt: isLast ? store.clock.now() : nil)
        }
        return writer.counts
      }
      if isLast { return }
    }
  }

  private func begin(_ db: Database, at time: Int64) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO run (identity, file, hash, size, options, state, started)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        identity.data, origin, hash.data, parts.reduce(0) { $0 + $1.size }, optionsText,
        ImportRun.State.running.rawValue, time,
      ])
    return db.lastInsertedRowID
  }

  private func beginPart(_ part: ImportPart, _ run: Int64, _ db: Database) throws -> Int64 {
    try db.execute(
      sql: "INSERT INTO part (run, file, identity, hash) VALUES (?, ?, ?, ?)",
      arguments: [run, part.origin, part.identity.key.data, part.hash.data])
    return db.lastInsertedRowID
  }

  /// A file that an earlier attempt has begun, with how many entries of it are there.
  private func knownPart(
    _ part: ImportPart, _ run: Int64, _ db: Database
  ) throws -> (Int64?, Int)? {
    try Row.fetchOne(
      db, sql: "SELECT id, entries FROM part WHERE run = ? AND identity = ?",
      arguments: [run, part.identity.key.data]
    ).map { ($0[0], $0[1]) }
  }

  private func writeColumns(_ columns: TableColumns?, _ run: Int64, _ db: Database) throws {
    guard let columns else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(columns), as: UTF8.self)
    try db.execute(sql: "UPDATE run SET columns = ? WHERE id = ?", arguments: [text, run])
  }

  /// The hash is the name of what was read: a file that changes meanwhile is refused.
  private func checkUnchanged(_ part: ImportPart, _ input: ImportInput) throws {
    guard try input.finish() == part.hash else {
      throw ReadingError(
        file: part.path, message: "The file changed while it was read; import it again.")
    }
  }
}

extension ImportCounts {
  init(_ run: ImportRun) {
    self.init(
      entries: run.entries, refused: run.refused, missing: run.missing,
      measurements: run.measurements, flagged: run.flagged, materials: run.newMaterials)
  }
}

/// Takes entries off a file, past those of an earlier attempt; damage of the file itself becomes its
/// last refusal.
private struct SteppedReader {
  let path: String
  let options: ImportOptions
  let threads: Int
  let step: Int
  let input: ImportInput
  private let progress: (Int) -> Void
  private var source: ImportSource?
  private var toSkip: Int
  private(set) var isAtEnd = false

  var columns: TableColumns? { source?.columns }

  init(
    path: String, options: ImportOptions, threads: Int, step: Int, input: ImportInput,
    skipping: Int, progress: @escaping (Int) -> Void
  ) {
    self.path = path
    self.options = options
    self.threads = threads
    self.step = step
    self.input = input
    self.progress = progress
    toSkip = skipping
  }

  /// The entries of the next step, fewer only at the end.
  mutating func next() -> [PreparedEntry] {
    var entries: [PreparedEntry] = []
    while entries.count < step, !isAtEnd {
      var found: [PreparedEntry]
      do {
        if source == nil {
          source = try ImportSource(path, input: input, options: options, threads: threads)
        }
        found = try source?.next(min(DataImport.batch, step)) ?? []
        isAtEnd = found.isEmpty
      } catch {
        isAtEnd = true
        found = [.refused(Self.refusal(error, path))]
      }
      let skipped = min(toSkip, found.count)
      toSkip -= skipped
      entries += found.dropFirst(skipped)
      progress(input.bytesRead)
    }
    return entries
  }

  private static func refusal(_ error: any Error, _ path: String) -> ReadingError {
    (error as? ReadingError) ?? ReadingError(file: path, message: "\(error)")
  }
}
