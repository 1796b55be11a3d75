import Foundation

extension Formula: CustomStringConvertible {
  /// As a person writes it and ``init(parsing:)`` reads it: `rX / rB - nA * (nA - rA / rB)`.
  public var description: String { written(FormulaText.plain).text }

  /// For a paper: the mathematics between the dollar signs.
  public var latex: String { written(FormulaText.latex).text }

  /// How tightly the outermost operator binds.
  private enum Binding: Int, Comparable {
    case sum, product, power, atom

    static func < (a: Binding, b: Binding) -> Bool { a.rawValue < b.rawValue }
  }

  private typealias Piece = (text: String, binding: Binding)

  private func written(_ style: FormulaText) -> Piece {
    switch self {
    case .number(let value): (style.number(value), value < 0 ? .sum : .atom)
    case .variable(let name): (style.name(name), .atom)
    case .unary(let function, let inner): Self.unary(function, inner, style)
    case .binary(let function, let left, let right): Self.binary(function, left, right, style)
    }
  }

  private static func unary(_ function: FormulaOperator, _ inner: Formula, _ style: FormulaText)
    -> Piece
  {
    let own = inner.written(style)
    switch function {
    case .inverse:
      return style == .latex
        ? ("\\frac{1}{\(own.text)}", .product)
        : ("1 / \(enclosed(own, above: .product, style))", .product)
    case .square, .cube, .sixthPower:
      let power = function == .square ? "2" : function == .cube ? "3" : "6"
      return ("\(enclosed(own, above: .power, style))^\(power)", .power)
    case .squareRoot where style == .latex: return ("\\sqrt{\(own.text)}", .atom)
    case .cubeRoot where style == .latex: return ("\\sqrt[3]{\(own.text)}", .atom)
    case .absolute where style == .latex: return ("\\left|\(own.text)\\right|", .atom)
    case .decay:
      let name = style == .latex ? "\\exp" : "exp"
      return (name + style.enclosed("-" + enclosed(own, above: .product, style)), .atom)
    default:
      let name =
        style == .latex
        ? (function == .logarithm ? "\\ln" : "\\" + function.rawValue) : function.rawValue
      return (name + style.enclosed(own.text), .atom)
    }
  }

  private static func binary(
    _ function: FormulaOperator, _ left: Formula, _ right: Formula, _ style: FormulaText
  ) -> Piece {
    let (a, b) = (left.written(style), right.written(style))
    switch function {
    case .add: return ("\(a.text) + \(enclosed(b, atLeast: .product, style))", .sum)
    case .subtract: return ("\(a.text) - \(enclosed(b, atLeast: .product, style))", .sum)
    case .multiply:
      let sign = style == .latex ? " \\, " : " * "
      // A quotient on the right keeps its parentheses, so that what is read back is the same tree.
      let factor =
        style == .latex
        ? enclosed(b, atLeast: .product, style) : enclosed(b, above: .product, style)
      return (enclosed(a, atLeast: .product, style) + sign + factor, .product)
    case .divide where style == .latex: return ("\\frac{\(a.text)}{\(b.text)}", .product)
    case .divide:
      return (
        "\(enclosed(a, atLeast: .product, style)) / \(enclosed(b, above: .product, style))",
        .product
      )
    default:
      let difference = "\(a.text) - \(enclosed(b, atLeast: .product, style))"
      return style == .latex
        ? ("\\left|\(difference)\\right|", .atom) : ("abs(\(difference))", .atom)
    }
  }

  private static func enclosed(_ piece: Piece, atLeast binding: Binding, _ style: FormulaText)
    -> String
  {
    piece.binding >= binding ? piece.text : style.enclosed(piece.text)
  }

  private static func enclosed(_ piece: Piece, above binding: Binding, _ style: FormulaText)
    -> String
  {
    piece.binding > binding ? piece.text : style.enclosed(piece.text)
  }
}

/// The two ways to write.
enum FormulaText {
  case plain, latex

  func enclosed(_ text: String) -> String {
    self == .plain ? "(\(text))" : "\\left(\(text)\\right)"
  }

  func number(_ value: Double) -> String { FormulaText.shortest(value) }

  func name(_ name: String) -> String {
    switch self {
    case .plain: FormulaText.isPlainName(name) ? name : "`\(name)`"
    case .latex: FormulaText.latexName(name)
    }
  }

  /// Without the `.0` of whole numbers.
  static func shortest(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Letters, digits and underscores, no digit first.
  static func isPlainName(_ name: String) -> Bool {
    guard let first = name.first, first.isLetter || first == "_" else { return false }
    return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      && !FormulaParser.functions.keys.contains(name)
  }

  /// `rA` as r with the subscript A, `n` as itself, all else upright.
  private static func latexName(_ name: String) -> String {
    let parts = name.split(separator: "_", omittingEmptySubsequences: true)
    let letters = Array(name)
    if letters.count == 1, letters[0].isLetter { return name }
    if letters.count == 2, letters[0].isLowercase, letters[1].isUppercase || letters[1].isNumber {
      return "\(letters[0])_{\(letters[1])}"
    }
    let escaped = { (text: String) in
      text.map { "\\{}$&#^%~".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }
    if parts.count == 2, name == parts.joined(separator: "_") {
      let head = parts[0].count == 1 ? String(parts[0]) : "\\mathrm{\(escaped(String(parts[0])))}"
      return "\(head)_{\\mathrm{\(escaped(String(parts[1])))}}"
    }
    return "\\mathrm{\(escaped(name).replacing("_", with: "\\_"))}"
  }
}
