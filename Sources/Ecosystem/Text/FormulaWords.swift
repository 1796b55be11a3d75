import Matter

/// What tells a formula from a word or an abbreviation that happens to spell one.
enum FormulaWords {
  /// Formulas among the words of capitals alone, which are abbreviations otherwise (`PVC`, `SOFC`).
  private static let capitals: Set<String> = [
    "CO", "NO", "HF", "HI", "BN", "KF", "KI", "KOH", "WC", "VN", "VC", "UN", "HCN", "KCN", "BP",
  ]

  /// Elements that come as molecules or cages; other single elements are too often an abbreviation.
  private static let molecules: Set<String> = [
    "O2", "O3", "N2", "H2", "Cl2", "F2", "Br2", "I2", "P4", "S8", "C60", "C70", "C84",
  ]

  /// Two elements, or one with a number: what the start of a sentence does not have.
  static func couldBeFormula(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = scalars.first else { return false }
    let starts = isUppercase(first) || isDigit(first) || first == "(" || first == "["
    guard starts else { return false }
    let capitals = scalars.count(where: isUppercase)
    return capitals > 1 || (capitals == 1 && scalars.contains(where: isDigit))
  }

  /// `nil` for words that only look like formulas.
  static func confidence(of text: String, _ composition: Composition) -> Double? {
    if composition.elements.count == 1 { return molecules.contains(text) ? 0.9 : nil }
    let scalars = text.unicodeScalars
    if scalars.contains(where: isDigit) {
      if isSampleName(text) { return nil }
      return scalars.first.map(isDigit) == true ? 0.7 : 0.95
    }
    let letters = scalars.count { isUppercase($0) || isLowercase($0) }
    let capitals = scalars.count(where: isUppercase)
    if letters == capitals { return Self.capitals.contains(text) ? 0.8 : nil }
    // The plural of an abbreviation: NCs are nanocrystals, not cesium nitride.
    if letters == capitals + 1, text.hasSuffix("s"), capitals > 1 { return nil }
    return capitals >= 2 ? 0.95 : nil
  }

  /// Capitals and one number with a zero in front, as in `PBSCF05`.
  private static func isSampleName(_ text: String) -> Bool {
    let number = text.drop { !$0.isNumber }
    return number.hasPrefix("0") && !number.contains(".")
      && text.unicodeScalars.allSatisfy { isUppercase($0) || isDigit($0) }
  }

  private static func isVariable(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "x" || scalar == "y" || scalar == "z" || scalar == "δ"
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    (48...57).contains(scalar.value) || (0x2080...0x2089).contains(scalar.value)
  }

  private static func isUppercase(_ scalar: Unicode.Scalar) -> Bool {
    (65...90).contains(scalar.value)
  }

  private static func isLowercase(_ scalar: Unicode.Scalar) -> Bool {
    (97...122).contains(scalar.value)
  }

  /// `BaFeO3-δ` counted as `BaFeO3`: the deviation is unknown, but small.
  static func withoutDeviation(_ text: String) -> String? {
    let scalars = Array(text.unicodeScalars)
    guard let delta = scalars.firstIndex(where: { $0 == "δ" }) else { return nil }
    var start = delta
    while start > 0,
      TextScan.isDash(scalars[start - 1]) || scalars[start - 1] == "+" || scalars[start - 1] == "±"
    {
      start -= 1
    }
    guard start < delta, start > 0 else { return nil }
    return String(String.UnicodeScalarView(scalars[..<start] + scalars[(delta + 1)...]))
  }

  /// `Ba1-xSrxTiO3`: symbols of elements with x, y, z as amounts.
  static func hasVariables(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    guard scalars.contains(where: isVariable) else { return false }
    var cleaned = ""
    var variables = 0
    for (place, scalar) in scalars.enumerated() {
      let pair = (place > 0 ? String(scalars[place - 1]) : "") + String(scalar)
      // The y of dysprosium is none.
      if isVariable(scalar), Element(symbol: pair) == nil {
        variables += 1
        cleaned += "1"
      } else if TextScan.isDash(scalar) || scalar == "+" {
        continue
      } else {
        cleaned.unicodeScalars.append(scalar)
      }
    }
    guard variables > 0, let composition = try? Composition(formula: cleaned) else { return false }
    return composition.elements.count >= 2
  }
}
