/// Why a text is not a formula. Offsets count characters from 0.
public enum FormulaReadingError: Error, Hashable, Sendable {
  case empty
  case tooLong(Int)
  case tooDeep
  case unexpected(String, offset: Int)
  case ended
  case unknownFunction(String, offset: Int)
  case unsupportedPower(String, offset: Int)
}

extension FormulaReadingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "The formula is empty; write one, for example rA / rB."
    case .tooLong(let count):
      "A formula of \(count) characters is too long; at most \(FormulaParser.longest) are read."
    case .tooDeep:
      "The formula has more than \(FormulaParser.deepest) levels; write it more simply."
    case .unexpected(let text, let offset):
      "\"\(text)\" at offset \(offset) of the formula is not expected there. Names that hold more "
        + "than letters, digits and underscores stand between ` and `."
    case .ended: "The formula ends too early; a value or a parenthesis is missing."
    case .unknownFunction(let name, let offset):
      "\"\(name)\" at offset \(offset) of the formula is no function; there are "
        + "\(FormulaParser.functions.keys.sorted().joined(separator: ", "))."
    case .unsupportedPower(let text, let offset):
      "The power \(text) at offset \(offset) of the formula is none of 2, 3, 6, -1, 1/2 and 1/3."
    }
  }
}

extension Formula {
  /// Reads `rX / rB - nA * (nA - (rA / rB) / log(rA / rB))`.
  ///
  /// Numbers, names (others than plain ones between backquotes), `+ - * /`, powers 2, 3, 6, -1, 1/2
  /// and 1/3 behind `^`, and the functions exp, log (natural; also ln), sqrt, cbrt, abs, sin, cos.
  public init(parsing text: String) throws(FormulaReadingError) {
    var parser = try FormulaParser(text)
    self = try parser.whole()
  }
}

/// Recursive descent with bounded depth.
struct FormulaParser {
  static let longest = 10_000
  static let deepest = 100

  static let functions: [String: FormulaOperator] = [
    "exp": .exponential, "log": .logarithm, "ln": .logarithm, "sqrt": .squareRoot,
    "cbrt": .cubeRoot, "abs": .absolute, "sin": .sine, "cos": .cosine,
  ]

  private let characters: [Character]
  private var place = 0
  private var depth = 0

  init(_ text: String) throws(FormulaReadingError) {
    guard text.utf8.count <= Self.longest else { throw .tooLong(text.utf8.count) }
    characters = Array(text)
    guard characters.contains(where: { !$0.isWhitespace }) else { throw .empty }
  }

  mutating func whole() throws(FormulaReadingError) -> Formula {
    let result = try sum()
    guard peek() == nil else { throw unexpected() }
    return result
  }

  private mutating func sum() throws(FormulaReadingError) -> Formula {
    depth += 1
    guard depth <= Self.deepest else { throw .tooDeep }
    defer { depth -= 1 }
    var result = try product()
    while let sign = take("+-−") {
      result = .binary(sign == "+" ? .add : .subtract, result, try product())
    }
    return result
  }

  private mutating func product() throws(FormulaReadingError) -> Formula {
    var result = try signed()
    while let sign = take("*·/") {
      let right = try signed()
      // `1 / x` is the inverse of x, `x / 1` x itself.
      if sign == "/", result == .number(1) {
        result = .unary(.inverse, right)
      } else {
        result = .binary(sign == "/" ? .divide : .multiply, result, right)
      }
    }
    return result
  }

  private mutating func signed() throws(FormulaReadingError) -> Formula {
    guard take("-−") != nil else { return try power() }
    depth += 1
    guard depth <= Self.deepest else { throw .tooDeep }
    defer { depth -= 1 }
    switch try signed() {
    case .number(let value): return .number(-value)
    case let inner: return .binary(.multiply, .number(-1), inner)
    }
  }

  private mutating func power() throws(FormulaReadingError) -> Formula {
    var base = try atom()
    while take("^") != nil {
      skipSpaces()
      let start = place
      let text = try exponent()
      guard let function = Self.powers[text] else {
        throw .unsupportedPower(text, offset: start)
      }
      base = .unary(function, base)
    }
    return base
  }

  private static let powers: [String: FormulaOperator] = [
    "2": .square, "3": .cube, "6": .sixthPower, "-1": .inverse, "1/2": .squareRoot,
    "0.5": .squareRoot, "1/3": .cubeRoot,
  ]

  private mutating func exponent() throws(FormulaReadingError) -> String {
    if take("(") != nil {
      var text = ""
      while let next = peek(), next != ")" {
        text.append(next)
        place += 1
      }
      guard take(")") != nil else { throw .ended }
      return text.filter { !$0.isWhitespace }.replacing("−", with: "-")
    }
    var text = take("-−") != nil ? "-" : ""
    while place < characters.count, characters[place].isNumber || characters[place] == "." {
      text.append(characters[place])
      place += 1
    }
    return text
  }

  private mutating func atom() throws(FormulaReadingError) -> Formula {
    guard let next = peek() else { throw .ended }
    if next == "(" {
      place += 1
      let inner = try sum()
      guard take(")") != nil else { throw peek() == nil ? .ended : unexpected() }
      return inner
    }
    if next == "`" { return try quoted() }
    if next.isNumber || next == "." { return try number() }
    guard next.isLetter || next == "_" else { throw unexpected() }
    return try named()
  }

  private mutating func quoted() throws(FormulaReadingError) -> Formula {
    place += 1
    var name = ""
    while place < characters.count, characters[place] != "`" {
      name.append(characters[place])
      place += 1
    }
    guard place < characters.count, !name.isEmpty else { throw .ended }
    place += 1
    return .variable(name)
  }

  private mutating func number() throws(FormulaReadingError) -> Formula {
    let start = place
    while place < characters.count {
      let next = characters[place]
      let isSign = place > start && "+-".contains(next) && "eE".contains(characters[place - 1])
      guard next.isNumber || next == "." || "eE".contains(next) || isSign else {
        break
      }
      place += 1
    }
    let text = String(characters[start..<place])
    guard let value = Double(text), value.isFinite else {
      throw .unexpected(text, offset: start)
    }
    return .number(value)
  }

  private mutating func named() throws(FormulaReadingError) -> Formula {
    let start = place
    while place < characters.count,
      characters[place].isLetter || characters[place].isNumber || characters[place] == "_"
    {
      place += 1
    }
    let name = String(characters[start..<place])
    guard peek() == "(" else { return .variable(name) }
    guard let function = Self.functions[name] else {
      throw .unknownFunction(name, offset: start)
    }
    place += 1
    let inner = try sum()
    guard take(")") != nil else { throw peek() == nil ? .ended : unexpected() }
    return simplified(function, inner)
  }

  /// `abs(a - b)` and `exp(-a)` are operators of their own.
  private func simplified(_ function: FormulaOperator, _ inner: Formula) -> Formula {
    switch (function, inner) {
    case (.absolute, .binary(.subtract, let a, let b)): .binary(.absoluteDifference, a, b)
    case (.exponential, .binary(.multiply, .number(-1), let a)): .unary(.decay, a)
    default: .unary(function, inner)
    }
  }

  private mutating func skipSpaces() {
    while place < characters.count, characters[place].isWhitespace { place += 1 }
  }

  private mutating func peek() -> Character? {
    skipSpaces()
    return place < characters.count ? characters[place] : nil
  }

  private mutating func take(_ set: String) -> Character? {
    guard let next = peek(), set.contains(next) else { return nil }
    place += 1
    return next
  }

  private func unexpected() -> FormulaReadingError {
    .unexpected(String(characters[min(place, characters.count - 1)]), offset: place)
  }
}
