import Dispatch
import Synchronization

/// Runs tasks in turn on the thread that asks for it, so that their order does not hang on a
/// scheduler.
final class TurnExecutor: TaskExecutor {
  private let jobs = Mutex<[UnownedJob]>([])
  private let news = DispatchSemaphore(value: 0)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.withLock { $0.append(job) }
    news.signal()
  }

  /// Has the condition of ``run(until:)`` looked at again.
  func wake() { news.signal() }

  /// Runs what is there; tasks that wait for something else stay where they are.
  func runReady() {
    while news.wait(timeout: .now()) == .success { runOne() }
  }

  /// Runs tasks, and waits for more, until a condition holds.
  func run(until isDone: () -> Bool) {
    while !isDone() {
      news.wait()
      runOne()
    }
  }

  private func runOne() {
    let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    job?.runSynchronously(on: asUnownedTaskExecutor())
  }
}
