/// One thing the service can be asked: the only place that says its address, who may ask, what it
/// takes, and what does it.
///
/// The table of routes drives the responder, the authorization, the check of bodies and the OpenAPI
/// document.
struct Route: Sendable {
  enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
  }

  let method: Method

  /// Segments in braces stand for something: `/v1/campaigns/{campaign}`.
  let path: String

  /// What the token must allow; `nil` where everybody may ask.
  let scope: Scope?

  /// One sentence.
  let summary: String
  var fields: [Field] = []

  /// What the query may have.
  var query: [QueryField] = []

  /// Statuses beside 200 and those that every route has.
  var statuses: [Int] = []

  /// Top-level members of the JSON answer; empty where the answer is no JSON object.
  var answer: [String] = []
  var type = "application/json"
  let act: @Sendable (Call) async throws -> Reply

  /// A part of a path: as it is written, or the name of what stands there.
  enum Segment: Hashable, Sendable {
    case text(String)
    case parameter(String)
  }

  /// The segments of ``path``.
  var segments: [Segment] {
    path.split(separator: "/").map { part in
      part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .text(String(part))
    }
  }
}
