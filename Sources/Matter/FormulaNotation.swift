/// Turns typeset formulas into plain bytes: Unicode and LaTeX and HTML subscripts, hydrate dots,
/// charges at the end, spaces.
///
/// The result holds letters, digits, brackets, `.`, `/` and ``FormulaParser/dot``; `offsets` tells
/// for each byte which Unicode scalar of the text it came from.
struct FormulaNotation {
  let isotopes: IsotopeRule
  private(set) var bytes: [UInt8] = []
  private(set) var offsets: [Int] = []

  /// The charge at the end in units of the elementary charge; 0 where none is written.
  private(set) var charge = 0

  /// What the last byte was: amounts must not run together across a change of style.
  private var style = Style.plain
  private var sawSpace = false

  enum Style {
    case plain
    case subscriptDigit
    /// A point after a Unicode subscript digit: `₀.₇` goes on, `₄.5` starts anew.
    case subscriptPoint
    /// The end of `_{…}`, `<sub>…</sub>` or a fraction sign, to which no digit can be added.
    case closedSubscript
  }

  init(isotopes: IsotopeRule) {
    self.isotopes = isotopes
  }

  mutating func read(_ text: Span<UInt8>) throws(FormulaError) {
    let raw = text.indices.map { text[$0] }
    guard let string = String(validating: raw, as: UTF8.self) else { throw .invalidText }
    let scalars = Array(string.unicodeScalars)
    var place = scalars.first == "\u{FEFF}" ? 1 : 0
    while place < scalars.count { try readScalar(scalars, &place) }
    if bytes.isEmpty { throw .empty }
  }

  private mutating func readScalar(
    _ scalars: [Unicode.Scalar], _ place: inout Int
  ) throws(FormulaError) {
    let scalar = scalars[place]
    if sawSpace, scalar >= "0", scalar <= "9", try readSpacedCharge(scalars, &place) { return }
    if FormulaNotation.isPlain(scalar) {
      try append(UInt8(scalar.value), at: place)
    } else if let digit = FormulaNotation.subscripts[scalar] {
      try appendSubscript(digit, at: place)
    } else if FormulaNotation.dots.contains(scalar) {
      appendDot(at: place)
    } else if FormulaNotation.spaces.contains(scalar) {
      noteSpace()
    } else if let fraction = FormulaNotation.fractions[scalar] {
      guard !endsInNumber else { throw .amountWithoutElement(offset: place) }
      for byte in fraction.utf8 { put(byte, at: place, style: .closedSubscript) }
    } else if FormulaNotation.superscripts[scalar] != nil {
      return try readUnicodeSuperscript(scalars, &place)
    } else if FormulaNotation.signs[scalar] != nil {
      return try readSign(scalars, &place)
    } else {
      return try readMarkup(scalars, &place)
    }
    place += 1
  }
}

// MARK: - Plain bytes

extension FormulaNotation {
  private var endsInNumber: Bool {
    guard let last = bytes.last else { return false }
    return FormulaNumber.isDigit(last) || last == UInt8(ascii: ".")
  }

  private mutating func put(_ byte: UInt8, at offset: Int, style: Style) {
    bytes.append(byte)
    offsets.append(offset)
    self.style = style
    sawSpace = false
  }

  /// Appends a letter, bracket, digit, point or slash in plain style.
  private mutating func append(_ byte: UInt8, at offset: Int) throws(FormulaError) {
    if sawSpace, FormulaParser.isLower(byte) {
      throw .unknownSymbol(ascii(byte), offset: offset)
    }
    if FormulaNumber.isDigit(byte), endsInNumber {
      if style == .subscriptPoint {
        // `CuSO₄.5H₂O`: the subscript has ended, so the point joins two parts.
        bytes[bytes.count - 1] = FormulaParser.dot
      } else if sawSpace || style != .plain {
        throw .amountWithoutElement(offset: offset)
      }
    }
    guard byte == UInt8(ascii: ".") else { return put(byte, at: offset, style: .plain) }
    switch style {
    case .plain: put(byte, at: offset, style: .plain)
    case .subscriptDigit: put(byte, at: offset, style: .subscriptPoint)
    case .subscriptPoint, .closedSubscript: put(FormulaParser.dot, at: offset, style: .plain)
    }
  }

  private mutating func appendSubscript(_ digit: UInt8, at offset: Int) throws(FormulaError) {
    if endsInNumber, style == .plain || style == .closedSubscript {
      throw .amountWithoutElement(offset: offset)
    }
    put(digit, at: offset, style: .subscriptDigit)
  }

  /// Appends the number of `_{…}` or `<sub>…</sub>`.
  mutating func appendSubscript(
    _ scalars: [Unicode.Scalar], _ range: Range<Int>
  ) throws(FormulaError) {
    guard !range.isEmpty else { throw .emptyGroup(offset: range.lowerBound) }
    if endsInNumber { throw .amountWithoutElement(offset: range.lowerBound) }
    for place in range {
      let scalar = scalars[place]
      guard scalar.isASCII, "0123456789./".unicodeScalars.contains(scalar) else {
        let content = scalars[range].prefix(32).map { Character($0) }
        throw .variable(String(content), offset: place)
      }
      put(UInt8(scalar.value), at: place, style: .plain)
    }
    style = .closedSubscript
  }

  mutating func setCharge(_ value: Int) { charge = value }

  mutating func noteSpace() { sawSpace = true }

  mutating func forgetSpace() { sawSpace = false }

  mutating func appendDot(at offset: Int) {
    put(FormulaParser.dot, at: offset, style: .plain)
  }

  /// Takes the last `count` bytes back: they were a charge.
  mutating func drop(_ count: Int) {
    bytes.removeLast(count)
    offsets.removeLast(count)
  }
}
