import Foundation
import TestKit
import Testing

@testable import Service

@Suite("OpenAPI", .serialized)
struct OpenAPITests {
  private func document(_ service: TestService) async throws -> [String: Any] {
    try await service.ask("GET", "/openapi.json").json
  }

  @Test("The document has every route, its fields and its scope")
  func routes() async throws {
    let service = try await TestService()
    let document = try await document(service)
    #expect(document["openapi"] as? String == "3.1.0")
    let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
    let routes = Routes(hosts: [], metrics: ServiceMetrics(), isReady: { true }).all
    #expect(paths.values.reduce(0) { $0 + $1.count } == routes.count)
    var names: Set<String> = []
    for route in routes {
      let operation = try #require(paths[route.path]?[route.method.rawValue.lowercased()])
      #expect(operation["x-scope"] as? String == route.scope?.rawValue)
      names.insert(operation["operationId"] as? String ?? "")
      guard route.method == .post else { continue }
      let content = (operation["requestBody"] as? [String: Any])?["content"] as? [String: Any]
      let schema =
        (content?["application/json"] as? [String: Any])?["schema"] as? [String: Any]
      let properties = schema?["properties"] as? [String: Any]
      #expect(Set((properties ?? [:]).keys) == Set(route.fields.map(\.name)), "\(route.path)")
      #expect(schema?["additionalProperties"] as? Bool == false)
    }
    #expect(names.count == routes.count)
  }

  @Test("Answers have no members that the document does not name")
  func answers() async throws {
    let service = try await ServiceMaterials.service()
    let records = try await service.ask("GET", "/v1/records?name=TiO2").json
    let key = (records["records"] as? [[String: Any]])?.first?["key"] as? String ?? ""
    let claim = try await service.post("/claims", "{\"key\": \"1\"}")
    let token = (claim.json["experiments"] as? [[String: Any]])?.first?["token"] as? Int ?? 0
    let bodies = [
      "claims": "{\"key\": \"2\"}", "heartbeat": "{\"token\": \(token)}",
      "result": "{\"token\": \(token), \"values\": {\"strength\": 1}}",
      "failure": "{\"token\": 1, \"reason\": \"x\"}", "release": "{\"token\": 1}",
      "experiments": "{\"reason\": \"x\", \"candidates\": []}",
      "cancellation": "{\"reason\": \"x\"}", "withdrawal": "{\"reason\": \"x\"}",
      "correction": "{\"reason\": \"x\", \"values\": {\"strength\": 2}}",
      "emergency-stop": "{\"reason\": \"x\"}", "emergency-reset": "{\"reason\": \"x\"}",
      "priority": "{\"priority\": 1}", "stock": "{\"item\": \"a\", \"amount\": 1}",
      "predictions": "{\"candidates\": []}",
      "hardness/predictions": "{\"materials\": [{\"formula\": \"Ni\"}]}",
      "explanations":
        "{\"materials\": [{\"formula\": \"NiCu\", \"variables\": {\"temperature\": 400}}]}",
    ]
    for route in Routes(hosts: [], metrics: ServiceMetrics(), isReady: { true }).all
    where route.type == "application/json" {
      let path = route.path.replacing("{campaign}", with: "alloys").replacing("{number}", with: "1")
        .replacing("{key}", with: key).replacing("{model}", with: "hardness")
      let last = path.split(separator: "/").suffix(2).joined(separator: "/")
      let body =
        route.method == .post
        ? bodies[last] ?? bodies[(path as NSString).lastPathComponent] ?? "{}" : nil
      let answer = try await service.ask(route.method.rawValue, path, body)
      #expect(answer.status == 200 || route.statuses.contains(answer.status), "\(path)")
      let members = Set(answer.json.keys)
      if answer.status == 200 {
        #expect(members.isSubset(of: route.answer), "\(path): \(members)")
        #expect(!members.isEmpty, "\(path)")
      } else {
        #expect(answer.headers["content-type"] == "application/problem+json", "\(path)")
        #expect(members == ["type", "title", "status", "detail", "instance"], "\(path)")
      }
    }
  }
}
