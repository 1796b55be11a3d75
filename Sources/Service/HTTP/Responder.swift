import DenseMath
import Ecosystem
import Foundation
import Hummingbird
import Synchronization

/// Takes a request from its first line to its answer: limits, identity, rights, body, route, errors.
///
/// In order of priority: nobody does what they may not; no request costs more than its limits; every
/// error is one sentence that says nothing of the inside.
struct Responder: HTTPResponder {
  typealias Context = ServiceContext

  let routes: RouteTable
  let tokens: TokenKeeper
  let limits: Limits
  let metrics: ServiceMetrics
  let rates: RateLimiter
  let traffic: Traffic

  /// Whether requests may only name this machine as their host.
  let isLoopback: Bool
  let log: @Sendable (String) -> Void

  func respond(to request: Request, context: ServiceContext) async throws -> Response {
    let start = ContinuousClock.now
    let id = Self.randomName()
    var found = "unknown"
    var reply: Reply
    do {
      reply = try await answer(request, context, id: id) { found = $0 }
    } catch {
      let problem = Problem(error)
      if problem.status >= 500 { log("request \(id): \(problem.status) \(error)") }
      if [408, 413].contains(problem.status) { context.stopReading() }
      reply = Reply(problem: problem, request: id)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let method =
      ["GET", "HEAD", "POST"].contains(request.method.rawValue)
      ? request.method.rawValue : "other"
    metrics.count(method: method, route: found, status: reply.status, seconds: seconds)
    return response(reply, to: request, id: id)
  }

  private func answer(
    _ request: Request, _ context: ServiceContext, id: String, onRoute: (String) -> Void
  ) async throws -> Reply {
    try checkSize(request)
    try checkOrigin(request)
    let (path, query) = Self.split(request.head.path ?? "/")
    let (route, parameters) = try route(request.method.rawValue, path)
    onRoute(route.path)
    let identity: Identity
    do throws(Problem) {
      identity = try self.identity(request, route)
    } catch {
      try checkRate("nobody")
      throw error
    }
    // On this machine many workers may go without a token, and share no limit.
    if !identity.isLocal { try checkRate(identity.name) }
    return try await Self.within(limits.seconds) {
      // A body that trickles in keeps nobody else out.
      let bytes = try await body(of: request, route)
      defer { traffic.forget(bytes: Self.copies * bytes.count) }
      guard traffic.enter() else { throw Problem.busy }
      defer { traffic.leave() }
      let weight = try checkExtent(of: bytes)
      guard traffic.keep(bytes: weight) else { throw Problem.busy }
      defer { traffic.forget(bytes: weight) }
      let call = Call(
        id: id, identity: identity, parameters: parameters,
        query: try Self.query(query, of: route),
        body: try Body(bytes, fields: route.fields), limits: limits)
      return try await route.act(call)
    }
  }

  private func checkRate(_ name: String) throws(Problem) {
    guard let wait = rates.admit(name) else { return }
    throw Problem(
      429, "too-many-requests", "Too many requests; wait a little.",
      retryAfter: max(1, Int(wait.rounded(.up))))
  }

  // MARK: Before anything is looked at

  private func checkSize(_ request: Request) throws(Problem) {
    guard (request.head.path ?? "").utf8.count <= limits.target else {
      throw Problem(414, "uri-too-long", "The address is longer than \(limits.target) bytes.")
    }
    let size = request.headers.reduce(0) {
      $0 + $1.name.rawName.utf8.count + $1.value.utf8.count + 4
    }
    guard size <= limits.headers else {
      throw Problem(
        431, "headers-too-large", "The header is longer than \(limits.headers) bytes.")
    }
  }

  /// A page of another site must not command this service through a browser on this machine, neither
  /// by its own address nor by a name that leads here.
  private func checkOrigin(_ request: Request) throws(Problem) {
    let host = request.head.authority ?? ""
    if isLoopback, !Self.isOwnMachine(host) {
      throw Problem(421, "misdirected", "This service answers to its own machine alone.")
    }
    if let origin = request.headers[.origin], origin != "http://\(host)",
      origin != "https://\(host)"
    {
      throw Problem(403, "other-origin", "Pages of other sites are not answered.")
    }
  }

  static func isOwnMachine(_ host: String) -> Bool {
    let name =
      host.hasPrefix("[")
      ? String(host.prefix { $0 != "]" }) + "]" : String(host.prefix { $0 != ":" })
    return ["127.0.0.1", "localhost", "[::1]"].contains(name.lowercased())
  }

  // MARK: What is asked, and by whom

  private func route(_ method: String, _ path: Substring) throws(Problem) -> (
    Route, [String: String]
  ) {
    let matches = routes.matches(path)
    guard !matches.isEmpty else { throw Problem.notFound }
    let wanted = method == "HEAD" ? "GET" : method
    guard let match = matches.first(where: { $0.0.method.rawValue == wanted }) else {
      let allowed = matches.map(\.0.method.rawValue)
      var problem = Problem(405, "method-not-allowed", "This address knows other methods.")
      problem.allow = (allowed + (allowed.contains("GET") ? ["HEAD"] : [])).joined(separator: ", ")
      throw problem
    }
    return match
  }

  private func identity(_ request: Request, _ route: Route) throws(Problem) -> Identity {
    guard let scope = route.scope else { return Identity(name: "anyone", scopes: []) }
    if tokens.isOpen { return .local }
    let words = (request.headers[.authorization] ?? "").split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bearer",
      let identity = tokens.identity(of: String(words[1]))
    else { throw Problem.unauthorized }
    guard identity.scopes.contains(scope) else {
      throw Problem(403, "forbidden", "This needs a token with the scope \(scope.rawValue).")
    }
    return identity
  }

  private static func split(_ target: String) -> (path: Substring, query: Substring) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return (parts[0], parts.count > 1 ? parts[1] : "")
  }

  private static func query(
    _ text: Substring, of route: Route
  ) throws(Problem) -> [String: String] {
    var values: [String: String] = [:]
    // Browsers write a blank as a plus sign.
    for pair in text.replacing("+", with: " ").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = String(parts[0]).removingPercentEncoding,
        let value = (parts.count > 1 ? String(parts[1]) : "").removingPercentEncoding,
        route.query.contains(where: { $0.name == name }), values[name] == nil
      else {
        let known = route.query.map(\.name).joined(separator: ", ")
        throw Problem(
          400, "bad-query",
          known.isEmpty
            ? "This address takes no query." : "The query may have, each once: \(known).")
      }
      values[name] = value
    }
    return values
  }

  private func body(of request: Request, _ route: Route) async throws -> [UInt8] {
    guard route.method == .post else { return [] }
    let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }
    // A type that a form cannot send: browsers then ask first, and are told nothing.
    guard type.lowercased() == "application/json" else {
      throw Problem(415, "not-json", "Send Content-Type: application/json.")
    }
    let tooLarge = Problem(413, "too-large", "The body is longer than \(limits.body) bytes.")
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.body {
      throw tooLarge
    }
    var bytes: [UInt8] = []
    do {
      for try await piece in request.body {
        guard bytes.count + piece.readableBytes <= limits.body else { throw tooLarge }
        guard traffic.keep(bytes: Self.copies * piece.readableBytes) else { throw Problem.busy }
        bytes.append(contentsOf: piece.readableBytesView)
      }
    } catch {
      traffic.forget(bytes: Self.copies * bytes.count)
      throw error
    }
    return bytes
  }

  /// A body that comes in piece by piece is at times there three times: grown, not grown yet, and in pieces.
  private static let copies = 3

  /// - Returns: Bytes that parsing takes.
  /// - Throws: ``Problem`` for a body that is not worth parsing, `MemoryShortage` where there is no room.
  private func checkExtent(of bytes: [UInt8]) throws -> Int {
    let extent = JSONText.extent(bytes)
    guard extent.depth <= limits.depth else {
      throw Problem(400, "too-deep", "The body is nested more than \(limits.depth) deep.")
    }
    guard extent.values <= limits.values else {
      throw Problem(413, "too-many-values", "The body has more than \(limits.values) values.")
    }
    try MemoryRoom.demand(extent.weight, for: "a body of \(bytes.count >> 10) kB")
    return extent.weight
  }

  /// - Throws: ``Problem`` with status 408 when the time is over.
  static func within<Result: Sendable>(
    _ seconds: Double, _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw Problem(408, "timeout", "The request took longer than \(Int(seconds)) s.")
      }
      guard let result = try await group.next() else { throw CancellationError() }
      group.cancelAll()
      return result
    }
  }

  private static func randomName() -> String {
    let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
