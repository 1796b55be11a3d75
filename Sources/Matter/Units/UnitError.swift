/// Why a text is not a unit. Offsets count characters from 0.
public enum UnitError: Error, Hashable, Sendable {
  case empty
  case tooLong(count: Int)
  case unknownSymbol(String, offset: Int)

  /// A symbol that means different things to different people.
  case ambiguous(String, offset: Int, remedy: String)
  case unexpected(String, offset: Int)

  /// A product behind a solidus: `W/m K`.
  case ambiguousDivision(offset: Int)
  case invalidPower(offset: Int)
  case unbalancedParenthesis(offset: Int)

  /// Larger or smaller than any unit: powers too high.
  case outOfRange(String)

  /// A temperature scale or a logarithm as a factor.
  case notMultiplicative(String)
}

extension UnitError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "The unit is empty; write 1 for a pure number."
    case .tooLong(let count):
      "A unit of \(count) characters is no unit; at most \(Unit.longestText) are read."
    case .unknownSymbol(let symbol, let offset):
      "\"\(symbol)\" at offset \(offset) is not a unit. Symbols are case-sensitive: GPa, not gpa."
    case .ambiguous(let symbol, let offset, let remedy):
      "\"\(symbol)\" at offset \(offset) has more than one meaning; \(remedy)."
    case .unexpected(let text, let offset):
      "\"\(text)\" at offset \(offset) does not belong in a unit."
    case .ambiguousDivision(let offset):
      "The factor at offset \(offset) stands behind a division; write W/(m K) or W m^-1 K^-1."
    case .invalidPower(let offset):
      "The power at offset \(offset) is not a whole number or a fraction such as 1/2, from -99 to "
        + "99 and not 0."
    case .unbalancedParenthesis(let offset):
      "The parenthesis at offset \(offset) has no partner."
    case .outOfRange(let text):
      "\"\(text)\" is beyond the range of numbers; check its powers."
    case .notMultiplicative(let text):
      "\"\(text)\" is a temperature scale or a logarithm, which cannot be a factor; use K, or take "
        + "the values out of the logarithm first."
    }
  }
}

/// Why values cannot be converted from one unit to another.
public enum ConversionError: Error, Hashable, Sendable {
  /// The units measure different things; the remedy is empty where there is none.
  case incompatible(from: Unit, to: Unit, remedy: String)

  /// A value whose logarithm is asked for, or whose inverse, is not positive.
  case notPositive(Double, unit: String)

  /// The value, or what it becomes, is not a finite number.
  case notFinite(Double, unit: String)
}

extension ConversionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .incompatible(let from, let to, let remedy):
      "\(from) [\(from.dimension)] and \(to) [\(to.dimension)] measure different things"
        + (remedy.isEmpty ? "." : "; \(remedy).")
    case .notPositive(let value, let unit):
      "\(value) \(unit) is not positive, which this conversion needs."
    case .notFinite(let value, let unit):
      "\(value) \(unit) has no finite value in the other unit."
    }
  }
}
