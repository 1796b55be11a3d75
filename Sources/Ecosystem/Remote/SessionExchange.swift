import Foundation
import FoundationNetworking
import Synchronization

/// One question on its way: what has come, and who waits for the end.
final class SessionExchange: Sendable {
  private typealias Continuation = CheckedContinuation<Result<HTTPHead, HTTPError>, Never>

  private let request: HTTPRequest
  private let deadline: ContinuousClock.Instant
  private let receive: @Sendable ([UInt8], HTTPHead) throws -> Void
  private let cancel: @Sendable () -> Void
  private let state: Mutex<State>

  private struct State {
    var head: HTTPHead?
    var received = 0
    var lastSign: ContinuousClock.Instant
    var failure: HTTPError?
    var continuation: Continuation?
    var isFinished = false
  }

  init(
    _ request: HTTPRequest, _ deadline: ContinuousClock.Instant,
    receive: @escaping @Sendable ([UInt8], HTTPHead) throws -> Void,
    cancel: @escaping @Sendable () -> Void
  ) {
    self.request = request
    self.deadline = deadline
    self.receive = receive
    self.cancel = cancel
    state = Mutex(State(lastSign: .now))
  }

  func start(_ continuation: CheckedContinuation<Result<HTTPHead, HTTPError>, Never>) {
    let early: HTTPError? = state.withLock { state in
      if state.failure == nil { state.continuation = continuation }
      return state.failure
    }
    if let early { continuation.resume(returning: .failure(early)) }
  }

  /// Ends the exchange when a limit of time is passed: `URLSession` on Linux starts its own limit
  /// anew in cases where nothing comes.
  func watch() {
    let verdict: (stop: HTTPError?, again: Duration)? = state.withLock { state in
      guard !state.isFinished, state.failure == nil else { return nil }
      let now = ContinuousClock.now
      let url = request.url.shown
      if now >= deadline { return (.timedOut(url, seconds: request.timeLimit), .zero) }
      let idleEnd = state.lastSign.advanced(by: .seconds(request.idleLimit))
      if now >= idleEnd { return (.timedOut(url, seconds: request.idleLimit), .zero) }
      return (nil, now.duration(to: min(deadline, idleEnd)))
    }
    guard let verdict else { return }
    if let error = verdict.stop { return stop(error) }
    let seconds =
      Double(verdict.again.components.seconds) + 1e-18
      * Double(verdict.again.components.attoseconds)
    DispatchQueue.global().asyncAfter(deadline: .now() + max(seconds, 0.001)) { [weak self] in
      self?.watch()
    }
  }

  /// Ends the exchange with an error, at once.
  func stop(_ error: HTTPError) {
    let waiting: Continuation? = state.withLock { state in
      guard !state.isFinished, state.failure == nil else { return nil }
      state.failure = error
      cancel()
      defer { state.continuation = nil }
      return state.continuation
    }
    waiting?.resume(returning: .failure(error))
  }

  /// Answers the session's question about a redirect, unless the task is cancelled: `URLSession` on
  /// Linux traps when a cancelled task is answered ("Received callback for HTTP redirection, but
  /// we're not waiting for it"). The lock keeps a cancellation from coming between.
  func answerRedirect(_ answer: () -> Void) {
    state.withLock { state in
      if state.failure == nil { answer() }
    }
  }

  /// Takes the head of the answer; whether the body is wanted.
  func begin(_ response: HTTPURLResponse) -> Bool {
    var headers: [String: String] = [:]
    for (name, value) in response.allHeaderFields { headers["\(name)".lowercased()] = "\(value)" }
    let head = HTTPHead(status: response.statusCode, headers: headers, url: request.url)
    state.withLock { state in
      state.head = head
      state.lastSign = .now
    }
    guard response.expectedContentLength <= Int64(request.byteLimit) else {
      stop(.tooLarge(request.url.shown, limit: request.byteLimit))
      return false
    }
    return true
  }

  func take(_ data: Data) {
    let next: (head: HTTPHead?, isTooMuch: Bool) = state.withLock { state in
      guard state.failure == nil, !state.isFinished else { return (nil, false) }
      state.received += data.count
      state.lastSign = .now
      return (state.head, state.received > request.byteLimit)
    }
    if next.isTooMuch { return stop(.tooLarge(request.url.shown, limit: request.byteLimit)) }
    guard let head = next.head else { return }
    // The body of a redirect is not what was asked for.
    guard !(300..<400).contains(head.status) else { return }
    do {
      try receive(Array(data), head)
    } catch {
      stop(.receiver(error))
    }
  }

  func finish(_ error: (any Error)?) {
    let outcome: (Continuation, Result<HTTPHead, HTTPError>)? = state.withLock { state in
      state.isFinished = true
      guard let continuation = state.continuation else { return nil }
      state.continuation = nil
      if isShort(state) { return (continuation, .failure(.cut(request.url.shown))) }
      if let error { return (continuation, .failure(translated(error))) }
      let cut = Result<HTTPHead, HTTPError>.failure(.cut(request.url.shown))
      return (continuation, state.head.map { .success($0) } ?? cut)
    }
    if let outcome { outcome.0.resume(returning: outcome.1) }
  }

  /// Whether less came than was promised; a body that was packed on the way cannot be compared.
  private func isShort(_ state: State) -> Bool {
    guard let head = state.head, head.headers["content-encoding"] == nil, head.status == 200,
      let promised = head.headers["content-length"].flatMap({ Int($0) })
    else { return false }
    return state.received < promised
  }

  private func translated(_ error: any Error) -> HTTPError {
    let url = request.url.shown
    guard let error = error as? URLError else { return .unreachable(url, reason: "\(error)") }
    switch error.code {
    case .timedOut: return .timedOut(url, seconds: request.idleLimit)
    case .networkConnectionLost: return .cut(url)
    case .cannotFindHost, .dnsLookupFailed: return .unknownHost(request.url.host ?? url)
    case .cancelled: return .cancelled
    case .badURL, .unsupportedURL: return .refused(url, reason: objection)
    default:
      return .unreachable(url, reason: "\(error.code.rawValue) \(error.localizedDescription)")
    }
  }
}

extension SessionExchange {
  /// What is wrong with an address that the system's library does not take. On Linux it takes none of
  /// version 6 in brackets.
  private var objection: String {
    let address = request.url.host.flatMap { NetworkAddress($0) }
    guard let address, address.bytes.count == 16 else {
      return "the system's HTTP library cannot read the address; check how it is written"
    }
    let remedy =
      address.reach == .loopback
      ? "write 127.0.0.1 or localhost for the loopback address of this machine"
      : "write the name of the host"
    return "the system's HTTP library takes no address in brackets; \(remedy)"
  }
}

/// Hands what a session reports to the exchange it belongs to.
final class SessionDelegate: NSObject, URLSessionDataDelegate {
  private let exchanges = Mutex<[Int: SessionExchange]>([:])

  func add(_ exchange: SessionExchange, for task: URLSessionTask) {
    exchanges.withLock { $0[task.taskIdentifier] = exchange }
  }

  private func exchange(_ task: URLSessionTask) -> SessionExchange? {
    exchanges.withLock { $0[task.taskIdentifier] }
  }

  /// Takes a redirect as the answer; the transport decides whether to follow.
  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping (URLRequest?) -> Void
  ) {
    exchange(task)?.answerRedirect { completionHandler(nil) }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
  ) {
    guard let exchange = exchange(dataTask), let response = response as? HTTPURLResponse else {
      return completionHandler(.cancel)
    }
    completionHandler(exchange.begin(response) ? .allow : .cancel)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    exchange(dataTask)?.take(data)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    let exchange = exchanges.withLock { $0.removeValue(forKey: task.taskIdentifier) }
    exchange?.finish(error)
  }
}
