extension Composition {
  /// The formula, least electronegative element first: `Fe2O3`, `Li0.5CoO2`.
  ///
  /// Whole amounts are written without decimals, others with the fewest digits that read back as
  /// the same number. Law: `Composition(formula: formula)` is this composition.
  public var formula: String {
    Composition.join(electronegativityOrder.map { (elements[$0].symbol, amounts[$0]) })
  }

  /// The formula with whole amounts divided by their greatest common divisor: `Fe4O6` gives `Fe2O3`.
  ///
  /// With an amount that is not whole (to 1e-8), the formula stays as it is.
  public var reducedFormula: String {
    let reduced = reducedAmounts
    return Composition.join(electronegativityOrder.map { (elements[$0].symbol, reduced[$0]) })
  }

  /// Hill order: carbon, hydrogen, then the rest by symbol; all by symbol where there is no carbon.
  ///
  /// Hill, J. Am. Chem. Soc. 22, 478 (1900).
  public var hillFormula: String {
    let hasCarbon = elements.contains { $0.atomicNumber == 6 }
    func rank(_ element: Element) -> Int {
      guard hasCarbon else { return 2 }
      return element.atomicNumber == 6 ? 0 : element.atomicNumber == 1 ? 1 : 2
    }
    let order = elements.indices.sorted {
      (rank(elements[$0]), elements[$0].symbol) < (rank(elements[$1]), elements[$1].symbol)
    }
    return Composition.join(order.map { (elements[$0].symbol, amounts[$0]) })
  }

  /// The reduced amounts in rising order with letters in place of elements: `Fe2O3` gives `A2B3`.
  public var anonymizedFormula: String {
    let letters = (0..<26).map { String(UnicodeScalar(UInt8(ascii: "A") + UInt8($0))) }
    let names = elements.indices.map { index in
      index < 26 ? letters[index] : letters[index / 26 - 1] + letters[index % 26].lowercased()
    }
    return Composition.join(Array(zip(names, reducedAmounts.sorted())))
  }

  private var reducedAmounts: [Double] {
    let whole = amounts.map { $0.rounded() }
    let areWhole = zip(amounts, whole).allSatisfy { abs($0 - $1) <= 1e-8 && $1 >= 1 && $1 < 1e15 }
    guard areWhole else { return amounts }
    let divisor = whole.reduce(0) { Composition.greatestCommonDivisor($0, $1) }
    return whole.map { $0 / divisor }
  }

  private static func greatestCommonDivisor(_ a: Double, _ b: Double) -> Double {
    var (a, b) = (a, b)
    while b > 0 { (a, b) = (b, a.truncatingRemainder(dividingBy: b)) }
    return a
  }

  /// Places in ``elements``, least electronegative first; elements without a value come last.
  private var electronegativityOrder: [Int] {
    func rank(_ place: Int) -> Double { elements[place].electronegativity ?? .infinity }
    return elements.indices.sorted { (rank($0), $0) < (rank($1), $1) }
  }

  private static func join(_ parts: [(String, Double)]) -> String {
    parts.map { $0.1 == 1 ? $0.0 : $0.0 + decimal($0.1) }.joined()
  }

  /// The shortest digits that read back as `value`, without an exponent.
  static func decimal(_ value: Double) -> String {
    let text = value.description
    guard let exponentMark = text.firstIndex(of: "e") else {
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    let exponent = Int(text[text.index(after: exponentMark)...]) ?? 0
    let mantissa = text[..<exponentMark].split(separator: ".", omittingEmptySubsequences: false)
    let digits = mantissa.joined()
    let point = mantissa[0].count + exponent
    if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count {
      return digits + String(repeating: "0", count: point - digits.count)
    }
    return digits.prefix(point) + "." + digits.dropFirst(point)
  }
}

extension Composition: CustomStringConvertible {
  public var description: String { formula }
}
