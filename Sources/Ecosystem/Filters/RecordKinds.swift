/// What kinds of values the records of a store have, to refuse questions that no record could answer.
struct RecordKinds {
  /// The store, for errors.
  let place: String

  /// The methods of each measured property, all by the names that filters use.
  let fidelities: [String: Set<String>]

  /// The units of each measured property, by the names that filters use.
  let units: [String: Set<String>]

  /// - Throws: ``FilterTypeError`` for the first condition that cannot hold for any record.
  func check(_ expression: FilterExpression) throws(FilterTypeError) {
    switch expression {
    case .all(let parts), .any(let parts):
      for part in parts { try check(part) }
    case .not(let part): try check(part)
    case .condition(let condition): try check(condition)
    }
  }

  private func check(_ condition: FilterCondition) throws(FilterTypeError) {
    switch condition {
    case .known(let property, _): _ = try kind(of: property)
    case .compare(let left, _, let right):
      // The remedy speaks of the property, on whichever side it stands.
      var sides = (left, right)
      if case .property = right { sides = (right, left) }
      try checkUnit(of: sides.0)
      try compare(
        sides.0.description, kind(of: sides.0), sides.1.description, kind(of: sides.1))
    case .part(let property, let part, let operand):
      let own = try kind(of: property)
      guard own == .text else { throw .question(part.rawValue, property, own) }
      try compare(property.description, own, operand.description, kind(of: operand))
    case .length(let property, _, let operand):
      let own = try kind(of: property)
      guard case .list = own else { throw .question("LENGTH", property, own) }
      try compare("a length", .number, operand.description, kind(of: operand))
    case .has(let properties, let quantity, let rows):
      for (place, property) in properties.enumerated() {
        let own = try kind(of: property)
        guard case .list(let element) = own else {
          throw .question(quantity.rawValue, property, own)
        }
        for row in rows where place < row.count { try check(row[place], element, property) }
      }
    }
  }

  private func checkUnit(of operand: FilterOperand) throws(FilterTypeError) {
    guard case .property(let property) = operand, let units = units[property.path[0]],
      units.count > 1
    else { return }
    throw .units(property.path[0], units.sorted())
  }

  private func check(
    _ test: FilterTest, _ element: FilterKind, _ property: FilterProperty
  ) throws(FilterTypeError) {
    let name = "each of \(property)"
    switch test {
    case .compare(_, let operand), .part(_, let operand):
      try compare(name, element, operand.description, kind(of: operand))
    }
    if case .part(let part, _) = test, element != .text {
      throw .question(part.rawValue, property, .list(of: element))
    }
  }

  private func compare(
    _ left: String, _ leftKind: FilterKind, _ right: String, _ rightKind: FilterKind
  ) throws(FilterTypeError) {
    guard leftKind != rightKind else {
      if case .list = leftKind { throw .kinds(left, leftKind, right, rightKind) }
      return
    }
    throw .kinds(left, leftKind, right, rightKind)
  }

  private func kind(of operand: FilterOperand) throws(FilterTypeError) -> FilterKind {
    switch operand {
    case .property(let property): try kind(of: property)
    case .text: .text
    case .number: .number
    case .flag: .flag
    }
  }

  private func kind(of property: FilterProperty) throws(FilterTypeError) -> FilterKind {
    let name = property.path[0]
    if let kind = Self.standard(name) {
      guard property.path.count == 1 else { throw .noParts(property) }
      return kind
    }
    guard let methods = fidelities[name] else {
      throw .unknownProperty(
        name, place: place,
        known: (Array(fidelities.keys) + RecordSubject.standardNames).sorted())
    }
    guard property.path.count <= 2 else { throw .noParts(property) }
    if property.path.count == 2, !methods.contains(property.path[1]) {
      throw .unknownFidelity(property.path[1], of: name, known: methods.sorted())
    }
    return .number
  }

  /// Of the names that every record has; `nil` for others.
  private static func standard(_ name: String) -> FilterKind? {
    guard RecordSubject.standardNames.contains(name) else { return nil }
    return switch name {
    case "nelements", "nsites": .number
    case "elements": .list(of: .text)
    case "elements_ratios": .list(of: .number)
    default: .text
    }
  }
}
