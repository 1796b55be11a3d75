import DenseMath
import Foundation
import Synchronization

/// Stands between robots and a service on this machine, and treats every request or answer badly.
public final class FaultyProxy: Sendable {
  public enum Fault: CaseIterable, Sendable {
    /// The service sees the beginning of the request alone.
    case cutRequest

    /// The request is carried out, and the robot sees the beginning of the answer, or nothing.
    case cutAnswer
    case delay

    /// The service gets the request twice, and the robot the second answer.
    case sendTwice

    /// A few bytes at a time.
    case throttle
  }

  public let port: Int
  private let server: LoopbackServer
  private let counts: Counts

  private final class Counts: Sendable {
    let faults = Mutex<[Fault: Int]>([:])
  }

  /// - Parameters:
  ///   - service: Its port.
  ///   - seed: Decides what happens to the first request, the second, …
  public init(to service: Int, seed: UInt64) throws {
    let counts = Counts()
    server = try LoopbackServer { request, number in
      var generator = SplitMix64(seed: seed, stream: UInt64(number))
      let fault = Fault.allCases[generator.index(below: Fault.allCases.count)]
      counts.faults.withLock { $0[fault, default: 0] += 1 }
      let pieces = try? Self.pass(request, to: service, fault, &generator)
      var answer = LoopbackServer.Answer(body: pieces ?? [.cut])
      answer.isRaw = true
      return answer
    }
    self.counts = counts
    port = server.port
  }

  /// How often each was done.
  public var faults: [Fault: Int] { counts.faults.withLock { $0 } }

  public func stop() { server.stop() }

  private static func pass(
    _ request: LoopbackServer.Request, to service: Int, _ fault: Fault,
    _ generator: inout SplitMix64
  ) throws -> [LoopbackServer.Piece] {
    let bytes = bytes(of: request)
    switch fault {
    case .cutRequest:
      let connection = try RawConnection.open(service, seconds: 1)
      defer { close(connection) }
      let part = Array(bytes.prefix(generator.index(below: bytes.count)))
      _ = part.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      return [.cut]
    case .cutAnswer:
      let answer = try RawConnection.exchange(service, bytes, seconds: 3)
      return [.bytes(Array(answer.prefix(generator.index(below: max(1, answer.count))))), .cut]
    case .delay:
      usleep(UInt32(generator.index(below: 30_000)))
      let answer = try RawConnection.exchange(service, bytes, seconds: 3)
      return [.pause(seconds: 0.03 * generator.uniform()), .bytes(answer)]
    case .sendTwice:
      _ = try RawConnection.exchange(service, bytes, seconds: 3)
      return [.bytes(try RawConnection.exchange(service, bytes, seconds: 3))]
    case .throttle:
      let answer = try RawConnection.exchange(service, bytes, seconds: 3)
      return stride(from: 0, to: answer.count, by: 64).flatMap { start in
        [
          LoopbackServer.Piece.bytes(Array(answer[start..<min(start + 64, answer.count)])),
          .pause(seconds: 0.001),
        ]
      }
    }
  }

  private static func bytes(of request: LoopbackServer.Request) -> [UInt8] {
    let headers = request.headers.sorted { $0.key < $1.key }.map { "\($0): \($1)\r\n" }
    let head = "\(request.method) \(request.target) HTTP/1.1\r\n\(headers.joined())\r\n"
    return Array(head.utf8) + request.body
  }
}
