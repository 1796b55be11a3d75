import Synchronization

/// How much is under way.
final class Traffic: Sendable {
  private let limits: Limits
  private let counts = Mutex((requests: 0, streams: 0, bytes: 0))

  init(_ limits: Limits) {
    self.limits = limits
  }

  func enter() -> Bool {
    counts.withLock { counts in
      guard counts.requests < limits.concurrent else { return false }
      counts.requests += 1
      return true
    }
  }

  func leave() { counts.withLock { $0.requests -= 1 } }

  /// Takes in a piece of a body.
  ///
  /// - Returns: `false` where all bodies together are too large already.
  func keep(bytes: Int) -> Bool {
    counts.withLock { counts in
      guard counts.bytes + bytes <= limits.bodies else { return false }
      counts.bytes += bytes
      return true
    }
  }

  func forget(bytes: Int) { counts.withLock { $0.bytes -= bytes } }

  func enterStream() -> Bool {
    counts.withLock { counts in
      guard counts.streams < limits.streams else { return false }
      counts.streams += 1
      return true
    }
  }

  func leaveStream() { counts.withLock { $0.streams -= 1 } }
}
