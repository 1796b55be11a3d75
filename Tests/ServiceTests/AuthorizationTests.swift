import Foundation
import TestKit
import Testing

@testable import Service

@Suite("Authorization", .serialized)
struct AuthorizationTests {
  /// Who may do what, written down once more: a route that is not here fails the test.
  static let table: [String: Scope?] = open.merging(closed) { _, closed in closed }

  private static let open: [String: Scope?] = Dictionary(
    uniqueKeysWithValues: [
      "GET /", "GET /assets/app.js", "GET /assets/style.css", "GET /health", "GET /ready",
      "GET /openapi.json",
    ].map { ($0, nil) })

  private static let closed: [String: Scope?] = [
    "GET /metrics": .read, "GET /v1/identity": .read, "GET /v1/campaigns": .read,
    "GET /v1/workers": .read, "GET /v1/properties": .read, "GET /v1/records": .read,
    "GET /v1/records/{key}": .read, "GET /v1/datasets": .read, "GET /v1/datasets/{number}": .read,
    "GET /v1/models": .read, "GET /v1/models/{model}": .read,
    "POST /v1/models/{model}/predictions": .read, "POST /v1/models/{model}/explanations": .read,
    "GET /v1/campaigns/{campaign}/analysis": .read, "GET /v1/campaigns/{campaign}/spending": .read,
    "GET /v1/campaigns/{campaign}": .read, "GET /v1/campaigns/{campaign}/progress": .read,
    "GET /v1/campaigns/{campaign}/findings": .read, "GET /v1/campaigns/{campaign}/course": .read,
    "GET /v1/campaigns/{campaign}/experiments": .read,
    "GET /v1/campaigns/{campaign}/experiments/{number}": .read,
    "GET /v1/campaigns/{campaign}/workers": .read, "GET /v1/campaigns/{campaign}/ledger": .read,
    "POST /v1/campaigns/{campaign}/predictions": .read,
    "POST /v1/campaigns/{campaign}/claims": .report,
    "POST /v1/campaigns/{campaign}/experiments/{number}/heartbeat": .report,
    "POST /v1/campaigns/{campaign}/experiments/{number}/result": .report,
    "POST /v1/campaigns/{campaign}/experiments/{number}/failure": .report,
    "POST /v1/campaigns/{campaign}/experiments/{number}/release": .report,
    "POST /v1/campaigns/{campaign}/experiments": .propose,
    "POST /v1/campaigns/{campaign}/experiments/{number}/approval": .admin,
    "POST /v1/campaigns/{campaign}/experiments/{number}/cancellation": .admin,
    "POST /v1/campaigns/{campaign}/experiments/{number}/correction": .admin,
    "POST /v1/campaigns/{campaign}/experiments/{number}/withdrawal": .admin,
    "POST /v1/campaigns/{campaign}/experiments/{number}/priority": .admin,
    "POST /v1/emergency-stop": .report, "POST /v1/emergency-reset": .admin,
    "POST /v1/campaigns/{campaign}/pause": .admin,
    "POST /v1/campaigns/{campaign}/resumption": .admin,
    "POST /v1/campaigns/{campaign}/stock": .admin,
  ]

  private static func routes() throws -> [Route] {
    Routes(hosts: [], metrics: ServiceMetrics(), isReady: { true }).all
  }

  @Test("Every route has its row, and the scope of its row")
  func table() throws {
    let routes = try Self.routes()
    #expect(Set(routes.map { "\($0.method.rawValue) \($0.path)" }) == Set(Self.table.keys))
    for route in routes {
      let row = Self.table["\(route.method.rawValue) \(route.path)"]
      #expect(row.map { $0 == route.scope } == true, "\(route.path)")
    }
  }

  /// A service with a token for each scope.
  private func withTokens(
    _ body: (TestService, [Scope: String], _ expired: String) async throws -> Void
  ) async throws {
    var tokens: [Scope: String] = [:]
    var expired = ""
    let service = try await TestService { folder in
      var file = TokenFile()
      for scope in Scope.allCases {
        tokens[scope] = try file.add(scope.rawValue, scopes: [scope])
      }
      expired = try file.add(
        "old", scopes: Scope.allCases, expires: Date(timeIntervalSinceNow: -1))
      try file.write(to: folder + "/tokens.json")
    }
    try await body(service, tokens, expired)
  }

  @Test("Each route refuses who may not, and lets in who may")
  func everyRoute() async throws {
    try await withTokens { service, tokens, expired in
      for route in try Self.routes() where route.path.hasSuffix("progress") == false {
        let path = route.path.replacing("{campaign}", with: "none").replacing("{number}", with: "1")
          .replacing("{model}", with: "none").replacing("{key}", with: "123456")
        let body = route.method == .post ? "{}" : nil
        func status(_ token: String?) async throws -> Int {
          try await service.ask(route.method.rawValue, path, body, token: token).status
        }
        guard let scope = route.scope else {
          #expect(try await status(nil) == 200, "\(path)")
          continue
        }
        #expect(try await status(nil) == 401, "\(path)")
        #expect(try await status("athanor_wrong") == 401, "\(path)")
        #expect(try await status(expired) == 401, "\(path)")
        for (other, token) in tokens {
          let found = try await status(token)
          if other == scope {
            #expect(![401, 403, 500].contains(found), "\(path): \(found)")
          } else {
            #expect(found == 403, "\(path) with \(other): \(found)")
          }
        }
      }
    }
  }

  @Test("What a worker holds is nobody else's")
  func otherWorkersClaim() async throws {
    var robots: [String] = []
    let service = try await TestService { folder in
      var file = TokenFile()
      robots = try ["a", "b"].map { try file.add("robot-\($0)", scopes: [.report]) }
      try file.write(to: folder + "/tokens.json")
    }
    let claim = try await service.post("/claims", "{\"key\": \"1\"}", token: robots[0])
    let experiment = try #require((claim.json["experiments"] as? [[String: Any]])?.first)
    let (number, token) = (experiment["number"] as? Int ?? 0, experiment["token"] as? Int ?? 0)
    for action in ["heartbeat", "release"] {
      let path = "/experiments/\(number)/\(action)"
      #expect(try await service.post(path, "{\"token\": \(token)}", token: robots[1]).status == 404)
    }
    let result = "{\"token\": \(token), \"values\": {\"strength\": 2}}"
    let path = "/experiments/\(number)/result"
    #expect(try await service.post(path, result, token: robots[1]).status == 404)
    #expect(try await service.post("/claims", "{\"key\": \"1\"}", token: robots[1]).status == 409)
    #expect(try await service.post(path, result, token: robots[0]).status == 200)
  }

  @Test("A revoked token is dead within a second, and the last one locks the service")
  func revoked() async throws {
    try await withTokens { service, tokens, _ in
      let path = service.folder + "/tokens.json"
      #expect(try await service.ask("GET", "/v1/campaigns", token: tokens[.read]).status == 200)
      var file = try TokenFile(path: path)
      for entry in file.tokens { try file.revoke(entry.name) }
      try file.write(to: path)
      try await Task.sleep(for: .milliseconds(900))
      #expect(try await service.ask("GET", "/v1/campaigns", token: tokens[.read]).status == 401)
      #expect(try await service.ask("GET", "/v1/campaigns").status == 401)
    }
  }

  @Test("No token is stored, logged or shown anywhere")
  func nothingStored() async throws {
    try await withTokens { service, tokens, _ in
      for token in tokens.values {
        _ = try await service.ask("GET", "/v1/campaigns?token=\(token)", token: token)
        _ = try await service.post("/claims", "{\"key\": \"k\", \"\(token)\": 1}", token: token)
      }
      let files = FileManager.default.enumerator(atPath: service.folder)
      while let name = files?.nextObject() as? String {
        guard let data = FileManager.default.contents(atPath: service.folder + "/" + name) else {
          continue
        }
        for token in tokens.values { #expect(data.range(of: Data(token.utf8)) == nil, "\(name)") }
      }
      let log = service.log.joined()
      #expect(tokens.values.allSatisfy { !log.contains($0) })
    }
  }

  @Test("Without tokens only this machine is answered, and no page of another site")
  func loopback() async throws {
    let folder = NSTemporaryDirectory() + "athanor-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(throws: ServiceError.openToAll("0.0.0.0")) {
      var configuration = LaboratoryService.Configuration(folder: folder, codeVersion: "test")
      configuration.host = "0.0.0.0"
      _ = try LaboratoryService(recipes: [], configuration) { _ in }
    }
    let service = try await TestService()
    let elsewhere = "GET /v1/campaigns HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    let answer = try await service.raw(Array(elsewhere.utf8))
    #expect(answer.status == 421)
    let origin = ["Origin: https://evil.example"]
    #expect(try await service.ask("GET", "/v1/campaigns", headers: origin).status == 403)
    let plain = try await service.ask(
      "POST", TestService.base + "/pause", nil,
      headers: ["Content-Type: text/plain", "Content-Length: 0"])
    #expect(plain.status == 415)
    #expect(
      try await service.ask("GET", "/v1/campaigns").headers["access-control-allow-origin"] == nil)
  }
}
