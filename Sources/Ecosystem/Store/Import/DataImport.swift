import Formats
import Foundation
import GRDB

/// Reads files into a store.
///
/// One file is one run, and so is one folder. With ``ErrorRule/stop``, a run is one transaction: the first row that is
/// refused undoes all of it. With ``ErrorRule/skip``, rows are committed some at a time together
/// with how far the run has come, and a killed run goes on from there. Either way the store that an
/// undisturbed import would have left is reached by importing again, and a file that is in the store
/// already adds nothing.
public struct DataImport: Sendable {
  /// What becomes of a file with a row that cannot be read.
  public enum ErrorRule: String, Codable, Sendable, CaseIterable {
    /// Nothing of it is stored.
    case stop
    /// The row is left out and listed.
    case skip
  }

  public var options: ImportOptions
  public var errorRule: ErrorRule
  public var threads: Int

  /// Where the bytes come from, when that is not the file that is read: an address.
  public var origin: String?

  /// Rows read and prepared at once.
  static let batch = 8192

  /// Rows committed at once with ``ErrorRule/skip``.
  var step = 65_536

  public init(
    options: ImportOptions = ImportOptions(), errorRule: ErrorRule = .stop, threads: Int = 1
  ) {
    self.options = options
    self.errorRule = errorRule
    self.threads = threads
  }

  /// What an import did.
  public struct Outcome: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Sendable {
      case imported
      /// An interrupted run was finished.
      case resumed
      /// The file was in the store already.
      case present
    }

    public let kind: Kind
    public let run: ImportRun

    /// The first of the rows that were refused.
    public let refusals: [Refusal]

    /// How many values are kept and not used, by kind.
    public let flags: [FlagCount]

    /// How many files were read, and how many of a folder were in the store already.
    public let files: Int
    public let presentFiles: Int
  }

  /// Reads one file.
  ///
  /// - Parameters:
  ///   - progress: Told how many bytes of the file have been taken in.
  /// - Returns: What was done. With ``ErrorRule/skip`` a file that cannot be read at all is a run with
  ///   one refusal.
  /// - Throws: With ``ErrorRule/stop``, the ``ReadingError`` of the first refused row or file;
  ///   ``FileError`` and ``StoreError``.
  public func run(
    _ path: String, into store: RecordStore, progress: @escaping (Int) -> Void = { _ in }
  ) throws -> Outcome {
    let part = try part(path, origin: origin ?? path)
    let found = try store.run(identity: part.identity.key)
    if let found, found.state == .finished { return try outcome(.present, found.id, store) }
    if let inside = try store.run(withPart: part.identity.key) {
      return try outcome(.present, inside.id, store)
    }
    let job = ImportJob(
      parts: [part], origin: part.origin, isFolder: false, hash: part.hash,
      identity: part.identity.key, options: options, optionsText: part.identity.options,
      threads: threads, step: step)
    return try run(job, found, store, progress, present: 0)
  }

  /// Reads the files of a folder as one run; those that are in the store already add nothing.
  ///
  /// - Parameters:
  ///   - files: Their paths, in the order in which they are read.
  /// - Throws: As ``run(_:into:progress:)``; the errors name the file.
  public func run(
    folder: String, files: [String], into store: RecordStore,
    progress: @escaping (Int) -> Void = { _ in }
  ) throws -> Outcome {
    let all = try files.map { try part($0, origin: $0) }
    let optionsText = try ImportIdentity.text(options)
    let begun = try store.unfinishedRun(folder: folder, options: optionsText)
    var missing: [ImportPart] = []
    var present: [Int] = []
    var met: Set<ContentKey> = []
    for part in all where met.insert(part.identity.key).inserted {
      let alone = try store.run(identity: part.identity.key)
      if let alone, alone.state == .finished {
        present.append(alone.id)
      } else if let inside = try store.run(withPart: part.identity.key) {
        present.append(inside.id)
      } else {
        missing.append(part)
      }
    }
    if missing.isEmpty, begun == nil, let last = present.max() {
      return try outcome(.present, last, store, present: all.count)
    }
    let names = all.map(\.identity.key.hex).joined(separator: "\n")
    let job = ImportJob(
      parts: missing, origin: folder, isFolder: true,
      hash: ContentKey(of: Array(all.map(\.hash.hex).joined(separator: "\n").utf8)),
      identity: ContentKey(of: Array("folder\n\(names)".utf8)), options: options,
      optionsText: optionsText, threads: threads, step: step)
    return try run(job, begun, store, progress, present: all.count - missing.count)
  }

  private func part(_ path: String, origin: String) throws -> ImportPart {
    let input = try ImportInput(path)
    let hash = try input.finish()
    return ImportPart(
      path: path, origin: origin, size: input.bytesRead, hash: hash,
      identity: try ImportIdentity(file: hash, options: options))
  }

  private func run(
    _ job: ImportJob, _ found: ImportRun?, _ store: RecordStore,
    _ progress: @escaping (Int) -> Void, present: Int
  ) throws -> Outcome {
    let rule: ErrorRule = found == nil ? errorRule : .skip
    let id = try translatingStore(store.place) {
      switch rule {
      case .stop: try job.runAtOnce(store, progress)
      case .skip: try job.runInSteps(store, resuming: found, progress)
      }
    }
    return try outcome(
      found == nil ? .imported : .resumed, id, store, files: job.parts.count, present: present)
  }

  private func outcome(
    _ kind: Outcome.Kind, _ id: Int, _ store: RecordStore, files: Int = 0, present: Int = 1
  ) throws -> Outcome {
    guard let run = try store.run(id) else {
      throw StoreError.corrupt(store.place, reason: "the run that was written is not there")
    }
    return Outcome(
      kind: kind, run: run, refusals: try store.refusals(of: id, limit: 20),
      flags: try store.flagCounts(of: id), files: files, presentFiles: present)
  }
}

/// What makes two imports the same one: the bytes of the file and the options.
struct ImportIdentity: Sendable {
  let options: String
  let key: ContentKey

  init(file: ContentKey, options: ImportOptions) throws {
    self.options = try Self.text(options)
    key = ContentKey(of: Array("\(file.hex)\n\(self.options)".utf8))
  }

  /// The options with their names in order.
  static func text(_ options: ImportOptions) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(options), as: UTF8.self)
  }
}
