internal import Matter

/// What the elements cost, how few countries they come from, and the share in the mass of those that
/// are of concern.
///
/// For ranking and for limits on candidates, not for learning: in no collection of sets. Sources stand
/// with ``Element/pricePerKilogram``, ``Element/productionConcentration`` and ``ElementConcern``.
public struct SupplyDescriptor: RowDescriptor {
  public let name = "supply"
  public let version = 1
  public let columns =
    ["price (USD/kg)", "HHI production", "HHI reserves"]
    + ElementConcern.allCases.map { "\($0.rawValue) mass fraction" }
  public let constantsHash = StableHash.of(
    Element.all.flatMap { element in
      [
        element.pricePerKilogram ?? -1, element.productionConcentration ?? -1,
        element.reserveConcentration ?? -1,
      ] + ElementConcern.allCases.map { element.concerns.contains($0) ? 1 : 0 }
    })

  public init() {}

  func append(_ composition: Composition, to values: inout [Double]) {
    values.append(composition.pricePerKilogram ?? .nan)
    values.append(composition.productionConcentration ?? .nan)
    values.append(composition.reserveConcentration ?? .nan)
    for concern in ElementConcern.allCases {
      let elements = composition.elements.filter { $0.concerns.contains(concern) }
      values.append(elements.reduce(0) { $0 + composition.massFraction(of: $1) })
    }
  }
}
