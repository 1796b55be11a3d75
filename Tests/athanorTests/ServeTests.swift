import Discovery
import Ecosystem
import Foundation
import Synchronization
import TestKit
import Testing

@Suite("A service", .serialized)
struct ServeTests {
  static let recipe = """
    name: Killed
    seed: 3
    space: {elements: [Al, Ti, Fe, Ni], step: 0.1, maximumElements: 3}
    objective: {maximize: strength}
    surrogate: {kind: gp, features: fractions}
    acquisition: {kind: log-ei}
    initial: 8
    budget: BUDGET
    batch: 8
    oracle: person
    laboratory: {lease: 60}

    """

  static func strength(_ composition: [String: Double]) -> Double {
    let share = (composition["Ni"] ?? 0) / composition.values.reduce(0, +)
    return 2 - (share - 0.45) * (share - 0.45)
  }

  /// A port that was free a moment ago.
  static func freePort() throws -> Int {
    let server = try LoopbackServer { _, _ in .text("") }
    defer { server.stop() }
    return server.port
  }

  private func start(_ folder: TemporaryFolder, _ name: String, _ port: Int) throws -> Process {
    try ProgramRun.start(
      ["serve", "r.yaml", "--folder", name, "--port", "\(port)"], in: folder.url)
  }

  /// Waits until the service takes requests.
  ///
  /// - Returns: Seconds that it took.
  private func waitUntilReady(_ port: Int) -> Double {
    let start = Date()
    let request = Array("GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8)
    while Date().timeIntervalSince(start) < 20 {
      let bytes = try? RawConnection.exchange(port, request, seconds: 2)
      if let answer = bytes.flatMap({ try? RawAnswer($0) }), answer.status == 200 { break }
      usleep(2000)
    }
    return Date().timeIntervalSince(start)
  }

  private func log(_ folder: TemporaryFolder, _ name: String) throws -> [LoggedEvent] {
    try SQLiteEventLog(path: folder.url.appendingPathComponent("\(name)/r/ledger.sqlite").path)
      .events()
  }

  /// Proposals and results, without who measured what and when.
  private func story(_ events: [LoggedEvent]) throws -> [String] {
    let campaign = try Campaign(folding: events)
    return zip(campaign.proposals, campaign.outcomes).map { "\($0) \(String(describing: $1))" }
  }

  /// A whole campaign with four robots; between, the service is killed so often.
  ///
  /// - Returns: What the robots remember, the slowest restart in seconds, and the kills.
  private func campaign(
    _ folder: TemporaryFolder, _ name: String, kills: Int
  ) async throws -> (memories: [SimulatedRobot.Memory], slowest: Double, kills: Int) {
    let port = try Self.freePort()
    var service = try start(folder, name, port)
    var slowest = waitUntilReady(port)
    let deadline = Date(timeIntervalSinceNow: 600)
    let working = Flag()
    let robots = Task.detached {
      let memories = await Self.fourRobots(port, until: deadline)
      working.lower()
      return memories
    }
    var done = 0
    while done < kills, working.isUp {
      // A fixed sequence of times that hits whatever the service is at.
      try await Task.sleep(for: .milliseconds(2 + (done * 37) % 47))
      Foundation.kill(service.processIdentifier, SIGKILL)
      service.waitUntilExit()
      done += 1
      service = try start(folder, name, port)
      slowest = max(slowest, waitUntilReady(port))
    }
    let memories = await robots.value
    service.terminate()
    service.waitUntilExit()
    return (memories, slowest, done)
  }

  private static func fourRobots(
    _ port: Int, until deadline: Date
  ) async -> [SimulatedRobot.Memory] {
    await withTaskGroup(of: [SimulatedRobot.Memory].self) { group in
      for robot in 1...4 {
        group.addTask {
          await withCheckedContinuation { continuation in
            Thread {
              let simulated = SimulatedRobot(
                port: port, campaign: "r", name: "robot-\(robot)", property: "strength",
                unit: "GPa")
              continuation.resume(returning: simulated.run(until: deadline, measure: strength))
            }.start()
          }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  @Test("that is killed again and again loses nothing and counts nothing twice")
  func killed() async throws {
    let folder = try TemporaryFolder()
    let kills = Reliability.count(20, full: 1000)
    let budget = Reliability.count(48, full: 200)
    try folder.write(Self.recipe.replacing("BUDGET", with: "\(budget)"), to: "r.yaml")
    let whole = try await campaign(folder, "whole", kills: 0)
    let undisturbed = try story(try log(folder, "whole"))
    #expect(undisturbed.count == budget && whole.memories.count == 2 * budget)
    var (sum, slowest, acknowledged, round) = (0, 0.0, 0, 0)
    while sum < kills, round < 3 * kills {
      let name = "killed\(round)"
      let run = try await campaign(folder, name, kills: min(20, kills - sum))
      let events = try log(folder, name)
      let history = LaboratoryHistory(events, memories: run.memories.map(Self.memory))
      #expect(history.faults == [])
      #expect(try story(events) == undisturbed)
      acknowledged += run.memories.count { $0.value != nil }
      (sum, slowest, round) = (sum + run.kills, max(slowest, run.slowest), round + 1)
      try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
    }
    #expect(sum >= kills && slowest < 10, "\(sum) kills, slowest restart \(slowest) s")
    Reliability.report(
      "killed service",
      [
        "kills": Double(sum), "acknowledged": Double(acknowledged), "lost": 0,
        "slowestRestartSeconds": slowest,
      ])
  }

  private static func memory(_ memory: SimulatedRobot.Memory) -> LaboratoryHistory.Memory {
    guard let value = memory.value else {
      return .claimed(number: memory.number, token: memory.token, worker: memory.worker)
    }
    return .measured(
      number: memory.number, token: memory.token,
      values: ["strength": MeasuredValue(value, unit: "GPa")])
  }

  @Test("hands the experiments of a robot that died to another one")
  func deadRobot() async throws {
    let folder = try TemporaryFolder()
    let recipe = Self.recipe.replacing("BUDGET", with: "8").replacing("lease: 60", with: "lease: 1")
    try folder.write(recipe, to: "r.yaml")
    let port = try Self.freePort()
    let service = try start(folder, "lab", port)
    defer { service.terminate() }
    _ = waitUntilReady(port)
    let body = "{\"worker\": \"dead\", \"key\": \"1\", \"count\": 8}"
    let request = """
      POST /v1/campaigns/r/claims HTTP/1.1\r
      Host: 127.0.0.1\r
      Connection: close\r
      Content-Type: application/json\r
      Content-Length: \(body.utf8.count)\r\n\r\n\(body)
      """
    let answer = try RawAnswer(RawConnection.exchange(port, Array(request.utf8)))
    #expect((answer.json["experiments"] as? [Any])?.count == 8)
    let start = Date()
    let memories = SimulatedRobot(
      port: port, campaign: "r", name: "alive", property: "strength", unit: "GPa"
    ).run(until: Date(timeIntervalSinceNow: 30), measure: Self.strength)
    #expect(Date().timeIntervalSince(start) < 10)
    #expect(memories.count { $0.value != nil } == 8)
    let events = try log(folder, "lab")
    #expect(events.count { $0.kind == "lost" } == 8)
    #expect(LaboratoryHistory(events, memories: memories.map(Self.memory)).faults == [])
  }

  @Test("that is asked to stop ends soon, finishes what is under way, and goes on later")
  func stopped() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.recipe.replacing("BUDGET", with: "40"), to: "r.yaml")
    let port = try Self.freePort()
    var memories: [SimulatedRobot.Memory] = []
    for _ in 0..<Reliability.count(3, full: 200) {
      let service = try start(folder, "lab", port)
      _ = waitUntilReady(port)
      let until = Date(timeIntervalSinceNow: 0.15)
      let working = Task.detached {
        SimulatedRobot(port: port, campaign: "r", name: "r", property: "strength", unit: "GPa")
          .run(until: until.addingTimeInterval(0.2), measure: Self.strength)
      }
      try await Task.sleep(until: .now + .seconds(max(0, until.timeIntervalSinceNow)))
      let start = Date()
      service.terminate()
      service.waitUntilExit()
      #expect(service.terminationStatus == 0)
      #expect(Date().timeIntervalSince(start) < 10)
      memories += await working.value
    }
    let history = LaboratoryHistory(try log(folder, "lab"), memories: memories.map(Self.memory))
    #expect(history.faults == [] && !memories.isEmpty)
  }

  @Test("is served by the worker of the examples, to the end of the campaign")
  func pythonWorker() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.recipe.replacing("BUDGET", with: "16"), to: "r.yaml")
    let port = try Self.freePort()
    let service = try start(folder, "lab", port)
    defer { service.terminate() }
    _ = waitUntilReady(port)
    let worker = Process()
    worker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    worker.arguments = [
      "python3", root.appendingPathComponent("Examples/worker.py").path,
      "http://127.0.0.1:\(port)", "r", "bench-1",
    ]
    worker.standardOutput = Pipe()
    worker.standardError = Pipe()
    try worker.run()
    worker.waitUntilExit()
    let campaign = try Campaign(folding: try log(folder, "lab"))
    #expect(campaign.resultCount == 16 && campaign.stop?.rule == .budget)
    service.terminate()
    service.waitUntilExit()
    let report = try folder.run("campaign", "report", "r.yaml", "lab/r")
    #expect(report.status == 0, "\(report.errors)")
    let status = try folder.run("campaign", "status", "lab/r")
    #expect(status.status == 0 && status.output.contains("16"))
  }

  @Test("that was started again predicts as before, without waiting for a fit")
  func predictsAgain() throws {
    let folder = try TemporaryFolder()
    // Claims end the first round; the second is predicted and stays open.
    try folder.write(Self.recipe.replacing("BUDGET", with: "40"), to: "r.yaml")
    let port = try Self.freePort()
    let question = "{\"candidates\": [{\"formula\": \"AlNi\"}, {\"formula\": \"TiFe3\"}]}"
    func predictions() throws -> String {
      for _ in 0..<500 {
        let answer = try KeepAliveClient(port).ask(
          "POST", "/v1/campaigns/r/predictions", question
        ).answer
        if answer.status == 200 { return answer.body }
        usleep(20_000)
      }
      return "none"
    }
    var service = try start(folder, "lab", port)
    defer { service.terminate() }
    _ = waitUntilReady(port)
    let client = try KeepAliveClient(port)
    for number in 1...8 {
      let claim = "{\"worker\": \"w\", \"key\": \"\(number)\"}"
      let answer = try client.ask("POST", "/v1/campaigns/r/claims", claim).answer
      let experiment = try #require((answer.json["experiments"] as? [[String: Any]])?.first)
      let token = try #require(experiment["token"] as? Int)
      let report =
        "{\"worker\": \"w\", \"token\": \(token), \"values\": {\"strength\": \(1 + number % 3)}}"
      let place = "/v1/campaigns/r/experiments/\(experiment["number"] as? Int ?? 0)/result"
      #expect(try client.ask("POST", place, report).answer.status == 200)
    }
    let before = try predictions()
    service.terminate()
    service.waitUntilExit()
    service = try start(folder, "lab", port)
    _ = waitUntilReady(port)
    #expect(before.contains("strength"))
    #expect(try predictions() == before)
  }

  @Test("says why it does not start")
  func refusals() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.recipe.replacing("BUDGET", with: "40"), to: "r.yaml")
    let open = try folder.run("serve", "r.yaml", "--folder", "lab", "--host", "0.0.0.0")
    #expect(open.status == 1 && open.errors.contains("athanor token add"))
    let run = try folder.run("campaign", "run", "r.yaml")
    #expect(run.status == 1 && run.errors.contains("athanor serve"))
    let port = try Self.freePort()
    let service = try start(folder, "lab", port)
    defer { service.terminate() }
    _ = waitUntilReady(port)
    let second = try folder.run("serve", "r.yaml", "--folder", "lab", "--port", "0")
    #expect(second.status == 1 && second.errors.contains("Another service"))
  }

  @Test("knows tokens by their hashes alone")
  func tokens() throws {
    let folder = try TemporaryFolder()
    let made = try folder.run("token", "add", "robot-1", "--folder", "lab", "--days", "30")
    let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(made.status == 0 && token.hasPrefix("athanor_") && token.count == 51)
    let file = folder.url.appendingPathComponent("lab/tokens.json")
    #expect(try !String(contentsOf: file, encoding: .utf8).contains(token))
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    let list = try folder.run("token", "list", "--folder", "lab")
    #expect(list.output.hasPrefix("robot-1: read, report, until "))
    #expect(try folder.run("token", "add", "robot-1", "--folder", "lab").status == 1)
    #expect(try folder.run("token", "add", "x", "--folder", "lab", "--scopes", "all").status == 1)
    #expect(try folder.run("token", "revoke", "robot-1", "--folder", "lab").status == 0)
    #expect(try folder.run("token", "list", "--folder", "lab").output.isEmpty)
  }
}

/// Up until it is lowered, by whatever thread.
private final class Flag: Sendable {
  private let state = Mutex(true)

  var isUp: Bool { state.withLock { $0 } }

  func lower() { state.withLock { $0 = false } }
}
