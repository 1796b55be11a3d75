public import Matter

/// What measuring a candidate costs, as a recipe says it.
public enum CandidateCost: Codable, Hashable, Sendable {
  /// A column of the table that is searched.
  case column(String)

  /// A fixed part and a price for each element, times its atomic fraction. Elements that are not
  /// named cost nothing.
  case elements(base: Double, prices: [String: Double])

  /// A fixed part and what the elements in so many kilograms of the material cost, USD:
  /// ``Composition/pricePerKilogram``.
  case market(base: Double, kilograms: Double)

  /// - Parameter column: Of ``column(_:)``: the cost of each candidate.
  /// - Returns: `nil` where nothing is known of a candidate.
  public func callAsFunction(_ candidate: Candidate, column: [Candidate: Double]) -> Double? {
    switch self {
    case .column: column[candidate]
    case .elements(let base, let prices):
      candidate.composition.elements.reduce(base) { sum, element in
        sum + (prices[element.symbol] ?? 0) * candidate.composition.fraction(of: element)
      }
    case .market(let base, let kilograms):
      candidate.composition.pricePerKilogram.map { base + kilograms * $0 }
    }
  }

  func check() throws(CampaignError) {
    let (base, prices): (Double, [String: Double])
    switch self {
    case .column: return
    case .elements(let fixed, let named): (base, prices) = (fixed, named)
    case .market(let fixed, let kilograms):
      guard kilograms >= 0, kilograms.isFinite else {
        throw .plan("the kilograms of a sample are \(kilograms); they must be 0 or more")
      }
      (base, prices) = (fixed, [:])
    }
    for symbol in prices.keys.sorted() {
      guard Element(symbol: symbol) != nil else {
        throw .plan("cost names \"\(symbol)\", which is not an element")
      }
      guard let price = prices[symbol], price >= 0, price.isFinite else {
        throw .plan("the cost of \(symbol) must be 0 or more")
      }
    }
    guard base > 0, base.isFinite else {
      throw .plan("the base of the cost is \(base); it must be above 0, so that nothing is free")
    }
  }
}
