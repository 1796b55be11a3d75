import Foundation
import TestKit
import Testing

@testable import Service

@Suite("Malformed HTTP", .serialized)
struct MalformedRequestTests {
  /// Heads that must not be taken for a request, one line after the other, behind a request line and
  /// a host. `~` stands for a carriage return, `^` for a line feed.
  static let headers = [
    // Two ways to say how long the body is.
    "Content-Length: 5~^Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked~^Content-Length: 5",
    "Content-Length: 0~^Transfer-Encoding: chunked", "Content-Length: 5~^Content-Length: 6",
    "Content-Length: 6~^Content-Length: 5", "Content-Length: 5, 6",
    "Content-Length: 5~^content-length: 6",
    // Lengths that are none.
    "Content-Length: -1", "Content-Length: +5", "Content-Length: 100000000000000000000",
    "Content-Length: 18446744073709551616", "Content-Length: 9223372036854775808",
    "Content-Length: 5x", "Content-Length: 0x5", "Content-Length: 5.0", "Content-Length: 5e0",
    "Content-Length: ", "Content-Length: five", "Content-Length: 1_000", "Content-Length: ５",
    "Content-Length: 5 5", "Content-Length: \u{0b}5",
    // Codings that are none, or not the last.
    "Transfer-Encoding: chunked, identity", "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, gzip", "Transfer-Encoding: gzip",
    "Transfer-Encoding: identity, chunked, identity", "Transfer-Encoding: \u{0b}chunked",
    "Transfer-Encoding: chunked;q=1", "Transfer-Encoding:~^ chunked",
    "Transfer-Encoding: cow~^Transfer-Encoding: chunked, cow", "Transfer-Encoding: \"chunked\"",
    // Names and values that no field may have.
    "Bad Name: 1", "Bad\tName: 1", "Name : 1", " Leading: 1", ": empty", "NoColon", "N(me: 1",
    "N@me: 1", "N\u{00e9}me: 1", "Na\0me: 1", "Null: a\0b", "Control: a\u{01}b", "Bell: \u{07}",
    "Return: a~b", "Return: a~Transfer-Encoding: chunked", "Delete: a\u{7f}b",
    // Lines that go on, or end in other ways.
    "Folded: a~^ b: c", "Folded: a~^\tb", "Content-Length:~^ 5",
  ]

  /// Whole beginnings of requests.
  static let lines = [
    "GET /health", "GET /health HTTP/9.9", "GET /health HTTP/1.1 extra", "GET /hea lth HTTP/1.1",
    "G ET /health HTTP/1.1", "GET\t/health\tHTTP/1.1",
    "GET /health http/1.1", "GET /health HTTP/1.", "GET /health HTTP/11", "GET /\0 HTTP/1.1",
    "PRI * HTTP/2.0", "\u{16}\u{03}\u{01}", "(GET) /health HTTP/1.1", "GET /health HTTQ/1.1",
  ]

  private static func bytes(_ text: String) -> [UInt8] {
    Array(text.replacing("~", with: "\r").replacing("^", with: "\n").utf8)
  }

  /// A second request behind the first: who answers it has taken the body for a request.
  private func answers(_ service: TestService, _ head: String) async throws -> [Int] {
    let smuggled = "0~^~^GET /smuggled HTTP/1.1~^Host: 127.0.0.1~^Connection: close~^~^"
    let bytes = try await RawConnection.exchanged(
      service.port, Self.bytes("\(head)~^~^\(smuggled)"), seconds: 1)
    return String(decoding: bytes, as: UTF8.self).components(separatedBy: "HTTP/1.1 ").dropFirst()
      .map { Int($0.prefix(3)) ?? 0 }
  }

  @Test("No malformed head does anything, and none gets two answers")
  func heads() async throws {
    let service = try await TestService()
    #expect(Self.headers.count + Self.lines.count + Self.bodies.count >= 60)
    var quiet: [String] = []
    for header in Self.headers {
      let head = """
        POST \(TestService.base)/pause HTTP/1.1~^Host: 127.0.0.1:\(service.port)~^\
        Content-Type: application/json~^\(header)
        """
      let found = try await answers(service, head)
      // What comes behind a body of the right length is a request of its own, and this is the only
      // way to two answers: these heads have no length that counts.
      #expect(found.count <= 1 && found.allSatisfy { $0 >= 400 }, "\(header): \(found)")
      if found.isEmpty { quiet.append(header) }
    }
    for line in Self.lines {
      let found = try await answers(service, "\(line)~^Host: 127.0.0.1:\(service.port)")
      #expect(found.count <= 1 && found.allSatisfy { $0 >= 400 }, "\(line): \(found)")
      if found.isEmpty { quiet.append(line) }
    }
    #expect(quiet.isEmpty, "no answer: \(quiet)")
    #expect(try await service.ask("GET", TestService.base).json["state"] as? String == "running")
  }

  /// Bodies in chunks that are none.
  static let bodies = [
    "g~^{}~^0~^~^", "-2~^{}~^0~^~^", "0x2~^{}~^0~^~^", "2 2~^{}~^0~^~^", "~^{}~^0~^~^",
    "ffffffffffffffffff~^{}~^0~^~^", "2~^{}xx0~^~^", "2\0~^{}~^0~^~^", "+2~^{}~^0~^~^",
  ]

  @Test("No malformed body does anything")
  func chunks() async throws {
    let service = try await TestService()
    for body in Self.bodies {
      let head = """
        POST \(TestService.base)/pause HTTP/1.1~^Host: 127.0.0.1:\(service.port)~^\
        Content-Type: application/json~^Transfer-Encoding: chunked~^~^
        """
      let bytes = try await RawConnection.exchanged(
        service.port, Self.bytes(head + body), seconds: 1)
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.components(separatedBy: "HTTP/1.1 ").count <= 2, "\(body): \(text)")
      #expect(!text.contains("HTTP/1.1 200"), "\(body): \(text)")
    }
    #expect(try await service.ask("GET", TestService.base).json["state"] as? String == "running")
  }
}
