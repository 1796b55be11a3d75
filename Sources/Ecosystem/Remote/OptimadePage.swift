package import Formats
public import Foundation

/// One entry of an OPTIMADE database.
public struct OptimadeEntry: Sendable {
  public let id: String
  public let type: String

  /// The whole resource object: `id`, `type`, `attributes`.
  package let resource: JSONValue

  /// An attribute; `nil` where it is absent or null.
  package func attribute(_ name: String) -> JSONValue? {
    guard let value = resource["attributes"]?[name], value != .null else { return nil }
    return value
  }
}

extension OptimadeEntry: FilterSubject {
  public func value(of property: [String]) -> FilterValue? {
    if property == ["id"] { return .text(id) }
    if property == ["type"] { return .text(type) }
    return resource["attributes"].flatMap { JSONSubject($0).value(of: property) }
  }
}

/// One answer of an entry listing endpoint (JSON Response Schema of the specification 1.2.0).
public struct OptimadePage: Sendable {
  public let url: URL
  public let entries: [OptimadeEntry]

  /// Where the next page stands; `nil` on the last one.
  public let next: URL?

  /// How many entries match in all, where the server says so.
  public let total: Int?

  /// `1.2.0`; empty where the server does not say.
  public let version: String

  /// What the server warns of.
  public let warnings: [String]

  /// Seconds that the server wants between questions.
  let requestDelay: Double?

  /// - Throws: ``RemoteError``.
  init(_ response: HTTPResponse, at url: URL) throws(RemoteError) {
    let json = try OptimadePage.document(response, at: url)
    guard let data = json["data"] else {
      throw .invalid(url.shown, reason: "it holds no \"data\".")
    }
    var entries: [OptimadeEntry] = []
    for resource in data.items ?? (data == .null ? [] : [data]) {
      guard let id = resource["id"]?.text else {
        throw .noIdentifier(url.shown, entry: entries.count + 1)
      }
      // An entry that does not say its type is of the endpoint's.
      let type = resource["type"]?.text ?? "structures"
      entries.append(OptimadeEntry(id: id, type: type, resource: resource))
    }
    let meta = json["meta"]
    self.url = url
    self.entries = entries
    next = try OptimadePage.next(json["links"]?["next"], at: url)
    total = meta?["data_returned"]?.double.flatMap { Int(exactly: $0) }
    version = meta?["api_version"]?.text ?? ""
    warnings = (meta?["warnings"]?.items ?? []).compactMap { $0["detail"]?.text }
    requestDelay = meta?["request_delay"]?.double
    let isIncomplete = meta?["more_data_available"] == .bool(true)
    guard next != nil || !isIncomplete || entries.isEmpty else {
      throw .invalid(url.shown, reason: "more data is available, but no next page is named.")
    }
  }

  /// The object of an answer, or why it is none.
  static func document(_ response: HTTPResponse, at url: URL) throws(RemoteError) -> JSONValue {
    let status = response.head.status
    guard status == 200 else {
      throw .status(url.shown, status, detail: RemoteError.detail(in: response))
    }
    try refuseMarkup(response, at: url)
    let json: JSONValue
    do throws(ReadingError) {
      json = try JSONValue(json: response.body, file: url.shown)
    } catch {
      // A text that lacks its closing bracket was cut; anything else is damaged for good.
      let last = response.body.last { ![9, 10, 13, 32].contains($0) }
      guard last == UInt8(ascii: "}") else { throw .truncated(url.shown, reason: error.message) }
      throw .invalid(url.shown, reason: "\(error.message) (line \(error.line))")
    }
    guard json.members != nil else { throw .invalid(url.shown, reason: "it is no JSON object.") }
    if let errors = json["errors"]?.items, !errors.isEmpty, json["data"] == nil {
      throw .invalid(url.shown, reason: RemoteError.detail(in: response))
    }
    return json
  }

  private static func refuseMarkup(_ response: HTTPResponse, at url: URL) throws(RemoteError) {
    let type = (response.head.headers["content-type"] ?? "").lowercased()
    let isMarkup = response.body.first { ![9, 10, 13, 32].contains($0) } == UInt8(ascii: "<")
    if isMarkup || type.hasPrefix("text/html") {
      throw .invalid(url.shown, reason: "it sends a web page; check the base address.")
    }
    let isJSON = type.isEmpty || type.contains("json") || type.hasPrefix("text/plain")
    guard isJSON else {
      throw .invalid(url.shown, reason: "it sends \(type.prefix(60)), not JSON.")
    }
  }

  /// A link is a text or an object with `href`; http on the server that was asked by https means the
  /// same address.
  private static func next(_ link: JSONValue?, at url: URL) throws(RemoteError) -> URL? {
    guard let link, link != .null else { return nil }
    guard let text = link.text ?? link["href"]?.text, text.utf8.count <= 16_384,
      let parsed = URL(string: text, relativeTo: url)?.absoluteURL
    else {
      if link.members != nil, link["href"] == nil || link["href"] == .null { return nil }
      throw .invalid(url.shown, reason: "its next page is no address.")
    }
    var target = parsed
    if url.scheme == "https", target.scheme == "http", target.port == nil, url.port == nil,
      var parts = URLComponents(url: target, resolvingAgainstBaseURL: true)
    {
      parts.scheme = "https"
      target = parts.url ?? target
    }
    guard target.origin == url.origin else {
      throw .foreignPage(from: url.shown, to: target.shown)
    }
    return target
  }
}
