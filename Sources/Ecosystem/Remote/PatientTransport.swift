import DenseMath
import Foundation
import Synchronization

/// How often, how fast and how long a server is asked.
public struct Patience: Hashable, Sendable {
  /// Questions in all, the first one too.
  public var attempts = 5

  /// Of those, the most to a host that no name server knows: a misspelled name stays unknown, but a
  /// name server may be busy once.
  public var attemptsForUnknownHost = 2

  /// Seconds before the first repetition; doubles each time, half of it at random.
  public var firstDelay = 1.0

  /// The longest wait, seconds; a server that asks for more ends the fetch.
  public var longestDelay = 300.0

  /// Seconds from the start of one question to the start of the next.
  public var interval = 0.2

  public init() {}

  /// Questions in all, where the last one failed in some way.
  func attempts(after error: HTTPError) -> Int {
    if case .unknownHost = error { min(attempts, attemptsForUnknownHost) } else { attempts }
  }

  func attempts(after error: RemoteError) -> Int {
    if case .http(let error) = error { attempts(after: error) } else { attempts }
  }
}

/// Asks again when a failure may pass, no faster than is polite.
///
/// What may pass: statuses 408, 425, 429, 500, 502, 503 and 504, a broken or silent connection, and
/// an answer that its reader calls cut off. `Retry-After` (RFC 9110, 10.2.3; seconds or a date) is
/// obeyed. Delays are those of exponential back-off with equal jitter, drawn from a seed.
public final class PatientTransport: Sendable {
  private let transport: any HTTPTransport
  private let patience: Patience
  private let waiting: any Waiting
  private let state: Mutex<State>

  private struct State {
    var rng: SplitMix64
    var earliest = -Double.infinity
    var interval: Double
  }

  public init(
    _ transport: any HTTPTransport, patience: Patience = Patience(),
    waiting: any Waiting = SystemWaiting(), seed: UInt64 = 0
  ) {
    self.transport = transport
    self.patience = patience
    self.waiting = waiting
    state = Mutex(State(rng: SplitMix64(seed: seed), interval: patience.interval))
  }

  /// Asks until there is an answer that `read` accepts.
  ///
  /// - Parameter read: Throws ``RemoteError/truncated(_:reason:)`` for an answer to ask for again.
  ///   After the last attempt it also gets an answer whose status tells of a failure.
  public func get<Answer>(
    _ request: HTTPRequest, read: (HTTPResponse) throws(RemoteError) -> Answer
  ) async throws(RemoteError) -> Answer {
    for attempt in 1... {
      try await waitForTurn()
      var pause = 0.0
      do throws(RemoteError) {
        let response = try await answer(to: request)
        guard PatientTransport.mayPass(response.head.status) else { return try read(response) }
        guard attempt < patience.attempts else { return try read(response) }
        pause = try self.pause(after: response.head, attempt: attempt)
      } catch {
        guard error.isPassing, attempt < patience.attempts(after: error) else { throw error }
        pause = delay(attempt)
      }
      try await wait(pause)
    }
    throw .http(.cancelled)
  }

  /// Slows down to what the server suggests.
  func keepInterval(of seconds: Double) {
    guard seconds.isFinite, seconds > 0 else { return }
    state.withLock { $0.interval = max($0.interval, min(seconds, patience.longestDelay)) }
  }

  private func answer(to request: HTTPRequest) async throws(RemoteError) -> HTTPResponse {
    do throws(HTTPError) {
      return try await transport.response(to: request)
    } catch {
      throw .http(error)
    }
  }

  private func pause(after head: HTTPHead, attempt: Int) throws(RemoteError) -> Double {
    guard let asked = PatientTransport.retryAfter(head, now: waiting.date()) else {
      return delay(attempt)
    }
    guard asked <= patience.longestDelay else {
      throw .askedToWait(head.url.shown, seconds: asked)
    }
    return asked
  }

  private func delay(_ attempt: Int) -> Double {
    let whole = min(patience.firstDelay * pow(2, Double(attempt - 1)), patience.longestDelay)
    return whole * (0.5 + 0.5 * state.withLock { $0.rng.uniform() })
  }

  private func waitForTurn() async throws(RemoteError) {
    let now = waiting.seconds()
    let pause = state.withLock { state in
      let start = max(now, state.earliest)
      state.earliest = start + state.interval
      return start - now
    }
    if pause > 0 { try await wait(pause) }
  }

  private func wait(_ seconds: Double) async throws(RemoteError) {
    do { try await waiting.wait(seconds) } catch { throw .http(.cancelled) }
  }

  private static func mayPass(_ status: Int) -> Bool {
    [408, 425, 429, 500, 502, 503, 504].contains(status)
  }

  /// Seconds from now.
  private static func retryAfter(_ head: HTTPHead, now: Double) -> Double? {
    guard let text = head.headers["retry-after"] else { return nil }
    if let seconds = Double(text), seconds.isFinite { return max(seconds, 0) }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    return format.date(from: text).map { max($0.timeIntervalSince1970 - now, 0) }
  }
}
