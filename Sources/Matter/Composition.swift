/// How much of each element a material holds, per formula unit.
///
/// Amounts are kept as written: `Fe2O3` and `Fe4O6` differ. Compare ``elements`` and
/// ``fractions`` to ask for the same stoichiometry. Equality is exact.
public struct Composition: Hashable, Sendable {
  /// The elements in order of atomic number, each once; empty in ``Composition/empty`` alone.
  public let elements: [Element]

  /// The amount of each element, in the order of ``elements``.
  ///
  /// Atoms per formula unit: dimensionless, finite, greater than zero.
  public let amounts: [Double]

  /// - Throws: ``FormulaError`` when `amounts` is empty or an amount is not finite and positive.
  public init(_ amounts: [Element: Double]) throws(FormulaError) {
    guard !amounts.isEmpty else { throw .empty }
    let ordered = amounts.sorted { $0.key < $1.key }
    for (element, amount) in ordered where !(amount.isFinite && amount > 0) {
      throw .invalidAmount(amount, of: element)
    }
    elements = ordered.map(\.key)
    self.amounts = ordered.map(\.value)
  }

  /// That of a candidate which is nothing but conditions; no formula and no table gives it.
  public static let empty = Composition(ordered: [], amounts: [])

  /// For callers that have checked what the other initializer checks.
  package init(ordered elements: [Element], amounts: [Double]) {
    self.elements = elements
    self.amounts = amounts
  }

  /// Atoms per formula unit.
  public var totalAtoms: Double { amounts.reduce(0, +) }

  /// Atomic fractions in the order of ``elements``; they sum to 1.
  public var fractions: [Double] {
    let total = totalAtoms
    return amounts.map { $0 / total }
  }

  /// The atomic fraction of one element, 0 where it is absent.
  public func fraction(of element: Element) -> Double {
    guard let place = elements.firstIndex(of: element) else { return 0 }
    return amounts[place] / totalAtoms
  }
}
