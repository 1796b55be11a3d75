import Foundation
import TestKit
import Testing

@testable import Service

@Suite("Limits of requests", .serialized)
struct RequestLimitTests {
  @Test("Fields that are unknown, missing or of another kind are refused")
  func fields() async throws {
    let service = try await TestService()
    let cases = [
      ("/claims", "{\"key\": \"1\", \"status\": \"measured\"}", "unknown-field"),
      ("/claims", "{}", "missing-field"), ("/claims", "{\"key\": 1}", "wrong-kind"),
      ("/claims", "[]", "not-an-object"), ("/claims", "{\"key\": ", "not-json"),
      ("/claims", "{\"key\": \"1\", \"key\": \"2\"}", "not-json"),
      ("/experiments/1/result", "{\"token\": 1.5, \"values\": {}}", "wrong-kind"),
      ("/experiments/1/result", "{\"token\": 1, \"values\": {\"a\": \"high\"}}", "wrong-kind"),
      (
        "/experiments/1/result", "{\"token\": 1, \"values\": {\"a\": {\"value\": 1, \"x\": 2}}}",
        "unknown-field"
      ),
      (
        "/experiments", "{\"reason\": \"x\", \"candidates\": [{\"formula\": \"Fe\", \"id\": 7}]}",
        "unknown-field"
      ),
      ("/claims", String(repeating: "[", count: 65), "too-deep"),
    ]
    for (path, body, problem) in cases {
      let answer = try await service.post(path, body)
      #expect(answer.status == 400 && answer.problem == problem, "\(body): \(answer.body)")
    }
  }

  @Test("Every write route refuses an unknown field")
  func everyRoute() async throws {
    let service = try await TestService()
    for route in Routes(hosts: [], metrics: ServiceMetrics(), isReady: { true }).all
    where route.method == .post {
      let path = route.path.replacing("{campaign}", with: "alloys").replacing("{number}", with: "1")
        .replacing("{model}", with: "none")
      let answer = try await service.ask("POST", path, "{\"isAdmin\": true}")
      #expect(answer.problem == "unknown-field", "\(path)")
    }
  }

  @Test("What is too large is refused without reading it")
  func sizes() async throws {
    let service = try await TestService()
    let announced = try await service.ask(
      "POST", TestService.base + "/claims", nil,
      headers: ["Content-Type: application/json", "Content-Length: \((16 << 20) + 1)"])
    #expect(announced.status == 413)
    let path = "/" + String(repeating: "a", count: 8 << 10)
    #expect(try await service.ask("GET", path).status == 414)
    let header = "X-Long: " + String(repeating: "a", count: 12 << 10)
    let other = "Y-Long: " + String(repeating: "a", count: 6 << 10)
    let longest = "Z-Long: " + String(repeating: "a", count: 40 << 10)
    let many = (0..<200).map { "N\($0): a" }
    for headers in [[header, other], [longest], many] {
      #expect(try await service.ask("GET", "/health", headers: headers).status == 431)
    }
    let name = String(repeating: "a", count: 20_000)
    #expect(try await service.post("/claims", "{\"key\": \"\(name)\"}").status == 400)
  }

  @Test("A chunked body that does not end is cut off")
  func chunks() async throws {
    let service = try await TestService()
    var bytes = Array(
      """
      POST \(TestService.base)/claims HTTP/1.1\r
      Host: 127.0.0.1:\(service.port)\r
      Content-Type: application/json\r
      Transfer-Encoding: chunked\r\n\r\n
      """.utf8)
    let chunk = Array("100000\r\n".utf8) + [UInt8](repeating: 32, count: 1 << 20) + [13, 10]
    for _ in 0..<17 { bytes += chunk }
    let answer = try await service.raw(bytes)
    #expect(answer.status == 413)
  }

  @Test("Methods and addresses that are not there are said so")
  func unknown() async throws {
    let service = try await TestService()
    let wrong = try await service.ask("DELETE", TestService.base)
    #expect(wrong.status == 405 && wrong.headers["allow"] == "GET, HEAD")
    #expect(try await service.ask("HEAD", TestService.base).status == 200)
    for path in [
      "/v1/campaigns/none", "/v1/campaigns/..", "/v1/campaigns/%2e%2e/alloys",
      "/v1/campaigns/alloys%00",
      "/../../etc/passwd", "/assets/../tokens.json", "/assets/%2e%2e%2ftokens.json",
      "/v1/campaigns/alloys/experiments/abc", "/v1/campaigns/alloys/experiments/-1",
      "/v1/campaigns/alloys/experiments/99999999999999999999",
    ] {
      let answer = try await service.ask("GET", path)
      #expect(answer.status == 404, "\(path): \(answer.status)")
      #expect(!answer.body.contains(service.folder) && answer.headers["x-request-id"] != nil)
    }
  }

  @Test("Who asks too often waits, and others do not")
  func rates() {
    let clock = StillClock()
    let limiter = RateLimiter(rate: 2, burst: 3, clock: clock)
    #expect((0..<3).allSatisfy { _ in limiter.admit("a") == nil })
    #expect(limiter.admit("a") == 0.5 && limiter.admit("b") == nil)
    clock.advance(0.5)
    #expect(limiter.admit("a") == nil && limiter.admit("a") != nil)
  }

  @Test("A body that trickles in is given up")
  func slow() async throws {
    await #expect(throws: Problem.self) {
      try await Responder.within(0.05) {
        try await Task.sleep(for: .seconds(10))
        return 1
      }
    }
  }
}
