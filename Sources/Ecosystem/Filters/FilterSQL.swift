/// Turns filters into conditions on the table `material` that hold wherever the filter does.
///
/// Only so many comparisons are handed to SQLite, which refuses deep expressions and looks each one
/// up for every record; the filter itself judges what is left.
struct FilterSQL {
  /// Rows of the table `quantity` by the name of their property.
  let quantities: [String: [Int64]]

  /// Comparisons that may still be handed over.
  private var left = 200

  init(quantities: [String: [Int64]]) {
    self.quantities = quantities
  }

  /// `nil` when SQLite can say nothing, or there is too much to say.
  mutating func sql(_ expression: FilterExpression) -> String? {
    switch expression {
    case .all(let parts):
      var known: [String] = []
      for part in parts {
        if let condition = sql(part) { known.append(condition) }
      }
      return known.isEmpty ? nil : Self.joined(known, by: "AND")
    case .any(let parts):
      // All alternatives or none: a missing one would keep records from being read.
      guard parts.count <= left else { return nil }
      var known: [String] = []
      for part in parts {
        guard let condition = sql(part) else { return nil }
        known.append(condition)
      }
      return Self.joined(known, by: "OR")
    case .not: return nil
    case .condition(let condition):
      guard left > 0 else { return nil }
      return sql(condition)
    }
  }

  /// Joined as a balanced tree: a chain of `OR` is as deep as it is long.
  private static func joined(_ parts: [String], by word: String) -> String {
    guard parts.count > 1 else { return parts.first ?? "1" }
    let middle = parts.count / 2
    let first = joined(Array(parts[..<middle]), by: word)
    return "(\(first) \(word) \(joined(Array(parts[middle...]), by: word)))"
  }

  private mutating func sql(_ condition: FilterCondition) -> String? {
    switch condition {
    case .compare(.property(let property), let relation, .number(let number)):
      return sql(property, relation.rawValue, number)
    case .compare(.number(let number), let relation, .property(let property)):
      return sql(property, relation.reversed, number)
    case .has(let properties, let quantity, let rows)
    where properties.map(\.path) == [["elements"]]:
      return elements(quantity, rows)
    default: return nil
    }
  }

  private mutating func sql(
    _ property: FilterProperty, _ relation: String, _ number: Double
  ) -> String? {
    guard number.isFinite, let name = property.path.first else { return nil }
    if ["nelements", "nsites"].contains(name) {
      guard property.path.count == 1 else { return nil }
      left -= 1
      return "\(name) \(relation) \(number)"
    }
    guard !RecordSubject.standardNames.contains(name) else { return nil }
    guard let known = quantities[name] else { return "0" }
    left -= 1
    return """
      EXISTS (SELECT 1 FROM source s JOIN measurement m ON m.source = s.id
      WHERE s.material = material.id AND m.quantity IN (\(known.map(String.init).joined(separator: ",")))
      AND m.value \(relation) \(number))
      """
  }

  private mutating func elements(_ quantity: FilterQuantity, _ rows: [[FilterTest]]) -> String? {
    guard quantity != .only, rows.count <= left else { return nil }
    var conditions: [String] = []
    for row in rows {
      guard case .compare(.equal, .text(let symbol))? = row.first else { return nil }
      conditions.append("(\(ElementSet.condition(symbol)))")
    }
    left -= rows.count
    return Self.joined(conditions, by: quantity == .any ? "OR" : "AND")
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
