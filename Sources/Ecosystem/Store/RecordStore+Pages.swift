import GRDB

extension RecordStore {
  /// Some of the records that match, and where the next ones begin.
  public struct Page: Sendable {
    public let records: [Record]

    /// What to give as `after` for the next page; `nil` on the last one.
    public let next: Int?
  }

  /// Records that match, in the order in which their materials first came into the store.
  ///
  /// - Parameters:
  ///   - after: ``Page/next`` of the page before; 0 for the first one.
  ///   - limit: The most records of the page, at least 1.
  ///   - check: Called before each thousand materials; what it throws ends a search that takes too
  ///     long.
  public func page(
    matching filter: RecordFilter = .all, after: Int = 0, limit: Int, check: () throws -> Void = {}
  ) throws -> Page {
    var found: [Record] = []
    var last = Int64(after)
    while found.count <= limit {
      try check()
      let batch = try translatingStore(place) {
        try database.read { db in
          try RecordReader(db, place: place, sources: Self.isUsable)
            .records(after: last, filter, structures: false, limit: 1000)
        }
      }
      found += batch.records
      guard let end = batch.last else { break }
      last = end
    }
    guard found.count > limit else { return Page(records: found, next: nil) }
    return Page(
      records: Array(found.prefix(limit)), next: try number(ofKey: found[limit - 1].key))
  }

  /// The record with a key; `nil` where there is none that is used.
  public func record(_ key: String) throws -> Record? {
    guard let bytes = ContentKey.bytes(hex: key) else { return nil }
    return try translatingStore(place) {
      try database.read { db in
        guard
          let id = try Int64.fetchOne(
            db, sql: "SELECT id FROM material WHERE key = ?", arguments: [bytes])
        else { return nil }
        return try RecordReader(db, place: place, sources: Self.isUsable)
          .records(
            after: id - 1, RecordFilter(condition: "id = \(id)", accepts: nil), structures: true,
            limit: 1
          ).records.first
      }
    }
  }

  private func number(ofKey key: String) throws -> Int? {
    guard let bytes = ContentKey.bytes(hex: key) else { return nil }
    return try translatingStore(place) {
      try database.read { db in
        try Int.fetchOne(db, sql: "SELECT id FROM material WHERE key = ?", arguments: [bytes])
      }
    }
  }
}
