/// Reads the text of a unit: `product = factor (separator factor)*`, factors being numbers, symbols
/// with powers, roots and products in parentheses.
struct UnitParser {
  private let text: String
  private let characters: [Character]
  private var place = 0
  private var depth = 0

  /// Most parentheses inside each other.
  private static let deepest = 16

  private struct Value {
    var scale = UnitScale.one
    var dimension = UnitDimension.one
  }

  init(_ text: String) throws(UnitError) {
    let trimmed = text.unicodeScalars.prefix(4 * Unit.longestText + 1).count
    guard trimmed <= 4 * Unit.longestText, text.count <= Unit.longestText else {
      throw .tooLong(count: text.count)
    }
    // Minus signs and spaces of typography are those of the keyboard.
    characters = text.map { character in
      switch character {
      case "\u{2212}", "\u{2013}": "-"
      case "\u{a0}", "\u{2009}", "\u{202f}", "\t": " "
      case "[", "{": "("
      case "]", "}": ")"
      default: character
      }
    }
    var symbol = Substring(text)
    while symbol.first?.isWhitespace == true { symbol.removeFirst() }
    while symbol.last?.isWhitespace == true { symbol.removeLast() }
    self.text = String(symbol)
  }

  mutating func unit() throws(UnitError) -> Unit {
    skipSpaces()
    guard place < characters.count else { throw .empty }
    if let logarithm = try takeLogarithm() { return try self.logarithm(logarithm) }
    let start = place
    if let definition = UnitDefinition.bySymbol[text], definition.offset != 0 {
      return Unit(
        symbol: text, dimension: definition.dimension, scale: definition.scale,
        offset: definition.offset)
    }
    place = start
    let value = try wholeProduct()
    return Unit(symbol: text, dimension: value.dimension, scale: value.scale)
  }

  private mutating func wholeProduct() throws(UnitError) -> Value {
    let value = try product()
    guard place == characters.count else {
      throw characters[place] == ")"
        ? .unbalancedParenthesis(offset: place)
        : .unexpected(String(characters[place]), offset: place)
    }
    guard value.scale.isUsable else { throw .outOfRange(text) }
    return value
  }

  // MARK: Logarithms

  private mutating func takeLogarithm() throws(UnitError) -> Unit.Logarithm? {
    for (word, logarithm) in [("log10", Unit.Logarithm.base10), ("lg", .base10), ("ln", .natural)]
    where matches(word) && follows(word, isAnyOf: "( ") {
      place += word.count
      return logarithm
    }
    return nil
  }

  private mutating func logarithm(_ logarithm: Unit.Logarithm) throws(UnitError) -> Unit {
    skipSpaces()
    guard place < characters.count else { throw .empty }
    let value = try wholeProduct()
    return Unit(
      symbol: text, dimension: value.dimension, scale: value.scale, logarithm: logarithm)
  }

  // MARK: Products

  private mutating func product() throws(UnitError) -> Value {
    var result = Value()
    var isDivision = false
    var sawDivision = false
    while true {
      skipSpaces()
      let start = place
      let factor = try self.factor()
      if sawDivision && !isDivision { throw .ambiguousDivision(offset: start) }
      try multiply(&result, by: factor, power: RationalPower(isDivision ? -1 : 1))
      skipSpaces()
      guard place < characters.count, characters[place] != ")" else { return result }
      isDivision = takeSeparator()
      sawDivision = sawDivision || isDivision
    }
  }

  /// Whether the separator, if there is one, divides; none multiplies.
  private mutating func takeSeparator() -> Bool {
    if characters[place] == "/" || characters[place] == "÷" {
      place += 1
      return true
    }
    if matches("per"), follows("per", isAnyOf: "( ") {
      place += 3
      return true
    }
    if "*·×⋅∙.".contains(characters[place]) { place += 1 }
    return false
  }

  private func multiply(
    _ result: inout Value, by factor: Value, power: RationalPower
  ) throws(UnitError) {
    guard let raised = factor.dimension.raised(to: power) else { throw .outOfRange(text) }
    result.dimension = result.dimension * raised
    result.scale = result.scale * factor.scale.raised(to: power)
    guard result.scale.isWithinReach else { throw .outOfRange(text) }
  }

  // MARK: Factors

  private mutating func factor() throws(UnitError) -> Value {
    guard place < characters.count else {
      throw .unexpected("end of the unit", offset: place)
    }
    let character = characters[place]
    if character == "√" {
      place += 1
      return try raise(factor(), to: RationalPower(1, over: 2), at: place)
    }
    if matches("sqrt"), follows("sqrt", isAnyOf: "(") {
      place += 4
      return try raise(factor(), to: RationalPower(1, over: 2), at: place)
    }
    if character == "(" { return try withPower(parenthesized(), allowsDigits: false) }
    if character.isASCII, character.isNumber { return try withPower(number(), allowsDigits: false) }
    return try withPower(symbol(), allowsDigits: true)
  }

  private mutating func parenthesized() throws(UnitError) -> Value {
    let start = place
    place += 1
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw .unexpected("(", offset: start) }
    let value = try product()
    guard place < characters.count, characters[place] == ")" else {
      throw .unbalancedParenthesis(offset: start)
    }
    place += 1
    return value
  }

  private mutating func symbol() throws(UnitError) -> Value {
    let start = place
    if let special = UnitDefinition.specialSymbols.first(where: { isSpecial($0) }) {
      place += special.count
      return value(UnitDefinition.bySymbol[String(special)])
    }
    if matches("a.u.") {
      throw .ambiguous("a.u.", offset: start, remedy: UnitDefinition.ambiguous["a.u."] ?? "")
    }
    while place < characters.count, isSymbolCharacter(characters[place]) { place += 1 }
    guard place > start else { throw .unexpected(String(characters[start]), offset: start) }
    // Digits belong to a symbol only in a few names, such as a0.
    var name = String(characters[start..<place])
    if name == "a", place < characters.count, characters[place] == "0" {
      place += 1
      name = "a0"
    }
    if let remedy = UnitDefinition.ambiguous[name] {
      throw .ambiguous(name, offset: start, remedy: remedy)
    }
    guard let definition = UnitDefinition.named(name) else {
      throw .unknownSymbol(name, offset: start)
    }
    return value(definition)
  }

  private func value(_ definition: UnitDefinition?) -> Value {
    definition.map { Value(scale: $0.scale, dimension: $0.dimension) } ?? Value()
  }

  /// Whether a special symbol stands here as a whole.
  private func isSpecial(_ symbol: [Character]) -> Bool {
    guard characters[place...].starts(with: symbol) else { return false }
    let end = place + symbol.count
    guard symbol.last?.isLetter == true, end < characters.count else { return true }
    return !isSymbolCharacter(characters[end])
  }

  private func isSymbolCharacter(_ character: Character) -> Bool {
    (character.isLetter || character == "_") && !"⁰¹²³⁴⁵⁶⁷⁸⁹".contains(character)
  }
}

// MARK: Numbers and powers

extension UnitParser {
  /// A positive number: `1`, `100`, `0.5`, `1e-6`; `10^-6` gets its power afterwards.
  private mutating func number() throws(UnitError) -> Value {
    let start = place
    while place < characters.count, isDigit(place) { place += 1 }
    if place + 1 < characters.count, characters[place] == ".", isDigit(place + 1) {
      place += 1
      while place < characters.count, isDigit(place) { place += 1 }
    }
    let mantissa = String(characters[start..<place])
    var exponent = 0
    if place < characters.count, characters[place] == "e" || characters[place] == "E" {
      let before = place
      place += 1
      if let power = signedDigits() { exponent = power } else { place = before }
    }
    guard let value = Double(mantissa), value.isFinite, value > 0, exponent.magnitude <= 300 else {
      throw .unexpected(String(characters[start..<place]), offset: start)
    }
    return Value(scale: UnitScale(value, exponent))
  }

  /// The value to the power behind it, if there is one.
  private mutating func withPower(
    _ value: Value, allowsDigits: Bool
  ) throws(UnitError) -> Value {
    let start = place
    if matches("**") {
      place += 2
    } else if matches("^") {
      place += 1
    } else if let power = superscript() {
      return try raise(value, to: RationalPower(power), at: start)
    } else if allowsDigits, let power = signedDigits() {
      return try raise(value, to: RationalPower(power), at: start)
    } else {
      return value
    }
    let digits = place
    return try raise(value, to: rational(), at: digits)
  }

  private func raise(
    _ value: Value, to power: RationalPower, at offset: Int
  ) throws(UnitError) -> Value {
    guard power.numerator != 0, power.numerator.magnitude <= 99,
      (1...12).contains(power.denominator), let dimension = value.dimension.raised(to: power)
    else { throw .invalidPower(offset: offset) }
    let scale = value.scale.raised(to: power)
    guard scale.isWithinReach else { throw .outOfRange(text) }
    return Value(scale: scale, dimension: dimension)
  }

  /// `2`, `-1`, `1/2`, `0.5`, each also in parentheses.
  private mutating func rational() throws(UnitError) -> RationalPower {
    let start = place
    let isGrouped = matches("(")
    if isGrouped { place += 1 }
    guard let whole = signedDigits() else { throw .invalidPower(offset: start) }
    var power = RationalPower(whole)
    if place + 1 < characters.count, isDigit(place + 1) {
      if characters[place] == "/" {
        place += 1
        let denominator = signedDigits() ?? 0
        guard (1...12).contains(denominator) else { throw .invalidPower(offset: start) }
        power = RationalPower(whole, over: denominator)
      } else if characters[place] == ".", characters[place + 1] == "5" {
        place += 2
        let isNegative = characters[start..<place].contains("-")
        power = RationalPower(2 * whole + (isNegative ? -1 : 1), over: 2)
      }
    }
    if isGrouped {
      guard matches(")") else { throw .invalidPower(offset: start) }
      place += 1
    }
    return power
  }

  /// A whole number of at most three digits with a sign or without; `nil`, and nothing is taken,
  /// where there is none.
  private mutating func signedDigits() -> Int? {
    let start = place
    if matches("-") || matches("+") { place += 1 }
    let first = place
    while place < characters.count, isDigit(place) { place += 1 }
    guard place > first, place - first <= 3,
      let magnitude = Int(String(characters[first..<place]))
    else {
      place = start
      return nil
    }
    return characters[start] == "-" ? -magnitude : magnitude
  }

  private mutating func superscript() -> Int? {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    var text = ""
    while place < characters.count, text.count < 4 {
      if let digit = digits.firstIndex(of: characters[place]) {
        text += "\(digit)"
      } else if text.isEmpty, characters[place] == "⁻" {
        text = "-"
      } else if text.isEmpty, characters[place] == "⁺" {
        text = "+"
      } else {
        break
      }
      place += 1
    }
    return Int(text)
  }

  // MARK: Characters

  private func isDigit(_ place: Int) -> Bool { ("0"..."9").contains(characters[place]) }

  private mutating func skipSpaces() {
    while place < characters.count, characters[place] == " " { place += 1 }
  }

  private func matches(_ word: String) -> Bool { characters[place...].starts(with: word) }

  /// Whether one of some characters stands behind `word`, which stands here.
  private func follows(_ word: String, isAnyOf next: String) -> Bool {
    let end = place + word.count
    return end < characters.count && next.contains(characters[end])
  }
}
