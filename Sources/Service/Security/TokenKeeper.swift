import Foundation
import Synchronization

/// The tokens of a running service; reads the file again when it has changed.
final class TokenKeeper: Sendable {
  private struct State {
    var file: TokenFile
    var changed: Date?
    var looked: ContinuousClock.Instant
  }

  private let path: String
  private let state: Mutex<State>

  init(path: String) throws {
    self.path = path
    state = Mutex(
      State(file: try TokenFile(path: path), changed: Self.date(of: path), looked: .now))
  }

  /// Whether nobody needs a token: where no token was ever made. Revoking the last one locks the
  /// service, it does not open it.
  var isOpen: Bool { !FileManager.default.fileExists(atPath: path) }

  func identity(of token: String) -> Identity? { current.identity(of: token, now: Date()) }

  /// The file is looked at every half second at most, so a revoked token is dead within a second.
  /// One that can no longer be read lets nobody in.
  private var current: TokenFile {
    state.withLock { state in
      guard ContinuousClock.now - state.looked > .milliseconds(500) else { return state.file }
      state.looked = .now
      let changed = Self.date(of: path)
      guard changed != state.changed else { return state.file }
      state.changed = changed
      state.file = (try? TokenFile(path: path)) ?? TokenFile.closed
      return state.file
    }
  }

  private static func date(of path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }
}

extension TokenFile {
  /// A file that nobody's token is in.
  fileprivate static var closed: TokenFile {
    var file = TokenFile()
    // Its token is thrown away at once.
    _ = try? file.add("closed", scopes: [.read])
    return file
  }
}
