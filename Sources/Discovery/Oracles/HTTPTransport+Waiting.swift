import Ecosystem

extension HTTPTransport {
  /// The whole answer, for which the thread stands still: an oracle waits on a thread of its own.
  func response(waitingFor request: HTTPRequest) throws(WorkError) -> HTTPResponse {
    let transport = self
    return try standStill { () async throws(WorkError) in
      do throws(HTTPError) {
        return try await transport.response(to: request)
      } catch {
        throw WorkError.network(error.description)
      }
    }
  }
}
