import DenseMath
import Foundation
import TestKit
import Testing

@testable import Service

@Suite("Mutated HTTP", .serialized)
struct RequestMutationTests {
  /// Requests that are right, beside the malformed ones.
  private static let right = [
    "GET /health HTTP/1.1~^Host: 127.0.0.1~^~^",
    "HEAD /health HTTP/1.1~^Host: 127.0.0.1~^Connection: keep-alive~^~^",
    "POST PATH HTTP/1.1~^Host: 127.0.0.1~^Content-Type: application/json~^Content-Length: 2~^~^{}",
    """
    POST PATH HTTP/1.1~^Host: 127.0.0.1~^Content-Type: application/json~^\
    Transfer-Encoding: chunked~^~^1~^{~^1;a=b~^}~^0~^~^
    """,
  ]

  private static let words = [
    "~^", "^", "~", "~^~^", " ", "\t", ":", "\0", ";", ",", "0~^~^", "2~^{}~^",
    "Content-Length: 5~^",
    "Content-Length: 0~^", "Transfer-Encoding: chunked~^", "chunked", "identity", "HTTP/1.0",
    "HTTP/1.1", "GET /health HTTP/1.1~^Host: 127.0.0.1~^~^", "Connection: close~^",
    "Expect: 100-continue~^", "Upgrade: h2c~^", "ffffffffffffffff", "00000000000000000002",
  ].map(bytes)

  private static func bytes(_ text: String) -> [UInt8] {
    Array(
      text.replacing("PATH", with: "\(TestService.base)/predictions").replacing("~", with: "\r")
        .replacing("^", with: "\n").utf8)
  }

  /// Each is a request, and begins another one that nobody is to answer unless the first one has ended.
  private static let seeds: [[UInt8]] = {
    let end = "GET /ready HTTP/1.1~^Host: 127.0.0.1~^Connection: close~^~^"
    let start = "POST PATH HTTP/1.1~^Host: 127.0.0.1~^Content-Type: application/json~^"
    let heads = MalformedRequestTests.headers.map { "\(start)\($0)~^~^0~^~^" }
    let lines = MalformedRequestTests.lines.map { "\($0)~^Host: 127.0.0.1~^~^" }
    let bodies = MalformedRequestTests.bodies.map { "\(start)Transfer-Encoding: chunked~^~^\($0)" }
    return (heads + lines + bodies + right + right + right).map { bytes($0 + end) }
  }()

  /// What came of a part of the inputs.
  private struct Tally: Sendable {
    var inputs = 0, answers = 0, valid = 0, silent = 0
    var findings: [String] = []
  }

  @Test("No mutation of a request gets two answers, or any other than one by its head")
  func mutations() async throws {
    let count = Reliability.count(2000, full: 1_000_000)
    let service = try await TestService()
    let (port, clients) = (service.port, 32)
    let parts = try await withThrowingTaskGroup(of: Tally.self) { group in
      for client in 0..<clients {
        group.addTask {
          try await RawConnection.aside {
            Self.work(port, client: client, inputs: (count + client) / clients)
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let findings = parts.flatMap(\.findings)
    #expect(findings.isEmpty, "\(findings.count): \(findings.prefix(5).joined(separator: "\n\n"))")
    func sum(_ path: KeyPath<Tally, Int>) -> Double {
      Double(parts.reduce(0) { $0 + $1[keyPath: path] })
    }
    #expect(sum(\.inputs) == Double(count) && sum(\.answers) > 0.3 * Double(count))
    #expect(try await service.ask("GET", "/ready").status == 200)
    Reliability.report(
      "mutated requests",
      [
        "inputs": sum(\.inputs), "answers": sum(\.answers), "validRequests": sum(\.valid),
        "unanswered": sum(\.silent), "answeredTwice": Double(findings.count),
      ])
  }

  private static func work(_ port: Int, client: Int, inputs: Int) -> Tally {
    var generator = SplitMix64(seed: 7, stream: UInt64(client))
    var tally = Tally()
    for number in 0..<inputs {
      let seed = seeds[generator.index(below: seeds.count)]
      let input = Mutations.mutate(seed, dictionary: words, using: &generator)
      var found = answers(port, input, from: number, milliseconds: 30)
      let framing = RequestFraming(input)
      // Beside other work the service may be late: what should have been refused is waited for.
      if found.isEmpty, framing.rest != .unfinished {
        found = answers(port, input, from: number, milliseconds: 2000)
      }
      tally.inputs += 1
      tally.answers += found.count
      tally.valid += framing.whole
      if found.isEmpty { tally.silent += 1 }
      if let fault = fault(found, framing), tally.findings.count < 20 {
        tally.findings.append(
          "\(fault): \(found) to \(String(decoding: input, as: UTF8.self).debugDescription)")
      }
    }
    return tally
  }

  /// What is wrong with the statuses that came.
  private static func fault(_ found: [Int], _ framing: RequestFraming) -> String? {
    if found.count > framing.mostAnswers { return "more than \(framing.mostAnswers) answers" }
    if found.contains(where: { $0 >= 500 && $0 != 503 }) { return "an internal error" }
    if framing.rest == .malformedHead, found.count > framing.whole, found[framing.whole] < 400 {
      return "a malformed head was taken"
    }
    return nil
  }

  /// Statuses, in order, until the other side closes or is silent for a while.
  private static func answers(
    _ port: Int, _ input: [UInt8], from number: Int, milliseconds: Int
  ) -> [Int] {
    guard let connection = open(port, from: number, milliseconds: milliseconds) else { return [] }
    defer { close(connection) }
    _ = input.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    let text = String(decoding: RawConnection.receive(connection), as: UTF8.self)
    return text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { Int($0.prefix(3)) ?? 0 }
      .filter { $0 >= 200 }
  }

  /// From one of many addresses of this machine, since each has its ports only now and then.
  private static func open(_ port: Int, from number: Int, milliseconds: Int) -> Int32? {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var own = address(0x7F00_0002 + UInt32(number % 250), port: 0)
    var other = address(0x7F00_0001, port: UInt16(port))
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafePointer(to: &own) { own in
      withUnsafePointer(to: &other) { other in
        own.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(connection, $0, size) } == 0
          && other.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(connection, $0, size)
          } == 0
      }
    }
    guard isOpen else {
      close(connection)
      return nil
    }
    return connection
  }

  private static func address(_ number: UInt32, port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = number.bigEndian
    return address
  }
}
