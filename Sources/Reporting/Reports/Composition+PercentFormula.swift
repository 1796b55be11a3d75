public import Matter

extension Composition {
  /// The formula in atomic percent where that is short, as alloys are written: `Al20Ti80`; else the
  /// formula with its own amounts.
  public var percentFormula: String {
    let percents = fractions.map { ($0 * 100).rounded() }
    let isExact = zip(percents, fractions).allSatisfy { abs($0 / 100 - $1) < 1e-9 }
    guard isExact, amounts.contains(where: { $0 != $0.rounded() }) || totalAtoms >= 20 else {
      return formula
    }
    if elements.count == 1 { return elements[0].symbol }
    return zip(elements, percents).map { "\($0)\(Int($1))" }.joined()
  }
}
