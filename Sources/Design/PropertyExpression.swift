/// What a campaign looks at: a measured property, or the ratio of two.
///
/// Written as `bulkModulusGPa` or `bulkModulusGPa / density`. The divider stands between spaces,
/// since names of measured columns may hold a slash of their own (`E (eV/atom)`).
public struct PropertyExpression: Hashable, Sendable {
  public let numerator: String
  public let denominator: String?

  /// - Throws: ``PropertyExpressionError`` when a name is empty or there is more than one divider.
  public init(_ text: String) throws(PropertyExpressionError) {
    let names = text.split(separator: " / ", omittingEmptySubsequences: false).map {
      String($0.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    guard names.count <= 2, names.allSatisfy({ !$0.isEmpty }) else {
      throw PropertyExpressionError(text: text)
    }
    numerator = names[0]
    denominator = names.count == 2 ? names[1] : nil
  }

  /// The measured properties that it is made of.
  public var properties: [String] { [numerator] + (denominator.map { [$0] } ?? []) }

  /// - Parameter property: The measured value of a property, `nil` where there is none.
  /// - Returns: `nil` where a value is missing or the result is not a finite number.
  public func value(_ property: (String) -> Double?) -> Double? {
    guard let top = property(numerator) else { return nil }
    guard let denominator else { return top.isFinite ? top : nil }
    guard let bottom = property(denominator) else { return nil }
    let ratio = top / bottom
    return ratio.isFinite ? ratio : nil
  }
}

extension PropertyExpression: CustomStringConvertible {
  public var description: String { denominator.map { "\(numerator) / \($0)" } ?? numerator }
}

extension PropertyExpression: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    try self.init(container.decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A text that names no property.
public struct PropertyExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
  public let text: String

  public var description: String {
    "\"\(text)\" names no property. Write one property, or two with \" / \" between them."
  }
}
