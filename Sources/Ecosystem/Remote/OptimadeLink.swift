import Formats
public import Foundation

/// A place where version 1 of OPTIMADE is served.
public struct OptimadeEndpoint: Hashable, Sendable {
  /// Ends with the version: `https://example.org/optimade/v1`.
  public let url: URL

  /// `1.2.0`; empty where the server does not say.
  public let version: String

  public let isIndex: Bool
}

/// Another database, as an index or a provider names it.
public struct OptimadeLink: Codable, Hashable, Sendable {
  public let id: String
  public let name: String

  /// Empty where none is given: a provider that serves nothing yet.
  public let baseURL: String

  /// `child`, `root`, `external` or `providers`.
  public let kind: String

  /// Whether the provider thinks its data fit for general use.
  public let isForUse: Bool

  init(_ entry: OptimadeEntry) {
    let address = entry.attribute("base_url")
    id = entry.id
    name = entry.attribute("name")?.text ?? entry.id
    baseURL = address?.text ?? address?["href"]?.text ?? ""
    kind = entry.attribute("link_type")?.text ?? ""
    isForUse = (entry.attribute("aggregate")?.text ?? "ok") == "ok"
  }
}
