import Foundation
import TestKit

/// One connection on which request follows request.
final class KeepAliveClient {
  private let connection: Int32
  private let port: Int

  init(_ port: Int) throws {
    self.port = port
    connection = try RawConnection.open(port, seconds: 30)
  }

  deinit { close(connection) }

  /// - Returns: The answer, and the milliseconds it took.
  func ask(
    _ method: String, _ path: String, _ body: String? = nil, token: String? = nil
  ) throws -> (answer: RawAnswer, milliseconds: Double) {
    var text = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
    if let token { text += "Authorization: Bearer \(token)\r\n" }
    if let body {
      text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
    }
    let bytes = Array((text + "\r\n" + (body ?? "")).utf8)
    let start = ContinuousClock.now
    let sent = bytes.withUnsafeBytes {
      send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard sent == bytes.count else { throw CocoaError(.fileWriteUnknown) }
    let answer = try receive()
    return (answer, (ContinuousClock.now - start) / .milliseconds(1))
  }

  private func receive() throws -> RawAnswer {
    var received: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(connection, &block, block.count, 0)
      guard count > 0 else { throw CocoaError(.fileReadUnknown) }
      received.append(contentsOf: block[..<count])
      guard let end = Self.end(of: received), received.count >= end else { continue }
      return try RawAnswer(received)
    }
  }

  /// Where an answer ends, once its header is there.
  private static func end(of bytes: [UInt8]) -> Int? {
    guard let head = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).lowercased()
    guard let length = lines.components(separatedBy: "content-length:").dropFirst().first else {
      return head.upperBound
    }
    let digits = length.trimmingPrefix(while: \.isWhitespace).prefix(while: \.isNumber)
    return head.upperBound + (Int(digits) ?? 0)
  }
}
