import Synchronization

/// Adds up the progress of runs that go on side by side.
final class StudyCounter: Sendable {
  private struct Job: Hashable {
    let seed: UInt64
    let isRandom: Bool
  }

  private let done = Mutex<[Job: Int]>([:])
  private let total: Int
  private let report: @Sendable (Int, Int) -> Void

  init(total: Int, report: @escaping @Sendable (Int, Int) -> Void) {
    self.total = total
    self.report = report
  }

  func set(_ count: Int, of seed: UInt64, _ isRandom: Bool) {
    let sum = done.withLock { done in
      done[Job(seed: seed, isRandom: isRandom)] = count
      return done.values.reduce(0, +)
    }
    report(sum, total)
  }
}
