/// Bounds that a candidate must keep to be of use.
public struct PropertyLimit: Hashable, Codable, Sendable {
  public let property: PropertyExpression

  /// The smallest allowed value, in the unit of the property; `nil` for none.
  public let atLeast: Double?

  /// The largest allowed value, in the unit of the property; `nil` for none.
  public let atMost: Double?

  /// - Throws: ``LimitError`` when there is no bound, one is not finite, or they leave no value.
  public init(
    property: PropertyExpression, atLeast: Double? = nil, atMost: Double? = nil
  ) throws(LimitError) {
    let bounds = [atLeast, atMost].compactMap { $0 }
    guard !bounds.isEmpty, bounds.allSatisfy(\.isFinite),
      (atLeast ?? -.infinity) <= (atMost ?? .infinity)
    else { throw LimitError(property: property.description) }
    self.property = property
    self.atLeast = atLeast
    self.atMost = atMost
  }

  /// Whether a measured value keeps the bounds.
  public func allows(_ value: Double) -> Bool {
    value >= (atLeast ?? -.infinity) && value <= (atMost ?? .infinity)
  }
}

/// Bounds that leave nothing or say nothing.
public struct LimitError: Error, Hashable, Sendable, CustomStringConvertible {
  public let property: String

  public var description: String {
    """
    The limit on \(property) needs atLeast, atMost or both, as finite numbers, the smaller one \
    first.
    """
  }
}
