import Matter

/// The formulas of CIF: symbols with amounts behind them, separated by blanks.
enum CIFFormula {
  /// Amounts by atomic number, `[119]`; all 0 where the text is no such formula. Deuterium counts as
  /// hydrogen.
  static func amounts(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [Double] {
    var amounts = [Double](repeating: 0, count: Element.count + 1)
    var position = range.lowerBound
    while position < range.upperBound {
      if bytes[position] <= 32 {
        position += 1
        continue
      }
      var end = position
      while end < range.upperBound, bytes[end] > 32 { end += 1 }
      var digits = position
      while digits < end, (bytes[digits] | 32) &- 97 < 26 { digits += 1 }
      guard digits - position <= 2,
        case .element(let element) = CIFElementText.read(
          bytes, position..<digits, isSymbol: true), !element.isGuess,
        let amount = digits == end ? 1 : CIFNumber.value(bytes, digits..<end), amount >= 0
      else { return [Double](repeating: 0, count: Element.count + 1) }
      amounts[Int(element.atomicNumber)] += amount
      position = end
    }
    return amounts
  }
}
