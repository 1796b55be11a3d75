import Ecosystem
import Foundation

extension HTTPTransport {
  /// The whole answer, for which the thread stands still: an oracle waits on a thread of its own.
  func response(waitingFor request: HTTPRequest) throws(WorkError) -> HTTPResponse {
    let (transport, done, answer) = (self, DispatchSemaphore(value: 0), AnswerBox())
    Task.detached {
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

/// Carries one answer from a task to the thread that waits for it.
private final class AnswerBox: @unchecked Sendable {  // the semaphore orders writing before reading
  private(set) var value: Result<HTTPResponse, WorkError> = .failure(.network("No answer."))

  func set(_ value: Result<HTTPResponse, WorkError>) { self.value = value }
}
