/// Which records are wanted: what SQLite can decide, and what only the record itself can.
public struct RecordFilter: Sendable {
  /// A condition on the columns of the table `material`; `nil` for all of them. It may let through
  /// more than is wanted, never less.
  var condition: String?

  /// Judges a whole record.
  var accepts: (@Sendable (Record) throws -> Bool)?

  /// Every record.
  public static let all = RecordFilter()

  init(condition: String? = nil) {
    self.condition = condition
  }

  /// The records that a function accepts.
  public init(where accepts: @escaping @Sendable (Record) throws -> Bool) {
    self.accepts = accepts
  }
}
