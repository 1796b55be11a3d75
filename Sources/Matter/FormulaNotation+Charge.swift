// Charges. They stand at the end of a formula and never become an amount:
//
// - `^{2-}`, `^2-`, `²⁻`, `<sup>2-</sup>`, and a number set apart by a space (`SO4 2-`) are charges;
// - after `]`, or after a single metal, the digits before the sign are the charge: `[Fe(CN)6]4-`,
//   `Fe3+`;
// - one digit before the sign of any other formula with several elements is an amount: `NH4+`;
// - what is left could be either (`SO42-`, `O2-`, `Fe(CN)63-`) and is refused.

extension FormulaNotation {
  mutating func readUnicodeSuperscript(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) {
    let start = place
    var content: [Unicode.Scalar] = []
    while place < scalars.count, let plain = FormulaNotation.superscripts[scalars[place]] {
      content.append(plain)
      place += 1
    }
    try readSuperscript(content, from: start, scalars, place)
  }

  /// - Parameters:
  ///   - content: What is set high.
  ///   - start: Where it starts in the text.
  ///   - end: Where the text goes on.
  mutating func readSuperscript(
    _ content: [Unicode.Scalar], from start: Int, _ scalars: [Unicode.Scalar], _ end: Int
  ) throws(FormulaError) {
    let digits = content.filter { $0 >= "0" && $0 <= "9" }
    let signs = content.compactMap { FormulaNotation.signs[$0] }
    guard digits.count + signs.count == content.count, !content.isEmpty else {
      throw .misplacedCharge(offset: start)
    }
    if signs.isEmpty {
      let symbol = scalars[end...].prefix { $0.isASCII && $0.properties.isAlphabetic }.prefix(2)
      guard !symbol.isEmpty else { throw .misplacedCharge(offset: start) }
      let name = String((digits + symbol).prefix(8).map { Character($0) })
      throw .isotope(name, offset: start)
    }
    guard let charge = chargeValue(digits: digits, signs: signs), isEnd(scalars, end) else {
      throw .misplacedCharge(offset: start)
    }
    setCharge(charge)
  }

  /// A number and a sign at the end, set apart by a space: `SO4 2-`.
  ///
  /// - Returns: Whether there was one; `place` is then at the end.
  mutating func readSpacedCharge(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) -> Bool {
    let digits = scalars[place...].prefix { $0 >= "0" && $0 <= "9" }
    guard !bytes.isEmpty, digits.endIndex < scalars.count,
      let sign = FormulaNotation.signs[scalars[digits.endIndex]],
      isEnd(scalars, digits.endIndex + 1),
      let charge = chargeValue(digits: Array(digits), signs: [sign])
    else { return false }
    setCharge(charge)
    place = scalars.count
    return true
  }

  /// `+`, `-`, `++`, `+3` in plain style.
  mutating func readSign(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) {
    let start = place
    var signs: [Int] = []
    while place < scalars.count, let sign = FormulaNotation.signs[scalars[place]] {
      signs.append(sign)
      place += 1
    }
    var digits: [Unicode.Scalar] = []
    while place < scalars.count, scalars[place] >= "0", scalars[place] <= "9" {
      digits.append(scalars[place])
      place += 1
    }
    guard isEnd(scalars, place), !bytes.isEmpty else { throw .misplacedCharge(offset: start) }
    if digits.isEmpty, signs.count == 1 {
      digits = try takeChargeDigits(before: start, in: scalars)
    }
    guard let charge = chargeValue(digits: digits, signs: signs) else {
      throw .misplacedCharge(offset: start)
    }
    setCharge(charge)
  }

  /// Takes the digits before a lone sign back from the plain bytes where they are the charge.
  private mutating func takeChargeDigits(
    before start: Int, in scalars: [Unicode.Scalar]
  ) throws(FormulaError) -> [Unicode.Scalar] {
    let count = bytes.reversed().prefix { FormulaNumber.isDigit($0) }.count
    guard count > 0, count < bytes.count else { return [] }
    let digits = bytes.suffix(count).map { Unicode.Scalar($0) }
    let first = offsets[offsets.count - count]
    let body = bytes.dropLast(count)
    let isWritten = scalars[first..<start].allSatisfy { $0 >= "0" && $0 <= "9" }
    guard isWritten else { return [] }  // Unicode or marked subscripts are amounts.
    if body.last == UInt8(ascii: "]") || isSingleMetal(body) {
      drop(count)
      return digits
    }
    let endsInSymbol = body.last.map { FormulaParser.isUpper($0) || FormulaParser.isLower($0) }
    let capitals = body.filter { FormulaParser.isUpper($0) }.count
    if count == 1, endsInSymbol == true, capitals > 1 { return [] }
    throw .ambiguousCharge(text(scalars, first..<start + 1), offset: first)
  }

  /// Metals do not form ions of several atoms in common formulas (mercury does: `Hg2 2+`).
  private func isSingleMetal(_ body: ArraySlice<UInt8>) -> Bool {
    guard let element = Element(symbol: String(decoding: body, as: UTF8.self)) else { return false }
    let nonmetals = [
      1, 2, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 32, 33, 34, 35, 36, 51, 52, 53,
      54, 80, 85, 86,
    ]
    return !nonmetals.contains(element.atomicNumber)
  }

  private func chargeValue(digits: [Unicode.Scalar], signs: [Int]) -> Int? {
    guard let sign = signs.first, signs.allSatisfy({ $0 == sign }), signs.count <= 8 else {
      return nil
    }
    if digits.isEmpty { return sign * signs.count }
    guard signs.count == 1, let size = Int(String(digits.map { Character($0) })), size <= 99 else {
      return nil
    }
    return sign * size
  }

  /// Whether only spaces and LaTeX closers follow.
  private func isEnd(_ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
    scalars[place...].allSatisfy {
      FormulaNotation.spaces.contains($0) || $0 == "$" || $0 == "}" || $0 == "~"
    }
  }
}
