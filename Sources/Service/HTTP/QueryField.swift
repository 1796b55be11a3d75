/// One name that the query of an address may have.
struct QueryField: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case integer(ClosedRange<Int>)
    case text

    /// Several of some words, with commas between.
    case words([String])
  }

  let name: String
  let kind: Kind
  let description: String

  init(_ name: String, _ kind: Kind, _ description: String) {
    self.name = name
    self.kind = kind
    self.description = description
  }

  /// The number after which a page starts.
  static let after = QueryField(
    "after", .integer(0...1_000_000_000),
    "Where the page starts: next of the page before; 0 at first.")

  static let limit = QueryField(
    "limit", .integer(1...500), "At most so many items, 1 to 500; 50 if left out.")
}
