public import Matter

/// What a material may be made of: bounds on its elements that are known before any measurement.
///
/// A material of which a bounded figure is not known is not allowed.
public struct SupplyLimits: Codable, Hashable, Sendable {
  /// No element may be of such a concern.
  public var avoided: Set<ElementConcern> = []

  /// The most that the elements in a kilogram may cost, USD; ``Composition/pricePerKilogram``.
  public var mostPricePerKilogram: Double?

  /// The largest ``Composition/productionConcentration`` and ``Composition/reserveConcentration``.
  public var mostProductionConcentration: Double?
  public var mostReserveConcentration: Double?

  public init() {}

  public func allows(_ composition: Composition) -> Bool {
    composition.concerns.isDisjoint(with: avoided)
      && Self.keeps(composition.pricePerKilogram, mostPricePerKilogram)
      && Self.keeps(composition.productionConcentration, mostProductionConcentration)
      && Self.keeps(composition.reserveConcentration, mostReserveConcentration)
  }

  private static func keeps(_ value: Double?, _ most: Double?) -> Bool {
    guard let most else { return true }
    return value.map { $0 <= most } ?? false
  }
}
