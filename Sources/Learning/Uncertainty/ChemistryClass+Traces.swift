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
    let fractions = composition.fractions
    if fractions.allSatisfy({ $0 >= Self.traceShare }) {
      self.init(composition)
      return
    }
    var amounts: [Element: Double] = [:]
    for ((element, amount), fraction) in zip(
      zip(composition.elements, composition.amounts), fractions)
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
}
