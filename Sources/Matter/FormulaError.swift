/// Why a formula or a set of amounts is not a composition.
///
/// Offsets count Unicode scalars from the start of the text.
public enum FormulaError: Error, Hashable, Sendable {
  case empty

  /// More UTF-8 bytes than a formula may have.
  case tooLong(Int)

  /// Not UTF-8 text.
  case invalidText

  /// An amount that is given by number rather than in a formula.
  case invalidAmount(Double, of: Element)

  case unknownSymbol(String, offset: Int)

  /// A bracket without its partner, or with one of another kind.
  case unbalancedBracket(String, offset: Int)

  /// Brackets, or a side of a hydrate dot, with nothing in them.
  case emptyGroup(offset: Int)

  case tooDeep(offset: Int)

  /// A number where an element must stand.
  case amountWithoutElement(offset: Int)

  /// An amount in a formula that is zero or too large or small for a number.
  case amountOutOfRange(String, offset: Int)

  /// A point that could open a decimal fraction or join a hydrate.
  case ambiguousPoint(offset: Int)

  /// A digit before a sign that could be an amount or a charge.
  case ambiguousCharge(String, offset: Int)

  /// A charge that is not at the end, or is not a whole number.
  case misplacedCharge(offset: Int)

  case isotope(String, offset: Int)

  /// An amount that is a letter or an expression.
  case variable(String, offset: Int)

  /// Elements that share a site without amounts, as in `(Zr,Ti)`.
  case alternatives(offset: Int)

  /// A Roman numeral in parentheses, as in `Fe(III)`.
  case oxidationState(String, offset: Int)

  case unexpected(String, offset: Int)
}

extension FormulaError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty:
      "The formula is empty."
    case .tooLong(let count):
      "The formula has \(count) bytes; the limit is \(FormulaParser.lengthLimit)."
    case .invalidText:
      "The formula is not UTF-8 text."
    case .invalidAmount(let amount, let element):
      "The amount of \(element) is \(amount); it must be finite and greater than zero."
    default:
      "\(problem). \(remedy)"
    }
  }

  private var problem: String {
    switch self {
    case .unknownSymbol(let symbol, let offset):
      "\"\(symbol)\" at offset \(offset) is not an element"
    case .unbalancedBracket(let bracket, let offset):
      "\"\(bracket)\" at offset \(offset) has no partner"
    case .emptyGroup(let offset):
      "There is no element at offset \(offset)"
    case .tooDeep(let offset):
      "More than \(FormulaParser.depthLimit) brackets are open at offset \(offset)"
    case .amountWithoutElement(let offset):
      "The number at offset \(offset) belongs to no element"
    case .amountOutOfRange(let text, let offset):
      "The amount \(text) at offset \(offset) is out of range"
    case .ambiguousPoint(let offset):
      "The point at offset \(offset) could be decimal or join two parts"
    case .ambiguousCharge(let text, let offset):
      "\"\(text)\" at offset \(offset) could be an amount or a charge"
    case .misplacedCharge(let offset):
      "The sign at offset \(offset) is not a charge at the end of the formula"
    case .isotope(let text, let offset):
      "\"\(text)\" at offset \(offset) names an isotope"
    case .variable(let text, let offset):
      "\"\(text)\" at offset \(offset) is a variable, not an amount"
    case .alternatives(let offset):
      "The comma at offset \(offset) lists elements without their amounts"
    case .oxidationState(let text, let offset):
      "\"(\(text))\" at offset \(offset) is an oxidation state"
    case .unexpected(let text, let offset):
      "\(text) at offset \(offset) has no meaning in a formula"
    case .empty, .tooLong, .invalidText, .invalidAmount:
      ""
    }
  }

  private var remedy: String {
    switch self {
    case .unknownSymbol(let symbol, _): FormulaError.hint(for: symbol)
    case .unbalancedBracket: "Close each (, [ and { with its own kind."
    case .emptyGroup: "Write an element there, or take the brackets or the dot away."
    case .tooDeep: "Write the amounts out."
    case .amountWithoutElement: "Amounts follow their element or bracket: H2O, Ca(OH)2."
    case .amountOutOfRange: "Amounts are finite and greater than zero."
    case .ambiguousPoint: "Write 0.5 for one half, or · between the parts of a hydrate."
    case .ambiguousCharge: "Write the charge as in SO4^2-."
    case .misplacedCharge: "Put the charge at the end, as in SO4^2-; leave alloy dashes out."
    case .isotope: "Write the element; isotopes have no descriptors of their own."
    case .variable: "Put a number in its place."
    case .alternatives: "Write them, as in Ba(Zr0.5Ti0.5)O3."
    case .oxidationState: "Leave it out."
    case .unexpected: "Remove it."
    case .empty, .tooLong, .invalidText, .invalidAmount: ""
    }
  }

  /// Most unknown symbols are known ones in another case.
  private static func hint(for symbol: String) -> String {
    let lowered = symbol.lowercased()
    let cased = lowered.prefix(1).uppercased() + lowered.dropFirst()
    if let element = Element(symbol: cased), cased != symbol {
      return "Symbols are case-sensitive: write \(element.symbol)."
    }
    return "Symbols are case-sensitive: Co is cobalt, CO carbon and oxygen."
  }
}
