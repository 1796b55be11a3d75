// The characters that formulas are typeset with.

extension FormulaNotation {
  /// Letters, digits, brackets, point and slash of ASCII.
  static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "A"..."Z", "a"..."z", "0"..."9", "(", ")", "[", "]", "{", "}", ".", "/": true
    default: false
    }
  }

  static let subscripts: [Unicode.Scalar: UInt8] = digits("₀₁₂₃₄₅₆₇₈₉")

  /// Superscript digits by value; superscript signs are in ``signs`` too.
  static let superscripts: [Unicode.Scalar: Unicode.Scalar] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
    "⁹": "9", "⁺": "+", "⁻": "-",
  ]

  /// Signs of charges, +1 or −1. A hyphen and the minus sign count, dashes do not.
  static let signs: [Unicode.Scalar: Int] = [
    "+": 1, "-": -1, "\u{2212}": -1, "⁺": 1, "⁻": -1, "₊": 1, "₋": -1,
  ]

  /// Dots that join the parts of a hydrate or double oxide.
  static let dots: Set<Unicode.Scalar> = [
    "\u{B7}", "\u{2219}", "\u{2022}", "\u{22C5}", "\u{2027}", "\u{30FB}", "\u{2E31}", "*",
  ]

  static let spaces: Set<Unicode.Scalar> = [
    " ", "\t", "\n", "\r", "\u{A0}", "\u{2002}", "\u{2003}", "\u{2004}", "\u{2005}", "\u{2006}",
    "\u{2007}", "\u{2008}", "\u{2009}", "\u{200A}", "\u{202F}", "\u{205F}", "\u{3000}",
  ]

  static let fractions: [Unicode.Scalar: String] = [
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5",
    "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8",
    "⅞": "7/8",
  ]

  /// LaTeX commands: what they stand for, or nothing where they only set the type.
  static let commands: [String: Meaning] = [
    "mathrm": .nothing, "mathsf": .nothing, "text": .nothing, "textrm": .nothing, "ce": .nothing,
    "rm": .nothing, "cdot": .dot, "cdotp": .dot, "bullet": .dot, "ast": .dot, "quad": .space,
    "left": .nothing, "right": .nothing,
  ]

  static let entities: [String: Meaning] = [
    "middot": .dot, "sdot": .dot, "bull": .dot, "#183": .dot, "#8226": .dot, "#8901": .dot,
    "nbsp": .space, "thinsp": .space, "#160": .space,
  ]

  enum Meaning {
    case nothing
    case dot
    case space
  }

  /// How an error names a character: itself where it can be seen, its code where not.
  static func name(_ scalar: Unicode.Scalar) -> String {
    let code = String(scalar.value, radix: 16, uppercase: true)
    let padded = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
    return scalar.isASCII && scalar.value > 32 && scalar.value != 127
      ? "\"\(scalar)\"" : "The character \(padded)"
  }

  private static func digits(_ text: String) -> [Unicode.Scalar: UInt8] {
    var digits: [Unicode.Scalar: UInt8] = [:]
    for (value, scalar) in text.unicodeScalars.enumerated() {
      digits[scalar] = UInt8(ascii: "0") + UInt8(value)
    }
    return digits
  }
}
