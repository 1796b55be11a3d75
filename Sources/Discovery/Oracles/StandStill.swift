import Foundation

/// Does what is to be awaited, while the calling thread stands still: for oracles, which wait on threads of
/// their own.
///
/// The work runs on threads of its own too. Were it to share those of all tasks, callers that stand still on
/// these would wait for each other forever.
func standStill<Value: Sendable, Failure: Error>(
  _ body: @escaping @Sendable () async throws(Failure) -> Value
) throws(Failure) -> Value {
  let (done, answer) = (DispatchSemaphore(value: 0), AnswerBox<Value, Failure>())
  Task.detached(executorPreference: WaitingExecutor.shared) {
    do throws(Failure) {
      answer.set(.success(try await body()))
    } catch {
      answer.set(.failure(error))
    }
    done.signal()
  }
  done.wait()
  return try answer.value.get()
}

/// Runs tasks on a queue of its own, apart from the threads that all other tasks share.
private final class WaitingExecutor: TaskExecutor {
  static let shared = WaitingExecutor()
  private let queue = DispatchQueue(label: "athanor.waiting", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Carries one answer from a task to the thread that waits for it.
private final class AnswerBox<Value: Sendable, Failure: Error>: @unchecked Sendable {
  // The semaphore orders writing before reading.
  private var written: Result<Value, Failure>?

  var value: Result<Value, Failure> {
    guard let written else { preconditionFailure("an answer is read after it is written") }
    return written
  }

  func set(_ value: Result<Value, Failure>) { written = value }
}
