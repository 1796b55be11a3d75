import Foundation

/// What a database is asked for.
public struct OptimadeQuery: Hashable, Sendable {
  /// The properties of a structure that a crystal is built from, and what names it.
  public static let structureFields = [
    "lattice_vectors", "cartesian_site_positions", "species", "species_at_sites", "nsites",
    "dimension_types", "structure_features", "chemical_formula_reduced", "last_modified",
  ]

  /// `nil` asks for all.
  public var filter: OptimadeFilter?

  /// Properties besides those of the structure.
  public var properties: [String]

  /// Entries of one page, as a wish.
  public var pageLimit: Int

  public init(filter: OptimadeFilter? = nil, properties: [String] = [], pageLimit: Int = 100) {
    self.filter = filter
    self.properties = properties
    self.pageLimit = pageLimit
  }

  func url(at endpoint: OptimadeEndpoint) -> URL {
    var fields = OptimadeQuery.structureFields
    for property in properties where !fields.contains(property) { fields.append(property) }
    var items = [
      ("response_fields", fields.joined(separator: ",")), ("page_limit", "\(pageLimit)"),
    ]
    if let filter { items.insert(("filter", filter.description), at: 0) }
    // A plus sign is a space to many servers: all but the unreserved characters are escaped.
    let query = items.map { "\($0)=\(OptimadeQuery.escaped($1))" }.joined(separator: "&")
    let address = endpoint.url.appendingPathComponent("structures").absoluteString
    // An address with an escaped query is an address.
    return URL(string: "\(address)?\(query)") ?? endpoint.url
  }

  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.map { byte in
      let isPlain =
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
      return isPlain || "-._~".utf8.contains(byte)
        ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
  }
}
