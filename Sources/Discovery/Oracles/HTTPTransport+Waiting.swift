import Ecosystem
import Foundation

extension HTTPTransport {
  /// The whole answer, for which the thread stands still: an oracle waits on a thread of its own.
  ///
  /// The exchange runs on threads of its own too. Were it to share those of all tasks, callers that stand
  /// still on these would wait for each other forever.
  func response(waitingFor request: HTTPRequest) throws(WorkError) -> HTTPResponse {
    let (transport, done, answer) = (self, DispatchSemaphore(value: 0), AnswerBox())
    Task.detached(executorPreference: WaitingExecutor.shared) {
      do throws(HTTPError) {
        answer.set(.success(try await transport.response(to: request)))
      } catch {
        answer.set(.failure(.network(error.description)))
      }
      done.signal()
    }
    done.wait()
    return try answer.value.get()
  }
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
private final class AnswerBox: @unchecked Sendable {  // the semaphore orders writing before reading
  private(set) var value: Result<HTTPResponse, WorkError> = .failure(.network("No answer."))

  func set(_ value: Result<HTTPResponse, WorkError>) { self.value = value }
}
