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
    guard (-4..<6).contains(exponent) else { return scientific(shown, digits: digits) }
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
    return min(6, max(0, 1 - decimalExponent(rounded(spread, significant: 2))))
  }

  /// `value ± spread`, both to the digits that the spread deserves.
  static func text(_ value: Double, spread: Double) -> String {
    guard value.isFinite else { return missing }
    guard spread.isFinite, spread >= 0 else { return text(value) }
    let places = decimals(forSpread: spread, of: value)
    return "\(fixed(value, decimals: places)) ± \(fixed(spread, decimals: places))"
  }

  private static func scientific(_ value: Double, digits: Int) -> String {
    let parts = String(format: "%.\(max(digits, 1) - 1)e", value).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return withTrueMinus("\(value)") }
    return "\(withTrueMinus(String(parts[0]))) × 10\(superscript(exponent))"
  }

  private static func decimalExponent(_ value: Double) -> Int {
    let text = String(format: "%.16e", value)
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
