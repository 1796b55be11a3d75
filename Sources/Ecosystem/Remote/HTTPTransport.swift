public import Foundation

/// Fetches what stands at an address.
///
/// Laws: the pieces of the body arrive in order, all before the call returns; no more than
/// ``HTTPRequest/byteLimit`` bytes ever arrive; when the call throws, nothing arrives afterwards.
public protocol HTTPTransport: Sendable {
  /// Sends a GET, or a POST where the request has a body.
  ///
  /// - Parameter receive: Gets each piece of the body with the head of the answer. What it throws
  ///   ends the transfer as ``HTTPError/receiver(_:)``.
  func get(
    _ request: HTTPRequest,
    receive: @escaping @Sendable (_ piece: [UInt8], _ head: HTTPHead) throws -> Void
  ) async throws(HTTPError) -> HTTPHead
}

/// One question to a server.
public struct HTTPRequest: Hashable, Sendable {
  public var url: URL

  public var headers: [String: String] = [:]

  /// Sent as a POST where it is given. A redirect is then the answer.
  public var body: [UInt8]?

  /// The longest body, unpacked, that is taken.
  public var byteLimit = 16 << 20

  /// Seconds for the whole exchange.
  public var timeLimit = 120.0

  /// Seconds without a byte.
  public var idleLimit = 30.0

  public var redirects = RedirectRule.sameServer

  public init(_ url: URL) {
    self.url = url
  }
}

/// Where an answer may send us on to.
public enum RedirectRule: Hashable, Sendable {
  /// The same host and port; http may become https.
  case sameServer

  /// The same server, or https on a host whose name is one of these or ends with a dot and one of
  /// these.
  case hosts([String])

  func allows(_ target: URL, from source: URL) -> Bool {
    if target.isSameServer(as: source) { return true }
    guard case .hosts(let names) = self, let host = target.host?.lowercased() else { return false }
    return target.scheme?.lowercased() == "https"
      && names.contains { host == $0 || host.hasSuffix(".\($0)") }
  }
}

/// The head of an answer.
public struct HTTPHead: Hashable, Sendable {
  public let status: Int

  /// Names in lower case.
  public let headers: [String: String]

  /// The address that answered, after redirects.
  public let url: URL

  public init(status: Int, headers: [String: String], url: URL) {
    self.status = status
    self.headers = headers
    self.url = url
  }
}

/// An answer in memory.
public struct HTTPResponse: Sendable {
  public let head: HTTPHead
  public let body: [UInt8]
}

extension HTTPTransport {
  /// The whole answer, in memory.
  public func response(to request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let body = CollectedBody()
    let head = try await get(request) { piece, _ in body.append(piece) }
    return HTTPResponse(head: head, body: body.bytes)
  }
}

private final class CollectedBody: @unchecked Sendable {  // every access holds `lock`
  private let lock = NSLock()
  private var content: [UInt8] = []

  func append(_ piece: [UInt8]) { lock.withLock { content.append(contentsOf: piece) } }

  var bytes: [UInt8] { lock.withLock { content } }
}

/// Why an address gave no answer.
public enum HTTPError: Error, Sendable {
  /// The policy forbids to ask.
  case refused(String, reason: String)
  case refusedRedirect(from: String, to: String)
  case tooManyRedirects(String)
  case unknownHost(String)
  case unreachable(String, reason: String)
  /// The connection ended in the middle of the answer.
  case cut(String)
  case timedOut(String, seconds: Double)
  case tooLarge(String, limit: Int)
  /// What took the body failed: the disk, a parser.
  case receiver(any Error)
  case cancelled

  /// Whether the same question may succeed a little later.
  public var isPassing: Bool {
    switch self {
    case .unreachable, .cut, .timedOut, .unknownHost: true
    case .refused, .refusedRedirect, .tooManyRedirects, .tooLarge, .receiver, .cancelled: false
    }
  }
}

extension HTTPError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .refused(let url, let reason): "\(url) is not asked: \(reason)."
    case .refusedRedirect(let source, let target):
      "\(source) sends on to \(target), another server; ask that one yourself if you trust it."
    case .tooManyRedirects(let url): "\(url) sends on and on; the server is set up wrongly."
    case .unknownHost(let host):
      "No host \(host) is known; check the address and the network connection."
    case .unreachable(let url, let reason):
      "\(url) cannot be reached (\(reason)); check the address and the network connection."
    case .cut(let url): "\(url) ended in the middle of its answer; try again."
    case .timedOut(let url, let seconds):
      "\(url) did not answer within \(Int(seconds.rounded(.up))) s; try again later."
    case .tooLarge(let url, let limit):
      "\(url) sends more than the limit of \(limit) bytes; the transfer was stopped."
    case .receiver(let error): "\(error)"
    case .cancelled: "The transfer was cancelled."
    }
  }
}
