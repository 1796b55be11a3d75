import Foundation
import TestKit
import Testing

@testable import Service

@Suite("Connections", .serialized)
struct ConnectionTests {
  private static func limits(_ change: (inout Limits) -> Void) -> Limits {
    var limits = Limits()
    change(&limits)
    return limits
  }

  /// Seconds until the other side closes; `nil` where it does not in time.
  private static func life(
    _ connection: Int32, sending bytes: [UInt8], every pause: UInt32, most seconds: Double
  ) -> Double? {
    let start = Date()
    var place = 0
    var block = [UInt8](repeating: 0, count: 4096)
    while Date().timeIntervalSince(start) < seconds {
      if place < bytes.count {
        _ = [bytes[place]].withUnsafeBytes {
          send(connection, $0.baseAddress, 1, Int32(MSG_NOSIGNAL))
        }
        place += 1
      }
      let count = recv(connection, &block, block.count, Int32(MSG_DONTWAIT))
      if count == 0 || count < 0 && errno == ECONNRESET { return Date().timeIntervalSince(start) }
      usleep(pause)
    }
    return nil
  }

  private func life(
    _ service: TestService, sending text: String, most seconds: Double
  ) async throws -> Double? {
    let port = service.port
    return try await RawConnection.aside {
      let connection = try RawConnection.open(port, seconds: 1)
      defer { close(connection) }
      return Self.life(
        connection, sending: Array(text.utf8), every: 100_000, most: seconds)
    }
  }

  @Test("Headers and bodies that trickle in are given up, and nothing kept is")
  func slow() async throws {
    let limits = Self.limits {
      $0.headSeconds = 0.5
      $0.seconds = 0.6
      $0.concurrent = 3
    }
    let service = try await TestService(limits: limits)
    let header = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
    let padded = header + String(repeating: "a", count: 500)
    #expect(try #require(await life(service, sending: padded, most: 5)) < 3)
    #expect(try #require(await life(service, sending: "", most: 5)) < 3)
    let body = """
      POST \(TestService.base)/pause HTTP/1.1\r
      Host: 127.0.0.1\r
      Content-Type: application/json\r
      Content-Length: 400\r\n\r\n
      """ + String(repeating: " ", count: 300)
    // The head at once, the body slowly.
    let port = service.port
    let answer = try await RawConnection.aside {
      let connection = try RawConnection.open(port, seconds: 5)
      defer { close(connection) }
      _ = Array(body.utf8).withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      return RawConnection.receive(connection)
    }
    #expect(try RawAnswer(answer).status == 408)
    let busy = try await withThrowingTaskGroup(of: Int.self) { group in
      // More bodies than requests may be under way, all of them slow.
      for _ in 0..<6 {
        group.addTask {
          try RawAnswer(await RawConnection.exchanged(port, Array(body.utf8))).status
        }
      }
      try await Task.sleep(for: .milliseconds(200))
      #expect(try await service.ask("GET", TestService.base).status == 200)
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(busy.allSatisfy { $0 == 408 })
    #expect(try await service.ask("GET", "/health").status == 200)
  }

  @Test("Who does not read its answers is not waited for")
  func unread() async throws {
    let limits = Self.limits { $0.stallSeconds = 0.5 }
    let service = try await TestService(limits: limits)
    let port = service.port
    let request = Array("GET /assets/app.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    let wasClosed = try await RawConnection.aside {
      let connection = try RawConnection.open(port, seconds: 1)
      defer { close(connection) }
      var size: Int32 = 4096
      setsockopt(
        connection, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
      // Answers of some megabytes fill all buffers between here and there.
      let many = Array(repeating: request, count: 200).flatMap(\.self)
      _ = many.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      let start = Date()
      while Date().timeIntervalSince(start) < 8 {
        usleep(100_000)
        let count = request.withUnsafeBytes {
          send(
            connection, $0.baseAddress, $0.count,
            Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        if count < 0, errno == EPIPE || errno == ECONNRESET { return true }
      }
      return false
    }
    #expect(wasClosed)
  }

  @Test("Of a flood, those that are too many are told to come later, and no file is left open")
  func flood() async throws {
    let service = try await TestService(limits: Self.limits { $0.connections = 32 })
    let port = service.port
    #expect(try await service.ask("GET", "/health").status == 200)
    let before = Self.openFiles
    let answers = try await RawConnection.aside {
      var connections = try (0..<32).map { _ in try RawConnection.open(port, seconds: 2) }
      usleep(200_000)
      let late = try (0..<40).map { _ in try RawConnection.open(port, seconds: 2) }
      let answers = late.map { RawConnection.receive($0) }
      connections += late
      for connection in connections { close(connection) }
      return answers
    }
    let told = answers.compactMap { try? RawAnswer($0) }
    #expect(told.count >= 30, "\(told.count) were told")
    #expect(told.allSatisfy { $0.status == 503 && $0.headers["retry-after"] == "5" })
    for _ in 0..<100 where Self.openFiles > before { try await Task.sleep(for: .milliseconds(50)) }
    #expect(Self.openFiles <= before)
    #expect(try await service.ask("GET", "/health").status == 200)
  }

  /// Sockets of this process, which is the service's.
  private static var openFiles: Int {
    let folder = "/proc/self/fd"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.count { file in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(file)"))?
        .hasPrefix("socket:") ?? false
    }
  }
}
