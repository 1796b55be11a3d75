import Formats
public import Foundation

/// Asks a database that speaks OPTIMADE (specification 1.2.0).
public struct OptimadeClient: Sendable {
  /// What is taken at most.
  public struct Limits: Hashable, Sendable {
    public var bytesPerPage = 32 << 20
    public var bytes = 8 << 30
    public var pages = 100_000
    /// Of one page.
    public var seconds = 120.0
    /// Of a whole fetch.
    public var totalSeconds = 24 * 3600.0
    public init() {}
  }

  public let base: URL
  public let limits: Limits
  let transport: PatientTransport
  let waiting: any Waiting

  /// - Parameters:
  ///   - base: With or without `/v1` at the end.
  ///   - seed: Of the random part of waits.
  public init(
    base: URL, transport: any HTTPTransport, limits: Limits = Limits(),
    patience: Patience = Patience(), waiting: any Waiting = SystemWaiting(), seed: UInt64 = 0
  ) {
    self.base = base
    self.limits = limits
    self.waiting = waiting
    self.transport = PatientTransport(
      transport, patience: patience, waiting: waiting, seed: seed)
  }

  /// Finds the address under which version 1 is served.
  ///
  /// - Throws: ``RemoteError/unsupportedVersion(_:offered:)``, ``RemoteError/index(_:databases:)``
  ///   for an index of databases, and what a question throws.
  public func endpoint() async throws(RemoteError) -> OptimadeEndpoint {
    let endpoint = try await versionedEndpoint()
    guard !endpoint.isIndex else {
      let names = try await links(at: endpoint).filter { $0.kind == "child" }.map(\.baseURL)
      throw .index(base.shown, databases: names)
    }
    return endpoint
  }

  /// The databases that an index, a provider or the list of all providers names.
  public func links() async throws(RemoteError) -> [OptimadeLink] {
    try await links(at: try await versionedEndpoint())
  }

  /// The pages of a query.
  ///
  /// - Parameter cursor: Where an earlier fetch of the same query stopped.
  public func pages(
    _ query: OptimadeQuery, at endpoint: OptimadeEndpoint, from cursor: OptimadeCursor? = nil
  ) throws(RemoteError) -> OptimadePages {
    try OptimadePages(self, first: query.url(at: endpoint), from: cursor)
  }

  /// The units that the database states for properties of structures (`/info/structures`).
  ///
  /// - Returns: By property; without those that have none or no dimension.
  func units(
    of properties: [String], at endpoint: OptimadeEndpoint
  ) async throws(RemoteError) -> [String: String] {
    let url = endpoint.url.appendingPathComponent("info").appendingPathComponent("structures")
    let json: JSONValue? = try await transport.get(request(url)) { response throws(RemoteError) in
      response.head.status == 404 ? nil : try OptimadePage.document(response, at: url)
    }
    var units: [String: String] = [:]
    for property in properties {
      let definition = json?["data"]?["properties"]?[property]
      let unit = definition?["unit"]?.text ?? definition?["x-optimade-unit"]?.text ?? ""
      if !["", "dimensionless", "inapplicable"].contains(unit) { units[property] = unit }
    }
    return units
  }

  private func versionedEndpoint() async throws(RemoteError) -> OptimadeEndpoint {
    let last = base.lastPathComponent
    if last.hasPrefix("v"), let first = last.dropFirst().first, first.isNumber {
      guard first == "1", last.dropFirst(2).first.map({ $0 == "." }) ?? true else {
        throw .unsupportedVersion(base.shown, offered: [String(last.dropFirst())])
      }
      return try await endpoint(at: base)
    }
    do throws(RemoteError) {
      return try await endpoint(at: base.appendingPathComponent("v1"))
    } catch {
      guard case .status(_, let status, _) = error, status == 404 || status == 553 else {
        throw error
      }
      let offered = (try? await offeredVersions()) ?? []
      if offered.contains("1") || offered.isEmpty { throw error }
      throw .unsupportedVersion(base.shown, offered: offered)
    }
  }

  private func endpoint(at url: URL) async throws(RemoteError) -> OptimadeEndpoint {
    let info = url.appendingPathComponent("info")
    let json = try await transport.get(request(info)) { response throws(RemoteError) in
      try OptimadePage.document(response, at: info)
    }
    let version = json["meta"]?["api_version"]?.text ?? ""
    guard version.isEmpty || version == "1" || version.hasPrefix("1.") else {
      throw .unsupportedVersion(url.shown, offered: [version])
    }
    let isIndex = json["data"]?["attributes"]?["is_index"] == .bool(true)
    return OptimadeEndpoint(url: url, version: version, isIndex: isIndex)
  }

  /// The major versions in the order of the server's preference, from `/versions` (a table with the
  /// one column `version`).
  private func offeredVersions() async throws(RemoteError) -> [String] {
    let url = base.appendingPathComponent("versions")
    return try await transport.get(request(url)) { response throws(RemoteError) in
      guard response.head.status == 200, response.body.count < 10_000 else { return [] }
      let lines = String(decoding: response.body, as: UTF8.self).split(whereSeparator: \.isNewline)
      guard lines.first?.hasPrefix("version") == true else { return [] }
      return lines.dropFirst().prefix(10).map { String($0.prefix { $0 != "," }) }
    }
  }

  private func links(at endpoint: OptimadeEndpoint) async throws(RemoteError) -> [OptimadeLink] {
    let first = endpoint.url.appendingPathComponent("links")
    var pages = try OptimadePages(self, first: first, from: nil)
    var links: [OptimadeLink] = []
    while let page = try await pages.next() { links += page.entries.map { OptimadeLink($0) } }
    return links
  }

  func request(_ url: URL) -> HTTPRequest {
    var request = HTTPRequest(url)
    request.headers["Accept"] = "application/vnd.api+json, application/json;q=0.9"
    request.byteLimit = limits.bytesPerPage
    request.timeLimit = limits.seconds
    return request
  }
}
