extension OptimadeFilter: CustomStringConvertible {
  /// The filter as text; reading it gives the same filter again.
  public var description: String { expression.description }
}

extension FilterExpression: CustomStringConvertible {
  public var description: String {
    switch self {
    case .any(let alternatives):
      alternatives.map { $0.written(inside: .any) }.joined(separator: " OR ")
    case .all(let phrases):
      phrases.map { $0.written(inside: .all) }.joined(separator: " AND ")
    case .not(let expression): "NOT \(expression.written(inside: .not))"
    case .condition(let condition): condition.description
    }
  }

  private enum Place { case any, all, not }

  private func written(inside place: Place) -> String {
    let needsParentheses =
      switch (self, place) {
      case (.condition, _), (.not, .all), (.not, .any), (.all, .any): false
      default: true
      }
    return needsParentheses ? "(\(description))" : description
  }
}

extension FilterCondition: CustomStringConvertible {
  public var description: String {
    switch self {
    case .compare(let left, let relation, let right): "\(left) \(relation.rawValue) \(right)"
    case .known(let property, let known): "\(property) IS \(known ? "KNOWN" : "UNKNOWN")"
    case .part(let property, let part, let operand): "\(property) \(part.rawValue) \(operand)"
    case .length(let property, let relation, let operand):
      "\(property) LENGTH \(relation == .equal ? "" : relation.rawValue + " ")\(operand)"
    case .has(let properties, let quantity, let rows):
      properties.map(\.description).joined(separator: ":") + " \(quantity.rawValue) "
        + rows.map { $0.map(\.description).joined(separator: ":") }.joined(separator: ", ")
    }
  }
}

extension FilterProperty: CustomStringConvertible {
  public var description: String { path.joined(separator: ".") }
}

extension FilterTest: CustomStringConvertible {
  public var description: String {
    switch self {
    case .compare(.equal, let operand): operand.description
    case .compare(let relation, let operand): "\(relation.rawValue) \(operand)"
    case .part(let part, let operand): "\(part.rawValue) \(operand)"
    }
  }
}

extension FilterOperand: CustomStringConvertible {
  public var description: String {
    switch self {
    case .property(let property): property.description
    case .text(let text): "\"\(FilterOperand.escaped(text))\""
    case .flag(let flag): flag ? "TRUE" : "FALSE"
    case .number(let number): FilterOperand.written(number)
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  /// Whole numbers without a fraction; the shortest text that reads back to the same number.
  private static func written(_ number: Double) -> String {
    if number.isInfinite { return number > 0 ? "1e999" : "-1e999" }
    if let whole = Int(exactly: number), abs(number) < 1e15, !(whole == 0 && number.sign == .minus)
    {
      return "\(whole)"
    }
    return "\(number)"
  }
}
