public import Foundation
import Synchronization

/// A small HTTP/1.1 server on 127.0.0.1 that answers as badly as a test wants.
///
/// At most eight connections at a time, one thread and one answer each; stops when it is released,
/// and by itself after `lifetime`, so that a test that fails leaves nothing behind.
public final class LoopbackServer: Sendable {
  public struct Request: Sendable {
    public let method: String
    /// With the query, as it was sent.
    public let target: String
    /// Names in lower case.
    public let headers: [String: String]
    public let body: [UInt8]

    public var path: String { String(target.prefix { $0 != "?" }) }

    /// A value of the query, decoded.
    public func query(_ name: String) -> String? {
      URLComponents(string: target)?.queryItems?.first { $0.name == name }?.value
    }
  }

  /// What is sent after the head.
  public enum Piece: Sendable {
    case bytes([UInt8])
    case zeros(Int)
    case pause(seconds: Double)
    /// Closes the connection on the spot.
    case cut
  }

  public struct Answer: Sendable {
    public var status: Int
    public var headers: [(String, String)]
    public var body: [Piece]

    /// Whether the pieces are the whole answer as it goes over the wire, head and all.
    public var isRaw = false

    /// - Parameter headers: `Content-Length` is added where it is missing and the body has one length.
    public init(status: Int = 200, headers: [(String, String)] = [], body: [Piece]) {
      self.status = status
      self.headers = headers
      self.body = body
    }

    public static func text(
      _ text: String, status: Int = 200, type: String = "application/vnd.api+json",
      headers: [(String, String)] = []
    ) -> Answer {
      Answer(
        status: status, headers: [("Content-Type", type)] + headers,
        body: [.bytes(Array(text.utf8))])
    }
  }

  public let port: Int
  private let listener: Int32
  private let state = Mutex(State())

  private struct State {
    var requests: [Request] = []
    var connections: Set<Int32> = []
    var isStopped = false
  }

  /// - Parameter answer: Gets each request and its number, from 0; called on the connection's thread.
  public init(
    lifetime: Double = 900, answer: @escaping @Sendable (Request, Int) -> Answer
  ) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = listener
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) | listen(socket, 16) | getsockname(socket, $0, &length)
      }
    }
    guard listener >= 0, status == 0 else { throw CocoaError(.fileWriteUnknown) }
    port = Int(UInt16(bigEndian: address.sin_port))
    let deadline = Date().addingTimeInterval(lifetime)
    Thread { [weak self] in
      while let client = Self.accept(socket, until: deadline) {
        guard let self, self.admit(client) else {
          close(client)
          break
        }
        Thread { [weak self] in self?.serve(client, answer) }.start()
      }
      self?.stop()
      close(socket)
    }.start()
  }

  deinit { stop() }

  public var url: URL {
    // A scheme, an address and a number are always a URL.
    URL(string: "http://127.0.0.1:\(port)")!
  }

  public var requests: [Request] { state.withLock { $0.requests } }

  public func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      for client in state.connections { shutdown(client, Int32(SHUT_RDWR)) }
    }
  }

  private static func accept(_ socket: Int32, until deadline: Date) -> Int32? {
    while Date() < deadline {
      var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 500) > 0 else { continue }
      let client = Foundation.accept(socket, nil, nil)
      return client >= 0 ? client : nil
    }
    return nil
  }

  /// Waits while eight connections are open.
  private func admit(_ client: Int32) -> Bool {
    while true {
      let verdict: Bool? = state.withLock { state in
        if state.isStopped { return false }
        guard state.connections.count < 8 else { return nil }
        state.connections.insert(client)
        return true
      }
      if let verdict { return verdict }
      usleep(2000)
    }
  }

  private func serve(_ client: Int32, _ answer: @Sendable (Request, Int) -> Answer) {
    defer {
      state.withLock { _ = $0.connections.remove(client) }
      close(client)
    }
    guard let request = Self.request(from: client) else { return }
    let number = state.withLock { state in
      state.requests.append(request)
      return state.requests.count - 1
    }
    let reply = answer(request, number)
    guard reply.isRaw || Self.send(Self.head(of: reply), to: client) else { return }
    for piece in reply.body {
      switch piece {
      case .bytes(let bytes): guard Self.send(bytes, to: client) else { return }
      case .zeros(let count):
        let block = [UInt8](repeating: 0, count: 1 << 16)
        var left = count
        while left > 0 {
          guard Self.send(Array(block.prefix(left)), to: client) else { return }
          left -= block.count
        }
      case .pause(let seconds): usleep(UInt32(seconds * 1e6))
      case .cut: return
      }
    }
    shutdown(client, Int32(SHUT_WR))
  }

  private static func request(from client: Int32) -> Request? {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    let end = Array("\r\n\r\n".utf8)
    func receive() -> Bool {
      let count = recv(client, &block, block.count, 0)
      guard count > 0 else { return false }
      bytes.append(contentsOf: block[..<count])
      return true
    }
    var head = bytes.firstRange(of: end)
    while bytes.count < 1 << 16, head == nil {
      guard receive() else { return nil }
      head = bytes.firstRange(of: end)
    }
    let headEnd = head?.upperBound ?? bytes.count
    let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let length = min(headers["content-length"].flatMap { Int($0) } ?? 0, 1 << 24)
    while bytes.count - headEnd < length { guard receive() else { return nil } }
    return Request(
      method: String(words[0]), target: String(words[1]), headers: headers,
      body: Array(bytes[headEnd...]))
  }

  private static func head(of answer: Answer) -> [UInt8] {
    var headers = answer.headers + [("Connection", "close")]
    let lengths = answer.body.map { piece -> Int? in
      switch piece {
      case .bytes(let bytes): bytes.count
      case .zeros(let count): count
      case .pause: 0
      case .cut: nil
      }
    }
    let isKnown = !lengths.contains(nil)
    if isKnown, !headers.contains(where: { $0.0 == "Content-Length" || $0.0 == "X-Endless" }) {
      headers.append(("Content-Length", "\(lengths.compactMap { $0 }.reduce(0, +))"))
    }
    let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
    return Array("HTTP/1.1 \(answer.status) Answer\r\n\(lines)\r\n".utf8)
  }

  private static func send(_ bytes: [UInt8], to client: Int32) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.send(
          client, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}
