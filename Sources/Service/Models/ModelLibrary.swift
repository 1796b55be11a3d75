import Ecosystem
import Foundation
import Learning
import Synchronization

/// The model files of a folder.
///
/// Cards are read when somebody asks; the models themselves, and with them libtorch, when somebody
/// asks for a prediction. Files may come, change and go while the service runs.
final class ModelLibrary: Sendable {
  /// A file as it was when it was read.
  private struct Stamp: Hashable {
    let size: Int
    let changed: Date
    let file: Int
  }

  private struct Shelf {
    var cards: [String: (stamp: Stamp, summary: ModelSummary, card: ModelCard?)] = [:]

    /// The last ones that were used, the latest last.
    var models: [(name: String, stamp: Stamp, model: Model)] = []
  }

  private let folder: String
  private let shelf = Mutex(Shelf())
  private let line = WorkLine("models", mostWaiting: 16)
  private static let suffix = ".safetensors"
  private static let mostModels = 4

  init(folder: String) {
    self.folder = folder
  }

  /// All models, by name; files that are none with the reason.
  func summaries() async throws -> [ModelSummary] {
    try await ask { library, token in
      try library.names().map { name in
        try token.check()
        return try library.known(name).summary
      }
    }
  }

  func card(_ name: String) async throws -> ModelCard {
    try await ask { library, _ in
      let known = try library.known(name)
      guard let card = known.card else {
        throw Problem(409, "unusable-model", known.summary.problem ?? "The model cannot be read.")
      }
      return card
    }
  }

  /// Does something with a model, away from the threads that answer claims.
  func with<Answer: Sendable>(
    _ name: String, _ body: @escaping @Sendable (Model, WorkLine.Token) throws -> Answer
  ) async throws -> Answer {
    try await ask { library, token in try body(try library.model(name), token) }
  }

  private func ask<Answer: Sendable>(
    _ body: @escaping @Sendable (ModelLibrary, WorkLine.Token) throws -> Answer
  ) async throws -> Answer {
    try await line.run { [self] token in
      do {
        return try body(self, token)
      } catch let error as ModelInputError {
        throw Problem(422, "not-for-this-model", error.description)
      } catch let error as ExplanationError {
        throw Problem(422, "not-explained", error.description)
      } catch let error as ModelFileError {
        throw Problem(409, "unusable-model", error.description)
      }
    }
  }

  // MARK: On the line of the library

  private func names() throws -> [String] {
    guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw Problem(503, "no-folder", "The folder of the models cannot be read.", retryAfter: 30)
    }
    return files.filter {
      $0.hasSuffix(Self.suffix) && Call.isName($0.dropLast(Self.suffix.count))
        && SpectrumFolder.isRegular("\(folder)/\($0)")
    }.map { String($0.dropLast(Self.suffix.count)) }.sorted()
  }

  private func path(_ name: String) -> String { "\(folder)/\(name)\(Self.suffix)" }

  private func stamp(_ name: String) throws(Problem) -> Stamp {
    // Links are not followed.
    guard Call.isName(name[...]),
      let facts = try? FileManager.default.attributesOfItem(atPath: path(name)),
      facts[.type] as? FileAttributeType == .typeRegular, let size = facts[.size] as? Int,
      let changed = facts[.modificationDate] as? Date,
      let file = facts[.systemFileNumber] as? Int
    else { throw Problem(404, "no-such-model", "There is no such model.") }
    return Stamp(size: size, changed: changed, file: file)
  }

  private func known(_ name: String) throws -> (summary: ModelSummary, card: ModelCard?) {
    let stamp = try stamp(name)
    if let known = shelf.withLock({ $0.cards[name] }), known.stamp == stamp {
      return (known.summary, known.card)
    }
    let found: (summary: ModelSummary, card: ModelCard?)
    do {
      let card = try file(name).card
      found = (ModelSummary(name: name, card), card)
    } catch let error as ModelFileError {
      found = (ModelSummary(name: name, problem: error.description), nil)
    } catch {
      found = (ModelSummary(name: name, problem: "The file cannot be read."), nil)
    }
    shelf.withLock { $0.cards[name] = (stamp, found.summary, found.card) }
    return found
  }

  private func file(_ name: String) throws -> ModelFile {
    let bytes = try AtomicFile.read(path(name), limit: ModelFile.sizeLimit)
    return try ModelFile(bytes: bytes, file: name + Self.suffix)
  }

  private func model(_ name: String) throws -> Model {
    let stamp = try stamp(name)
    let known = shelf.withLock { shelf -> Model? in
      guard let place = shelf.models.firstIndex(where: { $0.name == name }) else { return nil }
      let entry = shelf.models.remove(at: place)
      guard entry.stamp == stamp else { return nil }
      shelf.models.append(entry)
      return entry.model
    }
    if let known { return known }
    let model = try Model(file: file(name), name: name + Self.suffix)
    shelf.withLock { shelf in
      shelf.models.append((name, stamp, model))
      if shelf.models.count > Self.mostModels { shelf.models.removeFirst() }
    }
    return model
  }
}

extension Call {
  /// Whether a text can name a file of the service's folders, and nothing else.
  static func isName(_ text: Substring) -> Bool {
    (1...120).contains(text.utf8.count) && text.first != "."
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
          || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+")]
            .contains($0)
      }
  }
}
