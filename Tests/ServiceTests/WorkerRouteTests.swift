import Foundation
import TestKit
import Testing

@testable import Service

@Suite("Worker routes", .serialized)
struct WorkerRouteTests {
  private func claim(
    _ service: TestService, _ worker: String, key: String = UUID().uuidString
  ) async throws -> (number: Int, token: Int) {
    let answer = try await service.post(
      "/claims", "{\"worker\": \"\(worker)\", \"key\": \"\(key)\"}")
    let experiment = try #require((answer.json["experiments"] as? [[String: Any]])?.first)
    return (experiment["number"] as? Int ?? 0, experiment["token"] as? Int ?? 0)
  }

  private func report(
    _ service: TestService, _ claim: (number: Int, token: Int), _ worker: String, _ value: Double
  ) async throws -> RawAnswer {
    let values = "{\"strength\": {\"value\": \(value), \"spread\": 0.1, \"unit\": \"GPa\"}}"
    return try await service.post(
      "/experiments/\(claim.number)/result",
      "{\"worker\": \"\(worker)\", \"token\": \(claim.token), \"values\": \(values)}")
  }

  @Test("A robot claims, lives and reports, and the campaign goes on by itself")
  func wholeCampaign() async throws {
    let service = try await TestService()
    var claimed: [Int] = []
    for _ in 0..<2000 where claimed.count < 20 {
      let answer = try await service.post("/claims", "{\"worker\": \"r\", \"key\": \"\(UUID())\"}")
      guard let experiment = (answer.json["experiments"] as? [[String: Any]])?.first,
        let number = experiment["number"] as? Int, let token = experiment["token"] as? Int
      else {
        try await Task.sleep(for: .milliseconds(10))
        continue
      }
      claimed.append(number)
      let beat = try await service.post(
        "/experiments/\(number)/heartbeat", "{\"worker\": \"r\", \"token\": \(token)}")
      #expect(beat.json["leaseSeconds"] as? Double == 60)
      #expect(try await report(service, (number, token), "r", Double(number)).status == 200)
    }
    #expect(claimed == Array(1...20))
    try await Task.sleep(for: .milliseconds(200))
    let campaign = try await service.ask("GET", TestService.base).json
    #expect(campaign["state"] as? String == "ended" && campaign["results"] as? Int == 20)
    #expect((campaign["best"] as? [String: Any])?["objective"] as? Double == 20)
    #expect(try await service.post("/claims", "{\"key\": \"x\"}").problem == "ended")
  }

  @Test("Claims and results that come again are answered as the first time")
  func repeats() async throws {
    let service = try await TestService()
    let first = try await claim(service, "r", key: "same")
    #expect(try await claim(service, "r", key: "same") == first)
    let answer = try await report(service, first, "r", 2)
    let again = try await report(service, first, "r", 2)
    #expect(answer.json["isRepeat"] as? Bool == false && again.json["isRepeat"] as? Bool == true)
    #expect(answer.json["event"] as? Int == again.json["event"] as? Int)
    #expect(try await report(service, first, "r", 3).problem == "different-report")
    let other = try await claim(service, "r")
    #expect(other.number == first.number + 1)
    let stale = try await service.post(
      "/experiments/\(other.number)/result",
      "{\"worker\": \"r\", \"token\": \(first.token), \"values\": {\"strength\": 1}}")
    #expect(stale.status == 409 && stale.problem == "stale-token")
  }

  @Test("People approve, correct, cancel, pause and ask for more")
  func orders() async throws {
    let service = try await TestService()
    let first = try await claim(service, "Ann")
    _ = try await report(service, first, "Ann", 2)
    let path = "/experiments/\(first.number)"
    let correction = try await service.post(
      path + "/correction",
      "{\"worker\": \"Ann\", \"reason\": \"Scale.\", \"values\": {\"strength\": 1.5}}")
    #expect(correction.status == 200)
    var detail = try await service.ask("GET", TestService.base + path).json
    let values = (detail["experiment"] as? [String: Any])?["values"] as? [String: Any]
    #expect((values?["strength"] as? [String: Any])?["value"] as? Double == 1.5)
    let history = detail["history"] as? [[String: Any]] ?? []
    #expect(
      history.map { $0["what"] as? String } == ["proposed", "claimed", "measured", "corrected"])
    #expect(history.last?["actor"] as? String == "Ann")
    #expect(try await service.post(path + "/withdrawal", "{\"reason\": \"Dirt.\"}").status == 200)
    detail = try await service.ask("GET", TestService.base + path).json
    #expect((detail["experiment"] as? [String: Any])?["status"] as? String == "withdrawn")
    #expect(try await service.post("/pause", "{\"reason\": \"Fire drill.\"}").status == 200)
    let paused = try await service.post("/claims", "{\"key\": \"p\"}").json
    #expect(paused["reason"] as? String == "The campaign is paused: Fire drill.")
    #expect(try await service.post("/resumption", "{}").status == 200)
    let wanted = "{\"reason\": \"Curious.\", \"candidates\": [{\"formula\": \"Al0.9Fe0.1\"}]}"
    let asked = try await service.post("/experiments", wanted)
    #expect(asked.json["numbers"] as? [Int] == [9])
    #expect(try await service.post("/experiments/9/priority", "{\"priority\": 5}").status == 200)
    #expect(try await claim(service, "Ann").number == 9)
    #expect(
      try await service.post("/experiments/2/cancellation", "{\"reason\": \"No.\"}").status == 200)
    #expect(try await service.post("/experiments/2/approval", "{}").problem == "wrong-state")
    #expect(
      try await service.post("/experiments/99/cancellation", "{\"reason\": \"No.\"}").status == 404)
  }

  @Test("Lists come in pages, and unchanged answers are not sent again")
  func pages() async throws {
    let service = try await TestService()
    let list = TestService.base + "/experiments"
    var (after, seen) = (0, [Int]())
    while true {
      let page = try await service.ask("GET", list + "?after=\(after)&limit=3").json
      seen += (page["experiments"] as? [[String: Any]] ?? []).compactMap { $0["number"] as? Int }
      guard let next = page["next"] as? Int else { break }
      after = next
    }
    #expect(seen == Array(1...8))
    for query in ["limit=0", "limit=1000000000", "after=-1", "other=1", "limit=1&limit=2"] {
      #expect(try await service.ask("GET", list + "?" + query).status == 400, "\(query)")
    }
    let first = try await service.ask("GET", list)
    let tag = try #require(first.headers["etag"])
    let same = try await service.ask("GET", list, headers: ["If-None-Match: \(tag)"])
    #expect(same.status == 304 && same.body.isEmpty)
    _ = try await claim(service, "r")
    #expect(try await service.ask("GET", list, headers: ["If-None-Match: \(tag)"]).status == 200)
    let ledger = try await service.ask("GET", TestService.base + "/ledger?limit=2").json
    #expect((ledger["events"] as? [[String: Any]])?.count == 2 && ledger["next"] as? Int == 2)
  }

  @Test("Progress streams as events")
  func progress() async throws {
    let service = try await TestService()
    let connection = try RawConnection.open(service.port, seconds: 5)
    defer { close(connection) }
    let request =
      "GET \(TestService.base)/progress HTTP/1.1\r\nHost: 127.0.0.1:\(service.port)\r\n\r\n"
    send(connection, request, request.utf8.count, Int32(MSG_NOSIGNAL))
    func read(until mark: String) async throws -> Bool {
      try await RawConnection.aside {
        var text = ""
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while !text.contains(mark) {
          let count = recv(connection, &block, block.count, 0)
          guard count > 0 else { return false }
          text += String(decoding: block[..<count], as: UTF8.self)
        }
        return true
      }
    }
    #expect(try await read(until: "\"claimed\":0"))
    _ = try await claim(service, "r")
    #expect(try await read(until: "\"claimed\":1"))
  }

  @Test("Figures for Prometheus name every metric with help and type")
  func metrics() async throws {
    let service = try await TestService()
    _ = try await claim(service, "r")
    let text = try await service.ask("GET", "/metrics").body
    #expect(text.contains("athanor_experiments{campaign=\"alloys\",status=\"claimed\"} 1"))
    #expect(text.contains("route=\"/v1/campaigns/{campaign}/claims\",status=\"200\"} 1"))
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let name = line.prefix { $0 != "{" && $0 != " " }
        .replacing(/_(bucket|sum|count)$/, with: "")
      #expect(text.contains("# TYPE \(name) ") && text.contains("# HELP \(name) "), "\(line)")
    }
  }
}
