import Foundation
import Learning
import Matter
import TestKit
import Testing

@testable import Service

@Suite("Models over HTTP", .serialized)
struct ModelRouteTests {
  private static let path = "/v1/models/hardness"

  private func rows(_ answer: RawAnswer) -> [[String: Any]] {
    answer.json["predictions"] as? [[String: Any]] ?? []
  }

  @Test("are listed with how good they are; files that are none say why, links are not followed")
  func list() async throws {
    let service = try await ServiceMaterials.service()
    let models = try await service.ask("GET", "/v1/models").json["models"] as? [[String: Any]] ?? []
    #expect(models.map { $0["name"] as? String } == ["broken", "hardness"])
    let problem = try #require(models.first?["problem"] as? String)
    #expect(!problem.contains(service.folder))
    #expect(models.last?["rows"] as? Int == 40 && models.last?["unit"] as? String == "GPa")
    let card = try await service.ask("GET", Self.path).json["card"] as? [String: Any]
    let expected = try #require(ServiceMaterials.model).card
    #expect(card?["dataHash"] as? String == expected.dataHash)
    for name in ["none", "link", "..%2fhardness", "broken"] {
      let answer = try await service.ask("GET", "/v1/models/\(name)")
      #expect(answer.status == (name == "broken" ? 409 : 404), "\(name): \(answer.status)")
    }
  }

  @Test("predict as they do outside of the service, row by row")
  func predictions() async throws {
    let service = try await ServiceMaterials.service()
    let body = """
      {"neighbors": 2, "coverage": 0.8, "materials": [
        {"name": "one", "formula": "Ni3Cu", "variables": {"temperature": 500}},
        {"formula": "Xq2", "variables": {"temperature": 500}},
        {"formula": "NiAu", "variables": {"temperature": 500}},
        {"formula": "NiCu"}, {"formula": "NiCu", "variables": {"temperature": 500, "pressure": 1}}]}
      """
    let answer = try await service.ask("POST", Self.path + "/predictions", body)
    let rows = rows(answer)
    #expect(answer.status == 200 && rows.count == 5, "\(answer.body)")
    let model = try #require(ServiceMaterials.model)
    let composition = try Composition(formula: "Ni3Cu")
    let expected = try model.predict(
      [Candidate(composition, variables: [500])], coverage: 0.8)[0]
    #expect(rows[0]["mean"] as? Double == expected.mean && rows[0]["name"] as? String == "one")
    #expect(rows[0]["lowerBound"] as? Double == expected.lowerBound)
    #expect((rows[0]["nearest"] as? [Any])?.count == 2 && rows[0]["distanceRank"] != nil)
    #expect(rows[1]["mean"] == nil && (rows[1]["note"] as? String)?.contains("Xq") == true)
    #expect((rows[2]["note"] as? String)?.contains("Au") == true && rows[2]["mean"] != nil)
    #expect((rows[3]["note"] as? String)?.contains("temperature") == true)
    #expect((rows[4]["note"] as? String)?.contains("pressure") == true)
  }

  @Test("take structures and records as well as formulas")
  func structures() async throws {
    let service = try await ServiceMaterials.service()
    let found = try await service.ask("GET", "/v1/records?name=TiO2").json
    let key = try #require((found["records"] as? [[String: Any]])?.first?["key"] as? String)
    let variables: [String: Double] = ["temperature": 400]
    let body: [String: Any] = [
      "materials": [
        ["structure": ServiceMaterials.saltCIF, "variables": variables],
        ["record": key, "variables": variables], ["record": "abcdef", "variables": variables],
        ["structure": "no structure", "variables": variables],
      ]
    ]
    let text = String(
      decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
    let rows = rows(try await service.ask("POST", Self.path + "/predictions", text))
    #expect(rows.map { $0["formula"] as? String } == ["Na4Cl4", "TiO2", nil, nil])
    #expect(rows[0]["mean"] != nil && rows[2]["note"] as? String == "There is no such record.")
  }

  @Test("explain: what starts from the base adds up to the prediction")
  func explanations() async throws {
    let service = try await ServiceMaterials.service()
    let body = """
      {"materials": [{"formula": "Ni3Cu", "variables": {"temperature": 500}}], "features": 3}
      """
    let answer = try await service.ask("POST", Self.path + "/explanations", body)
    let first = (answer.json["explanations"] as? [[String: Any]])?.first
    let explanation = try #require(first?["explanation"] as? [String: Any])
    let elements = try #require(explanation["elements"] as? [String: Any])
    let prediction = try #require(explanation["prediction"] as? [String: Any])
    let parts = elements["parts"] as? [[String: Any]] ?? []
    let sum = parts.reduce(elements["base"] as? Double ?? 0) {
      $0 + ($1["contribution"] as? Double ?? .nan)
    }
    let mean = try #require(prediction["mean"] as? Double)
    #expect(abs(sum + (elements["remainder"] as? Double ?? 0) - mean) < 1e-9)
    #expect(parts.contains { $0["name"] as? String == "temperature" })
  }

  @Test("refuse bodies that ask for too much or for nothing")
  func limits() async throws {
    let service = try await ServiceMaterials.service()
    let many = Array(repeating: "{\"formula\": \"Ni\"}", count: 21).joined(separator: ",")
    let cases: [(String, String, Int)] = [
      ("predictions", "{\"materials\": []}", 400),
      ("explanations", "{\"materials\": [\(many)]}", 400),
      ("predictions", "{\"materials\": [{\"formula\": \"Ni\", \"record\": \"abcdef\"}]}", 422),
      ("predictions", "{\"materials\": [{}]}", 422),
      ("predictions", "{\"materials\": [{\"formula\": \"Ni\", \"path\": \"/etc\"}]}", 400),
      ("predictions", "{\"materials\": [{\"formula\": \"Ni\"}], \"coverage\": 1}", 400),
      ("predictions", "{\"materials\": [{\"formula\": \"Ni\"}], \"fidelity\": \"PBE\"}", 422),
    ]
    for (name, body, status) in cases {
      let answer = try await service.ask("POST", "\(Self.path)/\(name)", body)
      #expect(answer.status == status, "\(body.prefix(80)): \(answer.body)")
    }
  }

  @Test("Work that nobody waits for any more ends, and too much of it is refused")
  func line() async throws {
    let line = WorkLine("test", mostWaiting: 2)
    let slow = Task {
      try await line.run { token in
        while true {
          try token.check()
          usleep(1000)
        }
      }
    }
    let second = Task { try await line.run { _ in 2 } }
    try await Task.sleep(for: .milliseconds(30))
    await #expect(throws: Problem.self) { try await line.run { _ in 3 } }
    slow.cancel()
    await #expect(throws: Problem.self) { try await slow.value }
    #expect(try await second.value == 2)
  }
}
