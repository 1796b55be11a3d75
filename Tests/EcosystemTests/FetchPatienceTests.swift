import Ecosystem
import Foundation
import Synchronization
import TestKit
import Testing

@Suite("Patience with servers")
struct FetchPatienceTests {
  /// Fails in one way, and counts how often it was asked.
  private final class FailingTransport: HTTPTransport {
    private let error: HTTPError
    private let calls = Mutex(0)

    init(_ error: HTTPError) {
      self.error = error
    }

    var count: Int { calls.withLock { $0 } }

    func get(
      _ request: HTTPRequest, receive: @escaping @Sendable ([UInt8], HTTPHead) throws -> Void
    ) async throws(HTTPError) -> HTTPHead {
      calls.withLock { $0 += 1 }
      throw error
    }
  }

  /// Waits without waiting.
  private final class Clock: Waiting {
    let total = Mutex(0.0)
    func seconds() -> Double { total.withLock { $0 } }
    func date() -> Double { seconds() }
    func wait(_ seconds: Double) async throws { total.withLock { $0 += seconds } }
  }

  @Test(
    "A name that leads nowhere is asked for twice, a broken connection five times",
    arguments: [
      (HTTPError.unknownHost("nowhere.example"), 2), (.cut("https://a.example"), 5),
      (.refused("https://a.example", reason: "this machine"), 1),
    ])
  func attempts(_ error: HTTPError, _ count: Int) async throws {
    let transport = FailingTransport(error)
    let clock = Clock()
    let url = try #require(URL(string: "https://nowhere.example"))
    let client = OptimadeClient(base: url, transport: transport, waiting: clock)
    await #expect(throws: RemoteError.self) { try await client.endpoint() }
    #expect(transport.count == count)
    if count == 2 { #expect(clock.seconds() <= 1.5, "about one second is waited") }
  }

  @Test("An address of version 6 in brackets is answered or refused with the way out")
  func brackets() async throws {
    let url = try #require(URL(string: "http://[::1]:9/v1/info"))
    let transport = SessionTransport(policy: AddressPolicy(base: url))
    let error = await #expect(throws: HTTPError.self) {
      var request = HTTPRequest(url)
      // Other tests may keep all threads busy for minutes.
      request.timeLimit = 1800
      return try await transport.response(to: request)
    }
    let text = error.map { "\($0)" } ?? ""
    // Nothing listens on the port: a system that takes the address says that it cannot be reached.
    #expect(text.contains("127.0.0.1 or localhost") || text.contains("cannot be reached"))
    #expect(!text.contains("-1000"), "\(text)")
  }
}
