/// Which records are wanted: what SQLite can decide, and what only the record itself can.
public struct RecordFilter: Sendable {
  /// A condition on the columns of the table `material`; `nil` for all of them. It may let through
  /// more than is wanted, never less.
  let condition: String?

  /// Judges a record; the number is that of its sites, `nil` for a composition alone.
  let accepts: (@Sendable (Record, Int?) throws -> Bool)?

  /// Every record.
  public static let all = RecordFilter(condition: nil, accepts: nil)

  init(condition: String?, accepts: (@Sendable (Record, Int?) throws -> Bool)?) {
    self.condition = condition
    self.accepts = accepts
  }

  /// The records that a function accepts.
  public init(where accepts: @escaping @Sendable (Record) throws -> Bool) {
    condition = nil
    self.accepts = { record, _ in try accepts(record) }
  }
}
