import DenseMath
import Foundation
import TestKit
import Testing

@testable import Service

@Suite("Robots", .serialized)
struct RobotSafetyTests {
  private static let recipe = """
    name: Anneals
    seed: 3
    space:
      variables:
        temperature: {from: 300, to: 900}
        minutes: {from: 1, to: 60}
      constraints: ["temperature * minutes <= 40000"]
    objective: {maximize: strength}
    surrogate: {kind: gp, features: variables}
    acquisition: {kind: random}
    initial: 8
    budget: 100000
    batch: 8
    oracle: person
    laboratory: {lease: 600, attempts: 100000, ahead: 12}

    """

  private enum Danger: CaseIterable {
    case outsideLimits, stopPressed, twoControllers, restartInMotion
  }

  private struct Claim: Sendable {
    let number, token: Int
    let worker, key: String
  }

  @Test("obey limits and stops, serve one master, and never go on by themselves")
  func dangers() async throws {
    let trials = Reliability.count(50, full: 1000)
    var generator = SplitMix64(seed: 5)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("athanor-robots-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var service = try await TestService(recipe: Self.recipe, in: folder)
    var longest = 0.0
    for trial in 0..<trials {
      switch Danger.allCases[trial % 4] {
      case .outsideLimits: try await askOutside(service, &generator)
      case .stopPressed: longest = max(longest, try await pressStop(service, &generator))
      case .twoControllers: try await twoControllers(service)
      case .restartInMotion: service = try await restart(service)
      }
    }
    // Beside a thousand other tests an answer may come late; the ledger knows the order.
    if Reliability.isFull { #expect(longest < 1) }
    try await checkProposals(service)
    try await checkLedger(service, stops: trials / 2)
    Reliability.report(
      "robots",
      ["trials": Double(trials), "violations": 0, "longestSecondsFromStopToLastClaim": longest])
  }

  // MARK: Limits

  /// Settings beyond a bound or a constraint are refused, whoever asks.
  private func askOutside(
    _ service: TestService, _ generator: inout SplitMix64
  ) async throws {
    let far = [0.001, 1, 1e3, 1e300][generator.index(below: 4)]
    let (temperature, minutes) =
      [(900 + far, 10), (300 - far, 10), (600, 60 + far), (600, 1 - far), (899, 59)][
        generator.index(below: 5)]
    let body = """
      {"reason": "Curious.", "candidates": [{"variables": {"temperature": 500, "minutes": 5}},
      {"variables": {"temperature": \(temperature), "minutes": \(minutes)}}]}
      """
    let answer = try await service.post("/experiments", body)
    #expect(
      answer.status == 422 && answer.problem == "outside-limits", "\(body): \(answer.body)")
    let detail = answer.json["detail"] as? String ?? ""
    let said = "temperature \(temperature), minutes \(minutes) is outside the limits"
    #expect(detail.hasPrefix(said), "\(detail)")
  }

  /// Everything in the queue, the model's own included, keeps the limits.
  private func checkProposals(_ service: TestService) async throws {
    var after = 0
    while true {
      let page = try await service.ask("GET", "\(TestService.base)/experiments?after=\(after)").json
      for experiment in page["experiments"] as? [[String: Any]] ?? [] {
        let candidate = experiment["candidate"] as? [String: Any]
        let settings = try #require(candidate?["variables"] as? [String: Double])
        let (temperature, minutes) = (settings["temperature"] ?? 0, settings["minutes"] ?? 0)
        #expect((300...900).contains(temperature) && (1...60).contains(minutes))
        #expect(temperature * minutes <= 40_000.001)
      }
      guard let next = page["next"] as? Int else { return }
      after = next
    }
  }

  /// Between a stop and the resumption after it nothing is claimed and nothing starts.
  private func checkLedger(_ service: TestService, stops: Int) async throws {
    var (after, found, isStopped, violations) = (0, 0, false, 0)
    while true {
      let page = try await service.ask(
        "GET", "\(TestService.base)/ledger?after=\(after)&limit=500"
      ).json
      for event in page["events"] as? [[String: Any]] ?? [] {
        let payload = event["payload"] as? String ?? ""
        switch event["kind"] as? String {
        case "paused" where payload.contains("\"isEmergency\":true"):
          (isStopped, found) = (true, found + 1)
        case "resumed": isStopped = false
        case "claimed", "started": violations += isStopped ? 1 : 0
        default: break
        }
      }
      guard let next = page["next"] as? Int else { break }
      after = next
    }
    #expect(violations == 0 && found == stops)
  }

  // MARK: Stops

  /// Four robots ask for work as fast as they can; somebody presses the stop.
  ///
  /// - Returns: Seconds from the press to the last experiment that was handed out.
  private func pressStop(
    _ service: TestService, _ generator: inout SplitMix64
  ) async throws -> Double {
    let pause = 0.02 * generator.uniform()
    let (held, seconds) = try await withThrowingTaskGroup(
      of: [(claim: Claim, time: ContinuousClock.Instant)].self
    ) { group in
      for robot in 0..<4 {
        group.addTask {
          var claims: [(claim: Claim, time: ContinuousClock.Instant)] = []
          while let claim = try await Self.claim(service, "r\(robot)") {
            claims.append((claim, .now))
          }
          return claims
        }
      }
      try await Task.sleep(for: .seconds(pause))
      let pressed = ContinuousClock.now
      try await press(service)
      let claims = try await group.reduce(into: []) { $0 += $1 }
      let last = claims.map(\.time).max() ?? pressed
      return (claims.map(\.claim), max(0, (last - pressed) / .seconds(1)))
    }
    try await checkStopped(service, held)
    try await free(service, held)
    return seconds
  }

  private func press(_ service: TestService) async throws {
    let answer = try await service.ask(
      "POST", "/v1/emergency-stop", "{\"worker\": \"Ann\", \"reason\": \"Smoke.\"}")
    #expect(answer.status == 200 && answer.json["unrecorded"] as? [String] == [])
  }

  /// Nothing new, nothing again, no going on; and no resumption before a reset.
  private func checkStopped(_ service: TestService, _ held: [Claim]) async throws {
    #expect(try await service.ask("GET", TestService.base).json["state"] as? String == "stopped")
    var answers = [try await service.post("/resumption", "{}")]
    answers.append(try await service.post("/claims", "{\"key\": \"\(UUID().uuidString)\"}"))
    for claim in held.prefix(2) {
      let body = "{\"worker\": \"\(claim.worker)\", \"key\": \"\(claim.key)\"}"
      answers.append(try await service.post("/claims", body))
      answers.append(try await service.post(Self.path(claim, "heartbeat"), Self.body(claim)))
    }
    for answer in answers {
      #expect(answer.status == 409 && answer.problem == "emergency-stop", "\(answer.body)")
    }
  }

  /// Robots give back what they had; one person resets the stop, and one resumes.
  private func free(_ service: TestService, _ held: [Claim]) async throws {
    for claim in held {
      let answer = try await service.post(Self.path(claim, "release"), Self.body(claim))
      #expect(answer.status == 200, "\(answer.body)")
    }
    let reset = try await service.ask("POST", "/v1/emergency-reset", "{\"reason\": \"Aired.\"}")
    #expect(reset.status == 200)
    let paused = try await service.post("/claims", "{\"key\": \"\(UUID().uuidString)\"}")
    #expect(paused.status == 200 && (paused.json["experiments"] as? [Any])?.isEmpty == true)
    #expect(try await service.post("/resumption", "{}").status == 200)
  }

  /// A service that ends while a robot moves and the stop is pressed is stopped when it is back.
  private func restart(_ service: TestService) async throws -> TestService {
    let claim = try #require(try await Self.claim(service, "mover"))
    try await press(service)
    let folder = service.folder
    await service.stop()
    let next = try await TestService(recipe: Self.recipe, in: folder)
    try await checkStopped(next, [claim])
    try await free(next, [claim])
    let again = try #require(try await Self.claim(next, "mover"))
    #expect(try await next.post(Self.path(again, "release"), Self.body(again)).status == 200)
    return next
  }

  // MARK: Two masters

  private func twoControllers(_ service: TestService) async throws {
    let configuration = LaboratoryService.Configuration(
      folder: service.folder, codeVersion: "test")
    #expect(throws: ServiceError.self) {
      try LaboratoryService(recipes: [service.folder + "/alloys.yaml"], configuration) { _ in }
    }
    let claim = try #require(try await Self.claim(service, "first"))
    let other = Claim(
      number: claim.number, token: claim.token, worker: "second", key: claim.key)
    for what in ["heartbeat", "release"] {
      let answer = try await service.post(Self.path(other, what), Self.body(other))
      #expect(answer.status == 404 && answer.problem == "no-such-claim", "\(what): \(answer.body)")
    }
    let key = "{\"worker\": \"second\", \"key\": \"\(claim.key)\"}"
    #expect(try await service.post("/claims", key).problem == "key-of-another")
    #expect(try await service.post(Self.path(claim, "release"), Self.body(claim)).status == 200)
    // What was the first's token is nobody's once the second has the experiment.
    let next = try #require(try await Self.claim(service, "second"))
    let late = try await service.post("/experiments/\(next.number)/heartbeat", Self.body(claim))
    #expect(late.status == 404 || late.status == 409, "\(late.body)")
    #expect(try await service.post(Self.path(next, "release"), Self.body(next)).status == 200)
  }

  // MARK: Requests

  /// - Returns: `nil` where everything is stopped.
  private static func claim(_ service: TestService, _ worker: String) async throws -> Claim? {
    let key = UUID().uuidString
    while true {
      let answer = try await service.post(
        "/claims", "{\"worker\": \"\(worker)\", \"key\": \"\(key)\"}")
      if answer.problem == "emergency-stop" { return nil }
      guard let found = (answer.json["experiments"] as? [[String: Any]])?.first,
        let number = found["number"] as? Int, let token = found["token"] as? Int
      else {
        // The queue is filled in the background.
        try await Task.sleep(for: .milliseconds(2))
        continue
      }
      return Claim(number: number, token: token, worker: worker, key: key)
    }
  }

  private static func path(_ claim: Claim, _ what: String) -> String {
    "/experiments/\(claim.number)/\(what)"
  }

  private static func body(_ claim: Claim) -> String {
    "{\"worker\": \"\(claim.worker)\", \"token\": \(claim.token)}"
  }
}
