public import Ecosystem
public import Matter

extension ChemistryClass {
  /// Elements below this share of the atoms do not decide on a class: carbon in steel makes no
  /// carbide, and a doped oxide stays an oxide.
  static let traceShare = 0.05

  /// The class of a composition without its traces: elements of less than 5 % of the atoms.
  ///
  /// Where no element has that share, all of them count. A metal with traces is `intermetallic`, as
  /// alloys are.
  public init(withoutTraces composition: Composition) {
    var amounts: [Element: Double] = [:]
    for ((element, amount), fraction) in zip(
      zip(composition.elements, composition.amounts), composition.fractions)
    where fraction >= Self.traceShare {
      amounts[element] = amount
    }
    // Amounts of a composition are valid ones, so only an empty list is refused.
    self.init((try? Composition(amounts)) ?? composition)
    if let host = amounts.first?.key, amounts.count == 1, composition.elements.count > 1,
      Self.isMetal(host)
    {
      self = .intermetallic
    }
  }

  /// Whether the element and another metal are intermetallic.
  private static func isMetal(_ element: Element) -> Bool {
    let partner = Element(symbol: element.symbol == "Fe" ? "Ni" : "Fe")
    guard let partner, let pair = try? Composition([element: 1, partner: 1]) else { return false }
    return ChemistryClass(pair) == .intermetallic
  }
}
