import Formats

/// Why a remote source gave no data.
public enum RemoteError: Error, Sendable {
  case http(HTTPError)
  /// The server says no.
  case status(String, Int, detail: String)
  case askedToWait(String, seconds: Double)
  /// The answer is cut off; it may come whole when asked again.
  case truncated(String, reason: String)
  /// The answer is not what the standard says.
  case invalid(String, reason: String)
  case noIdentifier(String, entry: Int)
  case unsupportedVersion(String, offered: [String])
  /// The base address is an index of databases, not one.
  case index(String, databases: [String])
  case repeatedPage(String)
  case foreignPage(from: String, to: String)
  case tooMany(String, limit: String)
  /// A place to go on from that belongs to another question.
  case foreignCursor(String)

  var isPassing: Bool {
    switch self {
    case .http(let error): error.isPassing
    case .truncated: true
    default: false
    }
  }

  /// What a JSON:API error says, or the begin of a text.
  static func detail(in response: HTTPResponse) -> String {
    guard let json = try? JSONValue(json: response.body, file: ""),
      let first = json["errors"]?.items?.first
    else { return "" }
    let texts = [first["title"]?.text, first["detail"]?.text].compactMap { $0 }
    return String(texts.joined(separator: ": ").prefix(300))
  }
}

extension RemoteError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .http(let error): error.description
    case .status(let url, let status, let detail):
      "\(url) answers with status \(status)\(detail.isEmpty ? "" : " (\(detail))"); \(advice(status))."
    case .askedToWait(let url, let seconds):
      "\(url) asks to wait \(Int(min(seconds, 1e9).rounded(.up))) s; start the same command again "
        + "later, it goes on where it stopped."
    case .truncated(let url, let reason): "\(url) sends a cut answer (\(reason)); try again."
    case .invalid(let url, let reason): "\(url) does not answer as OPTIMADE says: \(reason)"
    case .noIdentifier(let url, let entry):
      "\(url) does not answer as OPTIMADE says: entry \(entry) has no \"id\"."
    case .unsupportedVersion(let url, let offered):
      "\(url) speaks \(offered.isEmpty ? "no known version" : "version " + offered.joined(separator: ", "))"
        + " of OPTIMADE; this program speaks version 1."
    case .index(let url, let databases):
      "\(url) is an index of databases, not a database; name one of: "
        + (databases.isEmpty ? "none are listed." : databases.joined(separator: ", ") + ".")
    case .repeatedPage(let url):
      "\(url) sends the same page again and again; tell the provider. What came before is kept."
    case .foreignPage(let source, let target):
      "\(source) continues at \(target), on another server; that is not followed."
    case .tooMany(let url, let limit):
      "\(url) sends more than the limit of \(limit); narrow the filter or raise the limit."
    case .foreignCursor(let url):
      "The place to go on from belongs to another question than \(url); start anew without it."
    }
  }

  private func advice(_ status: Int) -> String {
    switch status {
    case 400: "check the filter and the names of properties"
    case 401, 403: "it wants a key or forbids the question"
    case 404, 410: "check the base address"
    case 501: "it does not support this part of the filter language"
    case 553: "it does not support this version of OPTIMADE"
    case 500...: "the server is in trouble, try again later"
    default: "check the address"
    }
  }
}
