import Foundation
import FoundationNetworking

/// HTTP through `URLSession` (libcurl on Linux), with the limits that it does not have.
///
/// - Redirects are followed one by one, at most five, after ``RedirectRule`` and ``AddressPolicy``
///   have agreed to each.
/// - The body is counted as it arrives, after unpacking; a packed bomb meets the same limit.
/// - The body is taken on the thread that reads from the network, so that a fast server waits for a
///   slow disk. (With a queue of its own, `URLSession` on Linux reads on without bound: a body of
///   2 GB came whole into memory before its limit of 1 MB was noticed.)
/// - No cookies, no cache, no stored passwords.
///
/// `URLSession` looks up the name once more when it connects. A name server that changes its answer
/// between our look-up and that one could lead it astray; with https the certificate of the host
/// stands against that, and with plain http the connection goes to the very address that was
/// checked.
public final class SessionTransport: HTTPTransport {
  private let policy: AddressPolicy
  private let session: URLSession
  private let delegate: SessionDelegate

  public init(policy: AddressPolicy) {
    self.policy = policy
    let configuration = URLSessionConfiguration.ephemeral
    configuration.urlCache = nil
    configuration.urlCredentialStorage = nil
    configuration.httpCookieStorage = nil
    configuration.httpShouldSetCookies = false
    delegate = SessionDelegate()
    session = URLSession(
      configuration: configuration, delegate: delegate, delegateQueue: ImmediateQueue())
  }

  deinit { session.invalidateAndCancel() }

  public func get(
    _ request: HTTPRequest, receive: @escaping @Sendable ([UInt8], HTTPHead) throws -> Void
  ) async throws(HTTPError) -> HTTPHead {
    let deadline = ContinuousClock.now.advanced(by: .seconds(request.timeLimit))
    var hop = request
    for _ in 0...5 {
      let head = try await exchange(hop, deadline: deadline, receive: receive)
      guard request.body == nil,
        let target = SessionTransport.target(of: head, from: hop.url)
      else { return head }
      guard request.redirects.allows(target, from: hop.url) else {
        throw .refusedRedirect(from: hop.url.shown, to: target.shown)
      }
      hop.url = target
    }
    throw .tooManyRedirects(request.url.shown)
  }

  private static func target(of head: HTTPHead, from url: URL) -> URL? {
    guard [301, 302, 303, 307, 308].contains(head.status),
      let location = head.headers["location"]
    else { return nil }
    return URL(string: location, relativeTo: url)?.absoluteURL
  }

  /// One question and its answer; a redirect is an answer.
  private func exchange(
    _ request: HTTPRequest, deadline: ContinuousClock.Instant,
    receive: @escaping @Sendable ([UInt8], HTTPHead) throws -> Void
  ) async throws(HTTPError) -> HTTPHead {
    let target = try await pinned(request)
    var outgoing = URLRequest(url: target.url, cachePolicy: .reloadIgnoringLocalCacheData)
    for (name, value) in request.headers { outgoing.setValue(value, forHTTPHeaderField: name) }
    outgoing.setValue(request.headers["User-Agent"] ?? "athanor", forHTTPHeaderField: "User-Agent")
    if let host = target.host { outgoing.setValue(host, forHTTPHeaderField: "Host") }
    if let body = request.body {
      outgoing.httpMethod = "POST"
      outgoing.httpBody = Data(body)
    }
    let task = session.dataTask(with: outgoing)
    // `cancel` waits for the thread that reads, which may be the one that asks for it.
    let exchange = SessionExchange(
      request, deadline, receive: receive,
      cancel: { DispatchQueue.global().async { task.cancel() } })
    delegate.add(exchange, for: task)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        exchange.start(continuation)
        task.resume()
        exchange.watch()
      }
    } onCancel: {
      exchange.stop(.cancelled)
    }
    return try result.get()
  }

  /// Checks an address; with plain http, puts the checked address in the place of the name.
  private func pinned(_ request: HTTPRequest) async throws(HTTPError) -> (url: URL, host: String?) {
    let policy = policy
    let checked: Result<[NetworkAddress], HTTPError> = await withCheckedContinuation { done in
      DispatchQueue.global().async {
        do throws(HTTPError) {
          done.resume(returning: .success(try policy.check(request.url)))
        } catch {
          done.resume(returning: .failure(error))
        }
      }
    }
    let addresses = try checked.get()
    guard request.url.scheme?.lowercased() == "http", let host = request.url.host,
      NetworkAddress(host) == nil, let address = addresses.first,
      var parts = URLComponents(url: request.url, resolvingAgainstBaseURL: true)
    else { return (request.url, nil) }
    parts.host = address.bytes.count == 4 ? "\(address)" : "[\(address)]"
    guard let url = parts.url else { return (request.url, nil) }
    return (url, request.url.port.map { "\(host):\($0)" } ?? host)
  }
}

/// Runs what a session reports at once, on the session's own thread.
private final class ImmediateQueue: OperationQueue, @unchecked Sendable {  // it has no state
  override func addOperation(_ block: @escaping @Sendable () -> Void) { block() }
}
