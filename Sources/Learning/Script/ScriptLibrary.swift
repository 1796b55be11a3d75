import Foundation
import Matter
import Representations

/// The modules in use, each read once, and the rows they made: the learners of one training ask for
/// the same ones again and again.
///
/// May be used from several threads at once: hence `@unchecked Sendable`, all state behind `lock`.
final class ScriptLibrary: @unchecked Sendable {
  static let shared = ScriptLibrary(mostNumbers: 1 << 24)

  /// Names folders, with colons between them, where modules are looked for besides.
  static let folderVariable = "ATHANOR_SCRIPTS"

  private let mostNumbers: Int
  private let lock = NSLock()
  private var encoders: [String: ScriptEncoder] = [:]
  private var known: [String: [Crystal: [Double]]] = [:]
  private var numberCount = 0

  /// - Parameter mostNumbers: That are remembered.
  init(mostNumbers: Int) { self.mostNumbers = mostNumbers }

  func add(_ encoder: ScriptEncoder, for features: ScriptFeatures) {
    lock.withLock { encoders[features.identity] = encoder }
  }

  /// - Throws: ``ScriptFileError``, ``ScriptError``, ``ReadingError``.
  func encoder(for features: ScriptFeatures) throws -> ScriptEncoder {
    let identity = features.identity
    if let found = lock.withLock({ encoders[identity] }) { return found }
    let archive = try Self.archive(of: features)
    let encoder = try ScriptEncoder(
      features.description, archive: archive.bytes, file: features.path, width: features.width)
    return lock.withLock {
      let first = encoders[identity] ?? encoder
      encoders[identity] = first
      return first
    }
  }

  private static func archive(of features: ScriptFeatures) throws -> ScriptArchive {
    let name = (features.path as NSString).lastPathComponent
    let folders = (ProcessInfo.processInfo.environment[folderVariable] ?? "").split(separator: ":")
    var other: (path: String, hash: String)?
    for path in [features.path, name] + folders.map({ "\($0)/\(name)" })
    where FileManager.default.fileExists(atPath: path) {
      let archive = try ScriptArchive(path)
      if archive.hash == features.moduleHash { return archive }
      other = other ?? (path, archive.hash)
    }
    guard let other else {
      throw ScriptFileError.missing(path: features.path, hash: features.moduleHash)
    }
    throw ScriptFileError.another(
      path: other.path, hash: other.hash, expected: features.moduleHash)
  }

  /// A row for each candidate; missing values, which are NaN, for one without a crystal.
  ///
  /// - Throws: ``CandidateFeaturesError/script(formula:reason:)`` for a crystal that the module cannot
  ///   describe.
  func rows(_ candidates: [Candidate], _ features: ScriptFeatures) throws -> [[Double]] {
    let identity = features.identity
    let earlier = lock.withLock { known[identity] ?? [:] }
    var made: [Crystal: [Double]] = [:]
    var missing: [Crystal] = []
    for crystal in candidates.compactMap(\.crystal)
    where earlier[crystal] == nil && made.updateValue([], forKey: crystal) == nil {
      missing.append(crystal)
    }
    let results = try encoder(for: features).results(of: missing.map { AtomicStructure($0) })
    for (crystal, result) in zip(missing, results) {
      do {
        made[crystal] = try result.get()
      } catch {
        throw CandidateFeaturesError.script(
          formula: crystal.composition.formula, reason: "\(error)")
      }
    }
    remember(made, of: identity, width: features.width)
    let nothing = [Double](repeating: .nan, count: features.width)
    return candidates.map { candidate in
      candidate.crystal.flatMap { earlier[$0] ?? made[$0] } ?? nothing
    }
  }

  private func remember(_ rows: [Crystal: [Double]], of identity: String, width: Int) {
    lock.withLock {
      if numberCount + rows.count * width > mostNumbers { (known, numberCount) = ([:], 0) }
      guard rows.count * width <= mostNumbers else { return }
      known[identity, default: [:]].merge(rows) { first, _ in first }
      numberCount += rows.count * width
    }
  }
}

/// Why the module that a model stands on cannot be used.
public enum ScriptFileError: Error, Hashable, Sendable {
  case missing(path: String, hash: String)
  case another(path: String, hash: String, expected: String)
}

extension ScriptFileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let path, let hash):
      "The model stands on the columns of a TorchScript module that is not here: \(path) (SHA-256 "
        + "\(hash.prefix(16))…). Put it there or into the current folder, or name its folder in "
        + "\(ScriptLibrary.folderVariable)."
    case .another(let path, let hash, let expected):
      "\(path) is another module (SHA-256 \(hash.prefix(16))…) than the one that the model was "
        + "trained with (\(expected.prefix(16))…). Put that one back, or train again."
    }
  }
}
