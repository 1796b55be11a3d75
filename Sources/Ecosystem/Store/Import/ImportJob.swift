import Formats
import Foundation
import GRDB

/// One run of an import, from its first row to its last.
struct ImportJob {
  let path: String

  /// What the store names as the source.
  let origin: String
  let size: Int
  let hash: ContentKey
  let identity: ImportIdentity
  let options: ImportOptions
  let threads: Int

  /// Rows committed at once, where they are.
  let step: Int

  /// Reads the whole file in one transaction; the first refusal undoes it.
  func runAtOnce(_ store: RecordStore, _ progress: (Int) -> Void) throws -> Int {
    let input = try ImportInput(path)
    return try store.database.write { db in
      var source = try ImportSource(path, input: input, options: options, threads: threads)
      let run = try begin(db, at: store.clock.now())
      var writer = try ImportWriter(db, run: run, counts: ImportCounts(), memory: ImportMemory())
      while let entries = try source.next(DataImport.batch) {
        for entry in entries {
          switch entry {
          case .row(let row): try writer.write(row)
          case .refused(let error): throw error
          }
        }
        progress(source.bytesRead)
      }
      try checkUnchanged(input)
      try writeColumns(source.columns, run, db)
      try writer.writeProgress(finishedAt: store.clock.now())
      return Int(run)
    }
  }

  /// Reads the file in steps, each a transaction with its own progress.
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
    let input = try ImportInput(path)
    var reader = SteppedReader(
      job: self, input: input, skipping: counts.entries, progress: progress)
    while true {
      let entries = reader.next()
      let isLast = reader.isAtEnd
      if isLast { try checkUnchanged(input) }
      let columns = reader.columns
      counts = try store.database.write { db in
        var writer = try ImportWriter(db, run: run, counts: counts, memory: memory)
        for entry in entries {
          switch entry {
          case .row(let row): try writer.write(row)
          case .refused(let error): try writer.write(error)
          }
        }
        if isLast { try writeColumns(columns, run, db) }
        try writer.writeProgress(finishedAt: isLast ? store.clock.now() : nil)
        return writer.counts
      }
      if isLast { return Int(run) }
    }
  }

  private func begin(_ db: Database, at time: Int64) throws -> Int64 {
    try db.execute(
      sql: """
        INSERT INTO run (identity, file, hash, size, options, state, started)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        identity.key.data, origin, hash.data, size, identity.options,
        ImportRun.State.running.rawValue, time,
      ])
    return db.lastInsertedRowID
  }

  private func writeColumns(_ columns: TableColumns?, _ run: Int64, _ db: Database) throws {
    guard let columns else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(columns), as: UTF8.self)
    try db.execute(sql: "UPDATE run SET columns = ? WHERE id = ?", arguments: [text, run])
  }

  /// The hash is the name of what was read: a file that changes meanwhile is refused.
  private func checkUnchanged(_ input: ImportInput) throws {
    guard try input.finish() == hash else {
      throw ReadingError(
        file: path, message: "The file changed while it was read; import it again.")
    }
  }
}

extension ImportCounts {
  init(_ run: ImportRun) {
    self.init(
      entries: run.entries, refused: run.refused, missing: run.missing,
      measurements: run.measurements, materials: run.newMaterials)
  }
}

/// Takes entries off a file, past those of an earlier attempt; damage of the file itself becomes its
/// last refusal.
private struct SteppedReader {
  private let job: ImportJob
  private let input: ImportInput
  private let progress: (Int) -> Void
  private var source: ImportSource?
  private var toSkip: Int
  private(set) var isAtEnd = false

  var columns: TableColumns? { source?.columns }

  init(
    job: ImportJob, input: ImportInput, skipping: Int, progress: @escaping (Int) -> Void
  ) {
    self.job = job
    self.input = input
    self.progress = progress
    toSkip = skipping
  }

  /// The entries of the next step, fewer only at the end.
  mutating func next() -> [PreparedEntry] {
    var entries: [PreparedEntry] = []
    while entries.count < job.step, !isAtEnd {
      var found: [PreparedEntry]
      do {
        if source == nil {
          source = try ImportSource(
            job.path, input: input, options: job.options, threads: job.threads)
        }
        found = try source?.next(min(DataImport.batch, job.step)) ?? []
        isAtEnd = found.isEmpty
      } catch {
        isAtEnd = true
        found = [.refused(Self.refusal(error, job.path))]
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
