import Foundation
import Synchronization

/// Work that takes long, one piece after the other on a thread of its own, so that no claim waits
/// for it; a few pieces wait, the others are refused.
final class WorkLine: Sendable {
  private let queue: DispatchQueue
  private let mostWaiting: Int
  private let waiting = Mutex(0)

  /// Tells a piece of work to stop.
  final class Token: Sendable {
    private let isOver = Mutex(false)

    fileprivate func end() { isOver.withLock { $0 = true } }

    /// - Throws: ``Problem`` where nobody waits for the result any more.
    func check() throws {
      guard isOver.withLock({ $0 }) else { return }
      throw Problem(408, "timeout", "The request took too long; ask for less at a time.")
    }
  }

  init(_ name: String, mostWaiting: Int) {
    queue = DispatchQueue(label: "athanor.\(name)", qos: .utility)
    self.mostWaiting = mostWaiting
  }

  /// - Throws: ``Problem`` with status 503 where too much waits; what the body throws.
  func run<Result: Sendable>(
    _ body: @escaping @Sendable (Token) throws -> Result
  ) async throws -> Result {
    let mayWait = waiting.withLock { waiting in
      guard waiting < mostWaiting else { return false }
      waiting += 1
      return true
    }
    guard mayWait else {
      throw Problem(503, "busy", "Much is asked just now; try again.", retryAfter: 2)
    }
    let token = Token()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.async { [self] in
          let result = Swift.Result {
            try token.check()
            return try body(token)
          }
          waiting.withLock { $0 -= 1 }
          continuation.resume(with: result)
        }
      }
    } onCancel: {
      token.end()
    }
  }
}
