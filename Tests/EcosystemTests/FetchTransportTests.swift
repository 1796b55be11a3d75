import Ecosystem
import Formats
import Foundation
import TestKit
import Testing

@Suite("Transport", .serialized)
struct FetchTransportTests {
  private func get(
    _ server: LoopbackServer, _ path: String = "/", change: (inout HTTPRequest) -> Void = { _ in }
  ) async throws -> HTTPResponse {
    var request = HTTPRequest(server.url.appendingPathComponent(path))
    // Other tests may keep all threads busy for minutes.
    request.timeLimit = 1800
    change(&request)
    return try await SessionTransport(policy: AddressPolicy(base: server.url))
      .response(to: request)
  }

  @Test("Fetches a body with its head")
  func fetches() async throws {
    let server = try LoopbackServer { _, _ in
      .text("hello", headers: [("X-Kind", "test")])
    }
    let response = try await get(server) { $0.headers["Accept"] = "text/plain" }
    #expect(response.head.status == 200)
    #expect(response.head.headers["x-kind"] == "test")
    #expect(String(decoding: response.body, as: UTF8.self) == "hello")
    #expect(server.requests.map { $0.headers["accept"] } == ["text/plain"])
    #expect(server.requests.map { $0.headers["user-agent"] } == ["athanor"])
  }

  @Test("Stops a body of 2 GB at its limit", arguments: [true, false])
  func stopsAtLimit(isDeclared: Bool) async throws {
    let server = try LoopbackServer { _, _ in
      .init(headers: isDeclared ? [] : [("X-Endless", "1")], body: [.zeros(2 << 30)])
    }
    let memory = residentBytes()
    let error = await #expect(throws: HTTPError.self) {
      try await get(server) { $0.byteLimit = 1 << 20 }
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("more than the limit of 1048576 bytes"))
    #expect(residentBytes() - memory < 200 << 20)
  }

  @Test("A cut in the middle of a body is an error")
  func noticesCut() async throws {
    let server = try LoopbackServer { _, _ in
      .init(headers: [("Content-Length", "100")], body: [.bytes([1, 2, 3]), .cut])
    }
    let error = await #expect(throws: HTTPError.self) { try await get(server) }
    guard case .cut = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("Silence and slowness have limits")
  func limitsTime() async throws {
    let silent = try LoopbackServer { _, _ in .init(body: [.pause(seconds: 8), .bytes([1])]) }
    let idle = await #expect(throws: HTTPError.self) {
      try await get(silent) { $0.idleLimit = 1 }
    }
    guard case .timedOut(_, 1) = idle else {
      Issue.record("\(String(describing: idle))")
      return
    }
    let slow = try LoopbackServer { _, _ in
      .init(body: (0..<80).flatMap { _ in [.bytes([1]), .pause(seconds: 0.1)] })
    }
    let start = Date()
    let total = await #expect(throws: HTTPError.self) {
      try await get(slow) { $0.timeLimit = 0.7 }
    }
    guard case .timedOut(_, 0.7) = total else {
      Issue.record("\(String(describing: total))")
      return
    }
    #expect(Date().timeIntervalSince(start) < 60)
  }

  @Test("Follows redirects on the same server")
  func followsRedirect() async throws {
    let server = try LoopbackServer { request, _ in
      request.path == "/end"
        ? .text("there") : .init(status: 307, headers: [("Location", "/end")], body: [])
    }
    let response = try await get(server)
    #expect(String(decoding: response.body, as: UTF8.self) == "there")
    #expect(response.head.url.path == "/end")
  }

  @Test(
    "Refuses redirects to other servers",
    arguments: [
      "http://169.254.169.254/latest/meta-data", "http://127.0.0.2:1/", "file:///etc/passwd",
      "http://localhost:1/", "https://example.org/", "//example.org/x", "gopher://127.0.0.1/",
      "http://[::1]/", "http://127.0.0.1:1/",
    ])
  func refusesRedirect(target: String) async throws {
    let server = try LoopbackServer { _, _ in
      .init(status: 302, headers: [("Location", target)], body: [])
    }
    let error = await #expect(throws: HTTPError.self) { try await get(server) }
    #expect(
      error.map { "\($0)" }?.contains("another server") == true, "\(String(describing: error))")
    #expect(server.requests.count == 1)
  }

  @Test("Refuses a circle of redirects")
  func refusesCircle() async throws {
    let server = try LoopbackServer { _, _ in
      .init(status: 302, headers: [("Location", "/again")], body: [])
    }
    let error = await #expect(throws: HTTPError.self) { try await get(server) }
    #expect(error.map { "\($0)" }?.contains("sends on and on") == true)
    #expect(server.requests.count == 6)
  }

  @Test("A name over plain http is asked at the address that was checked")
  func pinsAddress() async throws {
    let server = try LoopbackServer { request, _ in .text(request.headers["host"] ?? "") }
    let names = FixedResolver(["data.test": ["127.0.0.1"]])
    let base = try #require(URL(string: "http://data.test:\(server.port)/"))
    let transport = SessionTransport(policy: AddressPolicy(base: base, resolver: names))
    let response = try await transport.response(to: HTTPRequest(base))
    #expect(String(decoding: response.body, as: UTF8.self) == "data.test:\(server.port)")
  }

  @Test("A packed body is counted unpacked")
  func countsUnpacked() async throws {
    let packed = Gzip.compress([UInt8](repeating: 0, count: 1 << 20))
    let server = try LoopbackServer { _, _ in
      .init(headers: [("Content-Encoding", "gzip")], body: [.bytes(packed)])
    }
    let whole = try await get(server)
    #expect(whole.body.count == 1 << 20)
    let error = await #expect(throws: HTTPError.self) {
      try await get(server) { $0.byteLimit = 100_000 }
    }
    #expect(error.map { "\($0)" }?.contains("more than the limit") == true)
  }

  @Test("No server is one clear sentence")
  func saysUnreachable() async throws {
    let server = try LoopbackServer { _, _ in .text("") }
    let url = server.url
    server.stop()
    try await Task.sleep(for: .milliseconds(20))
    let transport = SessionTransport(policy: AddressPolicy(base: url))
    for _ in 0..<3 {
      var request = HTTPRequest(url)
      request.timeLimit = 2
      let error = await #expect(throws: HTTPError.self) {
        try await transport.response(to: request)
      }
      let sentence = error.map { "\($0)" } ?? "no error"
      #expect(sentence.contains("cannot be reached"), "\(sentence)")
    }
  }

  @Test("Cancelling ends a transfer")
  func cancels() async throws {
    let server = try LoopbackServer { _, _ in .init(body: [.pause(seconds: 8), .bytes([1])]) }
    let task = Task { try await get(server) }
    try await Task.sleep(for: .milliseconds(100))
    let start = Date()
    task.cancel()
    await #expect(throws: HTTPError.self) { try await task.value }
    #expect(Date().timeIntervalSince(start) < 60)
  }

  @Test("Cancelling in the middle of redirects harms nothing")
  func cancelsRedirects() async throws {
    let server = try LoopbackServer { _, _ in
      .init(status: 302, headers: [("Location", "/again")], body: [])
    }
    let transport = SessionTransport(policy: AddressPolicy(base: server.url))
    let url = server.url
    for step in 0..<300 {
      let task = Task { try await transport.response(to: HTTPRequest(url)) }
      try await Task.sleep(for: .microseconds(step * 17 % 3000))
      task.cancel()
      await #expect(throws: HTTPError.self) { try await task.value }
    }
  }

  private func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * 4096
  }
}

/// Names with addresses that a test chooses.
struct FixedResolver: NameResolver {
  private let table: [String: [NetworkAddress]]

  init(_ table: [String: [String]]) {
    self.table = table.mapValues { $0.compactMap { NetworkAddress($0) } }
  }

  func addresses(of host: String) -> [NetworkAddress] { table[host] ?? [] }
}
