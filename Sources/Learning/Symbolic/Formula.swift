import Foundation

/// An expression of named variables.
public indirect enum Formula: Hashable, Sendable {
  case number(Double)
  case variable(String)
  case unary(FormulaOperator, Formula)
  case binary(FormulaOperator, Formula, Formula)
}

extension Formula {
  /// Names in the order in which they occur first.
  public var variables: [String] {
    var names: [String] = []
    forEachVariable { if !names.contains($0) { names.append($0) } }
    return names
  }

  private func forEachVariable(_ body: (String) -> Void) {
    switch self {
    case .number: break
    case .variable(let name): body(name)
    case .unary(_, let inner): inner.forEachVariable(body)
    case .binary(_, let left, let right):
      left.forEachVariable(body)
      right.forEachVariable(body)
    }
  }

  /// With every number changed.
  func mappingNumbers(_ change: (Double) -> Double) -> Formula {
    switch self {
    case .number(let value): .number(change(value))
    case .variable: self
    case .unary(let function, let inner): .unary(function, inner.mappingNumbers(change))
    case .binary(let function, let left, let right):
      .binary(function, left.mappingNumbers(change), right.mappingNumbers(change))
    }
  }

  /// With numbers to a few digits, for people.
  public func rounded(significant digits: Int = 5) -> Formula {
    mappingNumbers { value in
      guard value != 0, value.isFinite else { return value }
      return Double(String(format: "%.\(digits)g", value)) ?? value
    }
  }

  /// How many operators it has.
  public var complexity: Int {
    switch self {
    case .number, .variable: 0
    case .unary(_, let inner): inner.complexity + 1
    case .binary(_, let left, let right): left.complexity + right.complexity + 1
    }
  }

  /// The values row by row.
  ///
  /// - Parameter columns: The values of every variable, equally many.
  /// - Returns: `rows` values, NaN or infinite where the formula has none.
  public func values(rows: Int, _ columns: (String) -> [Double]) -> [Double] {
    switch self {
    case .number(let value): return [Double](repeating: value, count: rows)
    case .variable(let name):
      let values = columns(name)
      precondition(values.count == rows, "\(name): \(values.count) values for \(rows) rows")
      return values
    case .unary(let function, let inner):
      return inner.values(rows: rows, columns).map { function($0) }
    case .binary(let function, let left, let right):
      return zip(left.values(rows: rows, columns), right.values(rows: rows, columns)).map {
        function($0, $1)
      }
    }
  }
}

/// Written as its text.
extension Formula: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      try self.init(parsing: container.decode(String.self))
    } catch let error as FormulaReadingError {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
