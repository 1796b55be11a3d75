import Foundation

/// Adds up work that is done at the same time.
///
/// `@unchecked Sendable`: the sum is touched under the lock alone.
final class WorkProgress: @unchecked Sendable {
  private let lock = NSLock()
  private let total: Double
  private var done = 0.0
  private let report: (@Sendable (Double) -> Void)?

  /// - Parameter report: Receives the share of the work that is done, one call at a time.
  init(total: Double, report: (@Sendable (Double) -> Void)?) {
    self.total = total
    self.report = report
  }

  func add(_ work: Double) {
    guard let report else { return }
    lock.withLock {
      done += work
      report(min(1, done / max(total, .leastNormalMagnitude)))
    }
  }
}
