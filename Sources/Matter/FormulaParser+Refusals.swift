// What looks like a formula and is none: each form gets its own reason.

extension FormulaParser {
  /// A lower-case letter that continues no symbol.
  func strayLetter(_ text: Span<UInt8>, at place: Int) -> FormulaError {
    if FormulaParser.isVariable(text, at: place) {
      return .variable(ascii(text[place]), offset: place)
    }
    var end = place
    while end < text.count, FormulaParser.isLower(text[end]) { end += 1 }
    return .unknownSymbol(FormulaParser.text(text, place..<end), offset: place)
  }

  /// A capital with a lower-case letter that make no symbol together: `Qz`, or `C` and a variable.
  func unknownPair(_ text: Span<UInt8>, at place: Int) -> FormulaError {
    if SymbolTable.atomicNumber(text[place], 0) > 0, FormulaParser.isVariable(text, at: place + 1) {
      return .variable(ascii(text[place + 1]), offset: place + 1)
    }
    var end = place + 1
    while end < text.count, FormulaParser.isLower(text[end]) { end += 1 }
    return .unknownSymbol(FormulaParser.text(text, place..<end), offset: place)
  }

  /// Hydrogen for `D` and `T`, where the rule counts isotopes as their element.
  func hydrogenIsotope(_ byte: UInt8, at place: Int) throws(Failure) -> UInt8 {
    guard byte == UInt8(ascii: "D") || byte == UInt8(ascii: "T") else {
      throw .formula(.unknownSymbol(ascii(byte), offset: place))
    }
    guard isotopes == .asElements else { throw .formula(.isotope(ascii(byte), offset: place)) }
    return 1
  }

  /// A whole number before a symbol that lies between 1.6 and 3 times its atomic number is read as a
  /// mass number by chemists: `13CO2`, `[15N]`, `[2H]`. Let through are hydrogen outside brackets
  /// (`2H2O` is two waters) and formulas of several parts (`9B2O3·2Al2O3`).
  func refuseMassNumber(
    _ multiplier: Double, _ text: Span<UInt8>, from start: Int, symbolAt place: Int
  ) throws(Failure) {
    guard multiplier == multiplier.rounded(), FormulaParser.isUpper(text[place]) else { return }
    let next =
      place + 1 < text.count && FormulaParser.isLower(text[place + 1]) ? text[place + 1] : 0
    let number = Double(SymbolTable.atomicNumber(text[place], next))
    let isWater = number == 1 && start == 0
    // A byte that is not plain may be a hydrate dot: the notation has to be read first.
    guard text.indices.allSatisfy({ FormulaParser.isPlain(text[$0]) }) else { throw .notPlain }
    let hasParts = text.indices.contains { text[$0] == FormulaParser.dot }
    guard number > 0, !isWater, !hasParts, multiplier >= 1.6 * number, multiplier <= 3 * number
    else { return }
    let symbol = FormulaParser.text(text, start..<place + (next > 0 ? 2 : 1))
    throw .formula(.isotope(symbol, offset: start))
  }

  /// The numeral in `Fe(III)`, where a capital or small letter stands before the parenthesis.
  ///
  /// `(I)` and `(V)` alone stay iodine and vanadium.
  func romanNumeral(_ text: Span<UInt8>, at place: Int) -> String? {
    guard text[place] == UInt8(ascii: "("), place > 0,
      FormulaParser.isUpper(text[place - 1]) || FormulaParser.isLower(text[place - 1])
    else { return nil }
    var end = place + 1
    while end < text.count, text[end] == UInt8(ascii: "I") || text[end] == UInt8(ascii: "V") {
      end += 1
    }
    guard end < text.count, text[end] == UInt8(ascii: ")") else { return nil }
    let numeral = FormulaParser.text(text, place + 1..<end)
    return ["II", "III", "IV", "VI", "VII", "VIII"].contains(numeral) ? numeral : nil
  }

  // MARK: Bytes

  static func isUpper(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
  }

  static func isLower(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
  }

  /// Whether ``FormulaNotation`` would leave the byte as it is.
  static func isPlain(_ byte: UInt8) -> Bool {
    isUpper(byte) || isLower(byte) || FormulaNumber.isDigit(byte) || byte == dot
      || "()[]{}./".utf8.contains(byte)
  }

  static func opensUnit(_ byte: UInt8) -> Bool {
    isUpper(byte) || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[")
      || byte == UInt8(ascii: "{")
  }

  static func partner(of bracket: UInt8) -> UInt8 {
    switch bracket {
    case UInt8(ascii: "("): UInt8(ascii: ")")
    case UInt8(ascii: "["): UInt8(ascii: "]")
    default: UInt8(ascii: "}")
    }
  }

  static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: range.prefix(32).map { bytes[$0] }, as: UTF8.self)
  }

  /// One of the letters that stand for amounts, not followed by another small letter.
  private static func isVariable(_ text: Span<UInt8>, at place: Int) -> Bool {
    let isLast = place + 1 >= text.count || !isLower(text[place + 1])
    return isLast && "xyznmuvwd".utf8.contains(text[place])
  }
}

func ascii(_ byte: UInt8) -> String { String(decoding: [byte], as: UTF8.self) }

extension FormulaError {
  /// The same error with its offset in the original text.
  func moved(to offsets: [Int]) -> FormulaError {
    func place(_ index: Int) -> Int {
      index < offsets.count ? offsets[index] : (offsets.last.map { $0 + 1 } ?? 0)
    }
    return switch self {
    case .empty, .tooLong, .invalidText, .invalidAmount: self
    case .unknownSymbol(let text, let offset): .unknownSymbol(text, offset: place(offset))
    case .unbalancedBracket(let text, let offset): .unbalancedBracket(text, offset: place(offset))
    case .emptyGroup(let offset): .emptyGroup(offset: place(offset))
    case .tooDeep(let offset): .tooDeep(offset: place(offset))
    case .amountWithoutElement(let offset): .amountWithoutElement(offset: place(offset))
    case .amountOutOfRange(let text, let offset): .amountOutOfRange(text, offset: place(offset))
    case .ambiguousPoint(let offset): .ambiguousPoint(offset: place(offset))
    case .ambiguousCharge(let text, let offset): .ambiguousCharge(text, offset: place(offset))
    case .misplacedCharge(let offset): .misplacedCharge(offset: place(offset))
    case .isotope(let text, let offset): .isotope(text, offset: place(offset))
    case .variable(let text, let offset): .variable(text, offset: place(offset))
    case .alternatives(let offset): .alternatives(offset: place(offset))
    case .oxidationState(let text, let offset): .oxidationState(text, offset: place(offset))
    case .unexpected(let text, let offset): .unexpected(text, offset: place(offset))
    }
  }
}
