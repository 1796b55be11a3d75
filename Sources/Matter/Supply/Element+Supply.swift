/// Why an element may be unwelcome in a product or at a bench.
public enum ElementConcern: String, Codable, Hashable, Sendable, CaseIterable {
  /// No stable isotope: Tc, Pm and all from polonium on; bismuth decays too slowly to count.
  case radioactive

  /// The element or inorganic compounds of it cause or probably cause cancer (IARC groups 1 and 2A:
  /// Monographs 87, 100C and 131): Be, Cr(VI), Co, Ni, As, Cd, Sb(III), Pb.
  case carcinogenic

  /// Limited in electrical equipment (EU directive 2011/65, annex II): Cr(VI), Cd, Hg, Pb.
  case restricted

  /// The element kills in small amounts (acute toxicity of category 2 in annex VI of the EU
  /// regulation 1272/2008): Be, Cd, Hg, Tl.
  case toxic

  /// Atomic numbers.
  fileprivate var elements: Set<Int> {
    switch self {
    case .radioactive: Set([43, 61] + Array(84...Element.count))
    case .carcinogenic: [4, 24, 27, 28, 33, 48, 51, 82]
    case .restricted: [24, 48, 80, 82]
    case .toxic: [4, 48, 80, 81]
    }
  }
}

extension Element {
  /// What a kilogram of the element costs, USD, or `nil` where nobody trades it.
  ///
  /// A rough figure for ranking: bulk prices where there are any, of 2001 to 2020 (Wikipedia, "Prices
  /// of chemical elements", which names source and year of each); pure lots cost many times as much.
  public var pricePerKilogram: Double? { known(\.price) }

  /// Herfindahl-Hirschman index of the world's production by country: 10,000 where one country makes
  /// all. Gaultois et al., Chem. Mater. 25, 2911 (2013).
  public var productionConcentration: Double? { known(\.production) }

  /// The same of known reserves.
  public var reserveConcentration: Double? { known(\.reserves) }

  public var concerns: Set<ElementConcern> {
    Set(ElementConcern.allCases.filter { $0.elements.contains(atomicNumber) })
  }

  private func known(
    _ value: KeyPath<(price: Double, production: Double, reserves: Double), Double>
  ) -> Double? {
    guard atomicNumber <= SupplyTable.rows.count else { return nil }
    let found = SupplyTable.rows[atomicNumber - 1][keyPath: value]
    return found.isNaN ? nil : found
  }
}
