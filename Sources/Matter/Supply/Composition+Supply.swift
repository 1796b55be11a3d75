extension Composition {
  /// The share of an element in the mass, 0 to 1.
  public func massFraction(of element: Element) -> Double {
    let total = mass
    return total > 0 ? fraction(of: element) * amounts.reduce(0, +) * element.mass / total : 0
  }

  /// What the elements in a kilogram of the material cost, USD; `nil` where a price is not known.
  /// Raw materials alone: no synthesis.
  public var pricePerKilogram: Double? { massMean(\.pricePerKilogram) }

  /// The mean of ``Element/productionConcentration`` by mass, as Gaultois et al. (2013) weigh it;
  /// `nil` where one is not known. Above 2,500 a market counts as highly concentrated.
  public var productionConcentration: Double? { massMean(\.productionConcentration) }

  /// The mean of ``Element/reserveConcentration`` by mass.
  public var reserveConcentration: Double? { massMean(\.reserveConcentration) }

  /// Concerns about any of the elements.
  public var concerns: Set<ElementConcern> {
    elements.reduce(into: []) { $0.formUnion($1.concerns) }
  }

  private func massMean(_ value: (Element) -> Double?) -> Double? {
    var sum = 0.0
    for element in elements {
      guard let own = value(element) else { return nil }
      sum += massFraction(of: element) * own
    }
    return sum
  }
}
