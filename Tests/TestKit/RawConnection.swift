import Foundation

/// An answer as it came over the wire.
public struct RawAnswer {
  public let status: Int

  /// Names in lower case.
  public let headers: [String: String]
  public let body: String

  public init(_ bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { throw CocoaError(.fileReadCorruptFile) }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    status = Int(lines[0].split(separator: " ")[1]) ?? 0
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.last.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    self.headers = headers
    body = String(text[end.upperBound...])
  }

  /// Whether it was not cut off.
  public var isComplete: Bool {
    headers["content-length"].flatMap { Int($0) }.map { $0 == body.utf8.count } ?? true
  }

  public var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(body.utf8))) as? [String: Any] ?? [:]
  }

  /// The end of the problem's type.
  public var problem: String? {
    (json["type"] as? String)?.split(separator: ":").last.map(String.init)
  }
}

/// A connection on which anything can be sent.
public enum RawConnection {
  /// Sends bytes and reads until the other side closes, or the time is over.
  public static func exchange(_ port: Int, _ bytes: [UInt8], seconds: Double = 10) throws -> [UInt8]
  {
    let connection = try open(port, seconds: seconds)
    defer { close(connection) }
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    return receive(connection)
  }

  /// The same without holding up a thread that the service may need.
  public static func exchanged(
    _ port: Int, _ bytes: [UInt8], seconds: Double = 10
  ) async throws -> [UInt8] {
    try await aside { try exchange(port, bytes, seconds: seconds) }
  }

  /// Runs what waits on a thread of its own.
  public static func aside<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Swift.Result { try body() }) }.start()
    }
  }

  public static func open(_ port: Int, seconds: Double) throws -> Int32 {
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var limit = timeval(tv_sec: Int(seconds), tv_usec: 0)
    setsockopt(
      connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connection >= 0, status == 0 else {
      close(connection)
      throw CocoaError(.fileReadUnknown)
    }
    return connection
  }

  public static func receive(_ connection: Int32) -> [UInt8] {
    var received: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(connection, &block, block.count, 0)
      guard count > 0 else { return received }
      received.append(contentsOf: block[..<count])
    }
  }
}
