import Hummingbird

extension Responder {
  /// What browsers are told to refuse: everything but this service's own style, program and answers.
  static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  func response(_ reply: Reply, to request: Request, id: String) -> Response {
    var headers = HTTPFields()
    func set(_ name: String, _ value: String) {
      if let name = name.isEmpty ? nil : HTTPFields.fieldName(name) { headers[name] = value }
    }
    set("X-Request-Id", id)
    set("X-Content-Type-Options", "nosniff")
    set("Referrer-Policy", "no-referrer")
    set("Content-Security-Policy", Self.policy)
    set("Cross-Origin-Resource-Policy", "same-origin")
    set("Cache-Control", "no-cache, private")
    for (name, value) in reply.headers { set(name, value) }
    switch reply.content {
    case .bytes(let bytes, let type):
      set("Content-Type", type)
      if request.method.rawValue != "POST", reply.status == 200, let tag = reply.entityTag {
        set("ETag", tag)
        if Self.matches(request.headers[.ifNoneMatch], tag) {
          return Response(status: .init(code: 304), headers: headers)
        }
      }
      if request.method.rawValue == "HEAD" {
        set("Content-Length", "\(bytes.count)")
        return Response(status: .init(code: reply.status), headers: headers)
      }
      return Response(
        status: .init(code: reply.status), headers: headers,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .events(let events):
      set("Content-Type", "text/event-stream")
      return stream(events, headers)
    }
  }

  private static func matches(_ given: String?, _ tag: String) -> Bool {
    guard let given else { return false }
    return given == "*"
      || given.split(separator: ",").contains { part in
        let text = part.trimmingPrefix(while: \.isWhitespace)
        return (text.hasPrefix("W/") ? text.dropFirst(2) : text) == tag
      }
  }

  private func stream(_ events: AsyncStream<String>, _ headers: HTTPFields) -> Response {
    guard traffic.enterStream() else {
      let problem = Problem(503, "busy", "Too many streams are open; try again.", retryAfter: 5)
      let reply = Reply(problem: problem, request: "stream")
      guard case .bytes(let bytes, _) = reply.content else {
        return Response(status: .init(code: 503))
      }
      return Response(
        status: .init(code: 503), headers: headers,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
    let traffic = traffic
    return Response(
      status: .init(code: 200), headers: headers,
      body: ResponseBody { writer in
        defer { traffic.leaveStream() }
        for await data in events {
          // An empty one keeps the connection open.
          let text = data.isEmpty ? ": still here\n\n" : "event: progress\ndata: \(data)\n\n"
          try await writer.write(ByteBuffer(string: text))
        }
        try await writer.finish(nil)
      })
  }
}

extension HTTPFields {
  /// A name of a header field; `nil` where the text is none.
  fileprivate static func fieldName(_ text: String) -> HTTPFields.Element.Name? { .init(text) }
}
