import Dispatch
import Foundation

/// Applies `body` to each item on up to `threads` threads.
///
/// - Parameters:
///   - threads: At least 1; with 1, everything runs on the calling thread.
///   - body: Must not depend on the order in which items are taken up.
/// - Returns: The results in the order of `items`.
/// - Throws: The error of the first item (in the order of `items`) that failed.
public func parallelMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], threads: Int, _ body: @escaping @Sendable (Item) throws -> Result
) throws -> [Result] {
  precondition(threads >= 1, "parallelMap needs at least one thread, not \(threads)")
  if threads == 1 || items.count <= 1 { return try items.map(body) }
  let work = SharedWork<Result>(count: items.count)
  DispatchQueue.concurrentPerform(iterations: min(threads, items.count)) { _ in
    while let index = work.take() {
      work.finish(index, with: Swift.Result { try body(items[index]) })
    }
  }
  return try work.results.map { try $0.get() }
}

/// Hands out indices and collects results.
private final class SharedWork<Value: Sendable>: @unchecked Sendable {  // guarded by `lock`
  private let lock = NSLock()
  private let count: Int
  private var next = 0
  private var finished: [Int: Result<Value, any Error>] = [:]

  init(count: Int) {
    self.count = count
  }

  func take() -> Int? {
    lock.withLock {
      guard next < count else { return nil }
      defer { next += 1 }
      return next
    }
  }

  func finish(_ index: Int, with result: Result<Value, any Error>) {
    lock.withLock { finished[index] = result }
  }

  var results: [Result<Value, any Error>] {
    lock.withLock { (0..<count).compactMap { finished[$0] } }
  }
}
