import GRDB

extension RecordStore {
  /// The records of which an OPTIMADE filter is true; see ``RecordSubject`` for the names it may use.
  ///
  /// What SQLite can decide from its columns (elements, numbers of elements and sites, numbers that
  /// were measured) keeps records from being read at all.
  ///
  /// - Throws: ``FilterError`` with the place of the damage; ``StoreError/notFound(_:)`` for a name that
  ///   is neither standard nor measured; ``FilterTypeError`` for values of the wrong kind.
  public func filter(parsing text: String) throws -> RecordFilter {
    let filter = try OptimadeFilter(parsing: text)
    let quantities = try translatingStore(place) {
      try database.read { db in
        try Row.fetchAll(db, sql: "SELECT id, property, fidelity, unit FROM quantity")
          .map { row -> Quantity in
            let fidelity: String? = row[2]
            return (row[0], RecordSubject.name(row[1]), fidelity.map(RecordSubject.name), row[3])
          }
      }
    }
    let kinds = RecordKinds(
      place: place,
      fidelities: Dictionary(grouping: quantities, by: \.name).mapValues {
        Set($0.compactMap(\.fidelity))
      },
      units: try units(of: Dictionary(grouping: quantities, by: \.name)))
    do throws(FilterTypeError) {
      try kinds.check(filter.expression)
    } catch {
      if case .unknownProperty = error { throw StoreError.notFound("\(error)") }
      throw error
    }
    var condition = FilterSQL(
      quantities: Dictionary(grouping: quantities, by: \.name).mapValues { $0.map(\.id) })
    return RecordFilter(
      condition: condition.sql(filter.expression),
      accepts: { filter.matches(RememberedSubject(RecordSubject($0, siteCount: $1))) })
  }

  private typealias Quantity = (id: Int64, name: String, fidelity: String?, unit: String?)

  /// The units of properties that have values in several, those of withdrawn and of flagged values
  /// aside.
  private func units(of quantities: [String: [Quantity]]) throws -> [String: Set<String>] {
    let several = quantities.filter { Set($0.value.map(\.unit)).count > 1 }
    guard !several.isEmpty else { return [:] }
    return try translatingStore(place) {
      try database.read { db in
        try several.mapValues { quantities in
          Set(
            try quantities.filter { quantity in
              try Bool.fetchOne(
                db,
                sql: """
                  SELECT EXISTS (SELECT 1 FROM measurement m JOIN source s ON s.id = m.source
                    WHERE m.quantity = ? AND \(Self.isVisible))
                  """, arguments: [quantity.id]) ?? false
            }.map { $0.unit ?? "no unit" })
        }
      }
    }
  }
}
