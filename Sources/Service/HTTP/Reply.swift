import Ecosystem
import Foundation

/// What a route answers.
struct Reply: Sendable {
  enum Content: Sendable {
    case bytes([UInt8], type: String)

    /// Server-sent events, each the data of one, until the stream ends.
    case events(AsyncStream<String>)
  }

  var status = 200
  var content: Content
  var headers: [(name: String, value: String)] = []

  init(_ status: Int = 200, json: some Encodable) throws {
    self.status = status
    content = .bytes(Array(try JSONText.data(json)), type: "application/json")
  }

  init(text: String, type: String) {
    content = .bytes(Array(text.utf8), type: type)
  }

  init(events: AsyncStream<String>) { content = .events(events) }

  init(problem: Problem, request: String) {
    status = problem.status
    content = .bytes(Array(problem.json(request: request)), type: "application/problem+json")
    if let seconds = problem.retryAfter { headers.append(("Retry-After", "\(seconds)")) }
    if let allow = problem.allow { headers.append(("Allow", allow)) }
    if problem.status == 401 { headers.append(("WWW-Authenticate", "Bearer realm=\"athanor\"")) }
  }

  /// The entity tag of an answer: equal bytes, equal tag.
  var entityTag: String? {
    guard case .bytes(let bytes, _) = content else { return nil }
    return "\"\(ContentHash(of: bytes).hex.prefix(32))\""
  }
}
