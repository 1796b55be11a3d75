// LaTeX and HTML: `$Fe_{2}O_{3}$`, `H<sub>2</sub>O`, `SO_4^{2-}`.

extension FormulaNotation {
  mutating func readMarkup(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) {
    switch scalars[place] {
    case "$", "~":
      // Numbers do not run together across a change of mode.
      noteSpace()
      place += 1
    case "_": try readUnderscore(scalars, &place)
    case "^": try readCaret(scalars, &place)
    case "<": try readTag(scalars, &place)
    case "\\": try readCommand(scalars, &place)
    case "&": try readEntity(scalars, &place)
    case ",": throw .alternatives(offset: place)
    case "\u{2044}": throw .unexpected("The fraction slash", offset: place)
    case "δ", "Δ", "ₓ", "ε": throw .variable(String(scalars[place]), offset: place)
    default: throw .unexpected(FormulaNotation.name(scalars[place]), offset: place)
    }
  }

  /// `_2` and `_{2}`.
  private mutating func readUnderscore(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) {
    let next = place + 1
    guard next < scalars.count else { throw .unexpected("\"_\"", offset: place) }
    if scalars[next] == "{" {
      guard let end = index(of: "}", in: scalars, from: next) else {
        throw .unbalancedBracket("{", offset: next)
      }
      try appendSubscript(scalars, next + 1..<end)
      place = end + 1
    } else if scalars[next] >= "0", scalars[next] <= "9" {
      let last = bytes.last ?? 0
      if FormulaNumber.isDigit(last) { throw .amountWithoutElement(offset: next) }
      forgetSpace()
      place = next
    } else {
      throw .unexpected("\"_\"", offset: place)
    }
  }

  /// `^{2-}`, `^2-`, `^13C`.
  private mutating func readCaret(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) {
    let start = place
    var end = place + 1
    if end < scalars.count, scalars[end] == "{" {
      guard let close = index(of: "}", in: scalars, from: end) else {
        throw .unbalancedBracket("{", offset: end)
      }
      place = close + 1
      return try readSuperscript(Array(scalars[end + 1..<close]), from: start, scalars, place)
    }
    while end < scalars.count, isChargeCharacter(scalars[end]) { end += 1 }
    place = end
    try readSuperscript(Array(scalars[start + 1..<end]), from: start, scalars, place)
  }

  private func isChargeCharacter(_ scalar: Unicode.Scalar) -> Bool {
    (scalar >= "0" && scalar <= "9") || FormulaNotation.signs[scalar] != nil
  }

  /// `<sub>2</sub>` and `<sup>2-</sup>`.
  private mutating func readTag(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) {
    let start = place
    guard let open = index(of: ">", in: scalars, from: start), open - start == 4 else {
      throw .unexpected("\"<\"", offset: start)
    }
    let name = text(scalars, start + 1..<open).lowercased()
    guard name == "sub" || name == "sup",
      let close = index(of: "<", in: scalars, from: open), close + 5 < scalars.count,
      text(scalars, close..<close + 6).lowercased() == "</\(name)>"
    else { throw .unexpected("\"<\"", offset: start) }
    place = close + 6
    if name == "sub" {
      try appendSubscript(scalars, open + 1..<close)
    } else {
      try readSuperscript(Array(scalars[open + 1..<close]), from: start, scalars, place)
    }
  }

  private mutating func readCommand(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) {
    var end = place + 1
    while end < scalars.count, end - place < 12, scalars[end].isASCII,
      scalars[end].properties.isAlphabetic
    {
      end += 1
    }
    if end == place + 1, end < scalars.count, ",;:! ".unicodeScalars.contains(scalars[end]) {
      noteSpace()
      place = end + 1
      return
    }
    let name = text(scalars, place + 1..<end)
    guard let meaning = FormulaNotation.commands[name] else {
      throw .unexpected("\"\\\(name)\"", offset: place)
    }
    apply(meaning, at: place)
    place = end
  }

  private mutating func readEntity(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) {
    guard let end = index(of: ";", in: scalars, from: place), end - place < 10,
      let meaning = FormulaNotation.entities[text(scalars, place + 1..<end)]
    else { throw .unexpected("\"&\"", offset: place) }
    apply(meaning, at: place)
    place = end + 1
  }

  private mutating func apply(_ meaning: Meaning, at place: Int) {
    switch meaning {
    case .nothing: break
    case .dot: appendDot(at: place)
    case .space: noteSpace()
    }
  }

  private func index(of scalar: Unicode.Scalar, in scalars: [Unicode.Scalar], from start: Int)
    -> Int?
  {
    scalars[start...].prefix(64).firstIndex(of: scalar)
  }

  func text(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> String {
    String(scalars[range].map { Character($0) })
  }
}
