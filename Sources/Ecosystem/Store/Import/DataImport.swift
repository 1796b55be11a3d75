import Formats
import Foundation
import GRDB

/// Reads files into a store.
///
/// One file is one run. With ``ErrorRule/stop``, a run is one transaction: the first row that is
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
    let input = try ImportInput(path)
    let hash = try input.finish()
    let identity = try ImportIdentity(file: hash, options: options)
    let found = try store.run(identity: identity.key)
    if let found, found.state == .finished {
      return Outcome(
        kind: .present, run: found, refusals: try store.refusals(of: found.id, limit: 20))
    }
    let rule: ErrorRule = found == nil ? errorRule : .skip
    let job = ImportJob(
      path: path, origin: origin ?? path, size: input.bytesRead, hash: hash, identity: identity,
      options: options,
      threads: threads, step: step)
    let id = try translatingStore(store.place) {
      switch rule {
      case .stop: try job.runAtOnce(store, progress)
      case .skip: try job.runInSteps(store, resuming: found, progress)
      }
    }
    guard let run = try store.run(id) else {
      throw StoreError.corrupt(store.place, reason: "the run that was written is not there")
    }
    return Outcome(
      kind: found == nil ? .imported : .resumed, run: run,
      refusals: try store.refusals(of: run.id, limit: 20))
  }
}

/// What makes two imports the same one: the bytes of the file and the options.
struct ImportIdentity: Sendable {
  let options: String
  let key: ContentKey

  init(file: ContentKey, options: ImportOptions) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.options = String(decoding: try encoder.encode(options), as: UTF8.self)
    key = ContentKey(of: Array("\(file.hex)\n\(self.options)".utf8))
  }
}
