import GRDB

extension RecordStore {
  /// The records of which an OPTIMADE filter is true; see ``RecordSubject`` for the names it may use.
  ///
  /// What SQLite can decide from its columns (elements, numbers of elements and sites, numbers that
  /// were measured) keeps records from being read at all.
  ///
  /// - Throws: ``FilterError`` with the place of the damage; ``StoreError/notFound(_:)`` for a name that
  ///   is neither standard nor measured.
  public func filter(parsing text: String) throws -> RecordFilter {
    let filter = try OptimadeFilter(parsing: text)
    let quantities = try translatingStore(place) {
      try database.read { db in
        try Row.fetchAll(db, sql: "SELECT id, property FROM quantity").map {
          row -> (Int64, String) in
          (row[0], RecordSubject.name(row[1]))
        }
      }
    }
    let names = Dictionary(grouping: quantities, by: \.1).mapValues { $0.map(\.0) }
    for name in filter.properties.sorted()
    where names[name] == nil && !RecordSubject.standardNames.contains(name) {
      throw StoreError.notFound(
        "\(place): nothing is measured as \(name); there are "
          + "\((Array(names.keys) + RecordSubject.standardNames).sorted().joined(separator: ", "))."
      )
    }
    return RecordFilter(
      condition: FilterCondition.sql(filter.expression, quantities: names),
      accepts: { filter.matches(RecordSubject($0, siteCount: $1)) })
  }
}

extension FilterCondition {
  /// A condition on the table `material` that holds wherever the expression does; `nil` when SQLite
  /// can say nothing.
  ///
  /// - Parameter quantities: Rows of the table `quantity` by the name of their property.
  static func sql(
    _ expression: FilterExpression, quantities: [String: [Int64]]
  ) -> String? {
    switch expression {
    case .all(let parts):
      let known = parts.compactMap { sql($0, quantities: quantities) }
      return known.isEmpty ? nil : known.joined(separator: " AND ")
    case .any(let parts):
      let known = parts.compactMap { sql($0, quantities: quantities) }
      guard known.count == parts.count else { return nil }
      return "(\(known.map { "(\($0))" }.joined(separator: " OR ")))"
    case .not: return nil
    case .condition(let condition): return condition.sql(quantities)
    }
  }

  private func sql(_ quantities: [String: [Int64]]) -> String? {
    switch self {
    case .compare(.property(let property), let relation, .number(let number)):
      return Self.sql(property, relation.rawValue, number, quantities)
    case .compare(.number(let number), let relation, .property(let property)):
      return Self.sql(property, relation.reversed, number, quantities)
    case .has(let properties, let quantity, let rows)
    where properties.map(\.path) == [["elements"]]:
      return Self.elements(quantity, rows)
    default: return nil
    }
  }

  private static func sql(
    _ property: FilterProperty, _ relation: String, _ number: Double,
    _ quantities: [String: [Int64]]
  ) -> String? {
    guard number.isFinite, let name = property.path.first else { return nil }
    if ["nelements", "nsites"].contains(name) {
      return property.path.count == 1 ? "\(name) \(relation) \(number)" : nil
    }
    guard !RecordSubject.standardNames.contains(name) else { return nil }
    guard let known = quantities[name] else { return "0" }
    return """
      EXISTS (SELECT 1 FROM source s JOIN measurement m ON m.source = s.id
      WHERE s.material = material.id AND m.quantity IN (\(known.map(String.init).joined(separator: ",")))
      AND m.value \(relation) \(number))
      """
  }

  private static func elements(_ quantity: FilterQuantity, _ rows: [[FilterTest]]) -> String? {
    guard quantity != .only else { return nil }
    var conditions: [String] = []
    for row in rows {
      guard case .compare(.equal, .text(let symbol))? = row.first else { return nil }
      conditions.append(ElementSet.condition(symbol))
    }
    return "(\(conditions.joined(separator: quantity == .any ? " OR " : " AND ")))"
  }
}

extension FilterRelation {
  /// The relation with its sides exchanged.
  fileprivate var reversed: String {
    switch self {
    case .less: ">"
    case .lessOrEqual: ">="
    case .greater: "<"
    case .greaterOrEqual: "<="
    case .equal, .notEqual: rawValue
    }
  }
}
