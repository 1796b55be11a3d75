import Foundation

/// Numbers as people read them: few digits, a true minus sign, powers of ten written out.
enum Numeral {
  static let missing = "–"

  /// `value` to so many significant digits; not finite and zero stay as they are.
  static func rounded(_ value: Double, significant digits: Int) -> Double {
    guard value.isFinite, value != 0 else { return value }
    return Double(String(format: "%.\(max(digits, 1) - 1)e", value)) ?? value
  }

  /// Three significant digits, but never fewer than the digits before the point: 0.0123, 4.57,
  /// 1234, 1.2 × 10⁻⁷.
  static func text(_ value: Double, significant digits: Int = 3) -> String {
    guard value.isFinite else { return missing }
    guard value != 0 else { return "0" }
    let shown = rounded(value, significant: digits)
    let exponent = decimalExponent(shown)
    guard plainExponents.contains(exponent) else { return scientific(shown, digits: digits) }
    return fixed(exponent >= digits ? value : shown, decimals: max(0, digits - 1 - exponent))
  }

  /// So many digits after the point.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return missing }
    let text = String(format: "%.\(decimals)f", value)
    let isZero = !text.contains { ("1"..."9").contains($0) }
    return isZero ? String(text.drop { $0 == "-" }) : withTrueMinus(text)
  }

  /// A fraction as a percentage: 0.876 is "88 %", 0.0412 is "4.1 %".
  static func percent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return missing }
    let hundredths = fraction * 100
    let isWhole = hundredths.magnitude >= 10 || hundredths == hundredths.rounded()
    return fixed(hundredths, decimals: isWhole ? 0 : 1) + "\u{202f}%"
  }

  /// Digits after the point such that `spread` shows two significant digits, at most six.
  ///
  /// The rule of the Guide to the Expression of Uncertainty in Measurement, JCGM 100:2008, 7.2.6.
  static func decimals(forSpread spread: Double, of value: Double) -> Int {
    guard spread.isFinite, spread > 0 else {
      guard value.isFinite, value != 0 else { return 0 }
      return min(6, max(0, 2 - decimalExponent(value)))
    }
    return min(6, max(0, 1 - decimalExponent(spread, significant: 2)))
  }

  /// `value ± spread`, both to the digits that the spread deserves: 26.87 ± 0.21,
  /// (1.60 ± 0.27) × 10⁻¹³; the value alone where the spread is unknown.
  static func text(_ value: Double, spread: Double) -> String {
    guard value.isFinite else { return missing }
    guard spread.isFinite, spread >= 0 else { return text(value) }
    guard spread > 0 else { return "\(text(value)) ± 0" }
    let exponent = decimalExponent(max(value.magnitude, spread))
    let places = 1 - decimalExponent(spread, significant: 2)
    if plainExponents.contains(exponent) {
      return pair(value, spread, decimals: max(0, places)) ?? apart(value, spread)
    }
    // Rounding may carry into a new digit, as in 9.9996 × 10⁻⁷: the next power of ten then.
    for power in [exponent, exponent + 1] {
      let mantissa = shifted(value, by: -power)
      let scaledSpread = shifted(spread, by: -power)
      let largest = max(mantissa.magnitude, scaledSpread)
      let carried = fixed(largest, decimals: min(mostDecimals, max(0, places + power)))
      guard power > exponent || !carried.hasPrefix("10") else { continue }
      return pair(mantissa, scaledSpread, decimals: places + power)
        .map { "(\($0)) × 10\(superscript(power))" } ?? apart(value, spread)
    }
    return apart(value, spread)
  }

  /// Whether people read numbers of this size without a power of ten.
  static func isPlain(_ value: Double) -> Bool {
    value == 0 || plainExponents.contains(decimalExponent(value))
  }

  /// Decimal exponents of numbers that are written without a power of ten.
  private static let plainExponents = -4..<6

  /// More digits than a double holds of a number with one digit before the point say nothing.
  private static let mostDecimals = 12

  private static func pair(_ value: Double, _ spread: Double, decimals: Int) -> String? {
    guard decimals <= mostDecimals else { return nil }
    return "\(fixed(value, decimals: decimals)) ± \(fixed(spread, decimals: decimals))"
  }

  /// For a spread far below the digits of its value.
  private static func apart(_ value: Double, _ spread: Double) -> String {
    "\(text(value, significant: mostDecimals)) ± \(text(spread, significant: 2))"
  }

  /// `value × 10^exponent` in two steps, since the power alone may be beyond the largest double.
  private static func shifted(_ value: Double, by exponent: Int) -> Double {
    let half = exponent / 2
    return value * pow(10, Double(half)) * pow(10, Double(exponent - half))
  }

  private static func scientific(_ value: Double, digits: Int) -> String {
    let parts = String(format: "%.\(max(digits, 1) - 1)e", value).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return withTrueMinus("\(value)") }
    return "\(withTrueMinus(String(parts[0]))) × 10\(superscript(exponent))"
  }

  /// The power of ten of the first digit after rounding to so many digits; 15 of them leave out
  /// the noise of binary fractions.
  private static func decimalExponent(_ value: Double, significant digits: Int = 15) -> Int {
    let text = String(format: "%.\(digits - 1)e", value)
    guard let mark = text.lastIndex(of: "e") else { return 0 }
    return Int(text[text.index(after: mark)...]) ?? 0
  }

  private static func superscript(_ exponent: Int) -> String {
    let raised: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    return String("\(exponent)".map { raised[$0] ?? $0 })
  }

  private static func withTrueMinus(_ text: String) -> String {
    text.replacingOccurrences(of: "-", with: "−")
  }
}
