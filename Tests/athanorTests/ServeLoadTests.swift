import Foundation
import Synchronization
import TestKit
import Testing

@Suite("A service under load", .serialized)
struct ServeLoadTests {
  private static func quantile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  /// Many clients side by side, a thread each.
  private static func together<Result: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: Result.self) { group in
      for place in 0..<count { group.addTask { try await RawConnection.aside { try body(place) } } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// Opens the way for as many connections of this process as the system lets it have.
  private static func allowManyFiles() {
    var limit = rlimit()
    let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(files, &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_max, 65_536)
    setrlimit(files, &limit)
  }

  @Test("hands each of many experiments out once, and soon, to 64 who ask at once")
  func claims() async throws {
    let budget = Reliability.count(640, full: 100_000)
    let service = try LoadedService(budget)
    let port = service.port
    let start = ContinuousClock.now
    let claimed = try await Self.together(64) { worker -> [(number: Int, wait: Double)] in
      let client = try KeepAliveClient(port)
      var claims: [(number: Int, wait: Double)] = []
      while true {
        let body = "{\"worker\": \"w\(worker)\", \"key\": \"\(worker)-\(claims.count)\"}"
        let (answer, wait) = try client.ask("POST", "/v1/campaigns/r/claims", body)
        let first = (answer.json["experiments"] as? [[String: Any]])?.first
        guard let number = first?["number"] as? Int else { return claims }
        claims.append((number, wait))
      }
    }.flatMap(\.self)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    #expect(claimed.count == budget && Set(claimed.map(\.number)).count == budget)
    let p99 = Self.quantile(claimed.map(\.wait), 0.99)
    Reliability.report(
      "claims over HTTP",
      ["claims": Double(budget), "perSecond": Double(budget) / seconds, "p99Milliseconds": p99])
    // Beside a thousand other tests a claim waits for these as well.
    if Reliability.isFull { #expect(Double(budget) / seconds >= 500 && p99 < 100) }
  }

  @Test("answers others while many send a byte now and then, and closes those within 30 s")
  func slowClients() async throws {
    // With every change, a few that are watched for some seconds.
    let count = Reliability.count(200, full: 2000)
    let watched = Reliability.isFull ? 35.0 : 2.0
    let service = try LoadedService(8)
    let port = service.port
    let before = service.openFiles
    Self.allowManyFiles()
    let connections = try (0..<count).map { _ in try RawConnection.open(port, seconds: 1) }
    let header = Array("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a".utf8)
    let body = Array(
      """
      POST /v1/campaigns/r/pause HTTP/1.1\r
      Host: 127.0.0.1\r
      Content-Type: application/json\r
      Content-Length: 4000\r\n\r\n{
      """.utf8)
    for (place, connection) in connections.enumerated() where place % 3 < 2 {
      let bytes = place % 3 == 0 ? header : body
      _ = bytes.withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
    }
    let start = Date()
    var (next, waits): (Double, [Double]) = (5, [])
    while Date().timeIntervalSince(start) < watched {
      let (status, wait) = try await RawConnection.aside {
        let (answer, wait) = try KeepAliveClient(port).ask("GET", "/v1/campaigns/r")
        return (answer.status, wait)
      }
      #expect(status == 200, "after \(Date().timeIntervalSince(start)) s")
      waits.append(wait)
      if Date().timeIntervalSince(start) > next {
        next += 5
        for connection in connections { _ = send(connection, " ", 1, Int32(MSG_NOSIGNAL)) }
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    let p99 = Self.quantile(waits, 0.99)
    // A hundred questions beside other work say little about the slowest of them.
    #expect(Self.quantile(waits, 0.5) < 200, "half of another client's: \(waits) ms")
    if Reliability.isFull {
      #expect(p99 < 200, "p99 of another client: \(p99) ms")
      #expect(service.openFiles <= before + 1)
      Reliability.report(
        "slow clients",
        [
          "connections": Double(connections.count), "otherClientP99Milliseconds": p99,
          "openAfter35Seconds": Double(service.openFiles - before),
        ])
    }
    for connection in connections { close(connection) }
  }

  @Test("tells a flood to come later, and has no more files open after it than before")
  func flood() async throws {
    let count = Reliability.count(1000, full: 5000)
    Self.allowManyFiles()
    let service = try LoadedService(8)
    let port = service.port
    _ = try KeepAliveClient(port).ask("GET", "/health")
    try await Task.sleep(for: .milliseconds(200))
    let before = service.openFiles
    let request = Array("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    let statuses = try await Self.together(20) { _ -> [Int] in
      let connections = (0..<count / 20).compactMap { _ in
        try? RawConnection.open(port, seconds: 5)
      }
      defer { for connection in connections { close(connection) } }
      for connection in connections {
        _ = request.withUnsafeBytes {
          send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
      }
      return connections.map { connection in
        var block = [UInt8](repeating: 0, count: 512)
        let count = recv(connection, &block, block.count, 0)
        let text = String(decoding: block.prefix(max(0, count)), as: UTF8.self)
        let status = Int(text.dropFirst(9).prefix(3)) ?? 0
        return [429, 503].contains(status) && !text.lowercased().contains("retry-after: ")
          ? -1 : status
      }
    }.flatMap(\.self)
    let counts = Dictionary(grouping: statuses, by: \.self).mapValues(\.count)
    // A connection that is dropped at once has no status.
    #expect(Set(counts.keys).isSubset(of: [0, 200, 429, 503]), "\(counts)")
    #expect(counts[200, default: 0] > 0)
    try await service.settle(to: before)
    #expect(service.openFiles <= before)
    let leaked = max(0, service.openFiles - before)
    #expect(try KeepAliveClient(port).ask("GET", "/ready").answer.status == 200)
    Reliability.report(
      "connection flood",
      [
        "connections": Double(statuses.count), "served": Double(counts[200, default: 0]),
        "toldToWait": Double(counts[429, default: 0] + counts[503, default: 0]),
        "dropped": Double(counts[0, default: 0]),
        "leakedFiles": Double(leaked),
      ])
  }

  @Test("holds as much memory after a while of mixed work as before, without an error")
  func soak() async throws {
    let seconds = Double(Reliability.count(3, full: 600))
    let service = try LoadedService(20_000)
    let port = service.port
    let end = Date(timeIntervalSinceNow: seconds)
    let memory = Mutex<[Double]>([])
    let failures = try await Self.together(8) { worker -> (asked: Int, failed: Int) in
      let client = try KeepAliveClient(port)
      var (asked, failed) = (0, 0)
      while Date() < end {
        let path = "/v1/campaigns/r"
        let claim = "{\"worker\": \"w\(worker)\", \"key\": \"s\(worker)-\(asked)\"}"
        let answers = [
          try client.ask("POST", "\(path)/claims", claim).answer,
          try client.ask("GET", "\(path)/experiments?limit=20").answer,
          try client.ask("GET", path).answer, try client.ask("GET", "\(path)/workers").answer,
        ]
        let first = (answers[0].json["experiments"] as? [[String: Any]])?.first
        if let number = first?["number"] as? Int, let token = first?["token"] as? Int {
          let body = "{\"worker\": \"w\(worker)\", \"token\": \(token), \"reason\": \"back\"}"
          let back = try client.ask("POST", "\(path)/experiments/\(number)/release", body)
          if back.answer.status != 200 { failed += 1 }
        }
        failed += answers.count { $0.status != 200 }
        asked += answers.count + 1
        if worker == 0 { memory.withLock { $0.append(service.memory) } }
        usleep(20_000)
      }
      return (asked, failed)
    }
    #expect(failures.allSatisfy { $0.failed == 0 })
    let course = memory.withLock { $0 }
    let third = course.count / 3
    let early = Self.quantile(Array(course[third..<2 * third]), 0.5)
    let late = Self.quantile(Array(course.suffix(third)), 0.5)
    Reliability.report(
      "soak",
      [
        "seconds": seconds, "requests": Double(failures.reduce(0) { $0 + $1.asked }), "errors": 0,
        "megabytes": late / 1e6, "growthOfLastThird": late / early - 1,
      ])
  }
}
