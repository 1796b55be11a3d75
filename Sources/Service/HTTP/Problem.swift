import DenseMath
import Discovery
import Ecosystem
import Foundation
import NIOHTTP1

/// Why a request was not done, as RFC 9457 writes it.
///
/// Says what the caller can change and nothing of the inside: no path of the disk, no query, no
/// stack.
struct Problem: Error, Hashable {
  let status: Int

  /// A word for programs; the end of the `type`.
  let code: String
  let detail: String
  var retryAfter: Int?

  /// For 405.
  var allow: String?

  init(_ status: Int, _ code: String, _ detail: String, retryAfter: Int? = nil) {
    self.status = status
    self.code = code
    self.detail = detail
    self.retryAfter = retryAfter
  }

  /// The body, `application/problem+json`.
  func json(request: String) -> Data {
    struct Body: Encodable {
      let type, title, detail, instance: String
      let status: Int
    }
    let body = Body(
      type: "urn:athanor:problem:\(code)", title: Self.title(status), detail: detail,
      instance: "urn:athanor:request:\(request)", status: status)
    return (try? JSONText.data(body)) ?? Data()
  }

  static func title(_ status: Int) -> String {
    switch status {
    case 400: "Bad request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not found"
    case 405: "Method not allowed"
    case 408: "Request timeout"
    case 409: "Conflict"
    case 413: "Content too large"
    case 414: "URI too long"
    case 415: "Unsupported media type"
    case 421: "Misdirected request"
    case 422: "Unprocessable content"
    case 429: "Too many requests"
    case 431: "Request header fields too large"
    case 503: "Service unavailable"
    case 507: "Insufficient storage"
    default: "Internal error"
    }
  }

  static let unauthorized = Problem(
    401, "unauthorized", "Send a valid token: Authorization: Bearer TOKEN.")
  static let busy = Problem(503, "busy", "The service is busy; try again.", retryAfter: 1)
  static let notFound = Problem(404, "not-found", "There is nothing at this address.")
}

extension Problem {
  /// The one place where errors become answers.
  init(_ error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as LaboratoryError: self.init(error)
    case let error as EventLogError: self.init(error)
    case is HTTPParserError:
      self.init(400, "malformed", "The body is not what the header says.")
    case let error as MemoryShortage:
      self.init(
        503, "not-enough-memory", "The service has not enough memory for \(error.purpose).",
        retryAfter: 5)
    default:
      self.init(500, "internal", "Something went wrong inside; the log of the service says what.")
    }
  }

  private init(_ error: LaboratoryError) {
    let (status, code): (Int, String) =
      switch error {
      case .noSuchExperiment: (404, "no-such-experiment")
      case .staleToken: (409, "stale-token")
      case .otherWorker: (404, "no-such-claim")
      case .leaseOver: (409, "lease-over")
      case .differentReport: (409, "different-report")
      case .wrongState: (409, "wrong-state")
      case .keyOfAnother: (409, "key-of-another")
      case .notInStock: (422, "not-in-stock")
      case .invalid: (422, "invalid")
      case .ended: (409, "ended")
      case .emergencyStop: (409, "emergency-stop")
      case .past: (503, "ledger-unavailable")
      }
    self.init(status, code, error.description)
  }

  private init(_ error: EventLogError) {
    switch error {
    case .full:
      self.init(
        507, "disk-full", "The disk of the service is full. Nothing was recorded; try again later.",
        retryAfter: 30)
    default:
      self.init(
        503, "ledger-unavailable", "The ledger cannot be written just now. Nothing was recorded.",
        retryAfter: 5)
    }
  }
}
