import Synchronization

/// Whether the service is about to stop.
final class StopFlag: Sendable {
  private let state = Mutex(false)

  var isUp: Bool { state.withLock { $0 } }

  /// - Returns: Whether it was down.
  @discardableResult
  func raise() -> Bool {
    state.withLock { wasUp in
      defer { wasUp = true }
      return !wasUp
    }
  }
}
