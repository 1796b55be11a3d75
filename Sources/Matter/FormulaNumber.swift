/// Amounts in formulas: `2`, `0.25`, `1/2`; no sign, no exponent.
enum FormulaNumber {
  /// The number that starts at `place`, which moves behind it; `nil` where none starts.
  ///
  /// - Parameter isLeading: Whether the number opens a part (`0.5H2O`): its point is then decimal.
  static func amount(
    _ text: Span<UInt8>, _ place: inout Int, isLeading: Bool = false
  ) throws(FormulaParser.Failure) -> Double? {
    guard place < text.count else { return nil }
    if text[place] == UInt8(ascii: ".") {
      if startsFraction(text, place), !isWaterCount(text, from: place + 1) {
        throw .formula(.ambiguousPoint(offset: place))
      }
      return nil
    }
    guard isDigit(text[place]) else { return nil }
    let start = place
    let end = digits(text, from: place)
    let isDecimal = isLeading || (end == start + 1 && text[start] == UInt8(ascii: "0"))
    if startsFraction(text, end),
      let fraction = decimalEnd(text, point: end, beforeWater: isDecimal)
    {
      place = fraction
      return try value(text, start..<fraction)
    }
    place = end
    let numerator = try value(text, start..<end, allowsZero: true)
    guard end + 1 < text.count, text[end] == UInt8(ascii: "/"), isDigit(text[end + 1]) else {
      return try positive(numerator, text, start..<end)
    }
    place = digits(text, from: end + 1)
    let denominator = try value(text, end + 1..<place)
    return try positive(numerator / denominator, text, start..<place)
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func digits(_ text: Span<UInt8>, from place: Int) -> Int {
    var end = place
    while end < text.count, isDigit(text[end]) { end += 1 }
    return end
  }

  private static func startsFraction(_ text: Span<UInt8>, _ place: Int) -> Bool {
    place + 1 < text.count && text[place] == UInt8(ascii: ".") && isDigit(text[place + 1])
  }

  /// Where the decimal number with this point ends; `nil` when the point joins two parts instead:
  /// before another decimal number, or before a whole count of water that ends the formula.
  private static func decimalEnd(
    _ text: Span<UInt8>, point: Int, beforeWater: Bool
  ) -> Int? {
    let end = digits(text, from: point + 1)
    if startsFraction(text, end) { return nil }
    return !beforeWater && isWaterCount(text, from: point + 1) ? nil : end
  }

  /// `5H2O` or `6(H2O)` and then the end of the part or of its brackets.
  private static func isWaterCount(_ text: Span<UInt8>, from place: Int) -> Bool {
    guard text[place] != UInt8(ascii: "0") else { return false }
    var next = digits(text, from: place)
    let isBracketed = next < text.count && text[next] == UInt8(ascii: "(")
    if isBracketed { next += 1 }
    for expected in "H2O".utf8 {
      guard next < text.count, text[next] == expected else { return false }
      next += 1
    }
    if isBracketed {
      guard next < text.count, text[next] == UInt8(ascii: ")") else { return false }
      next += 1
    }
    guard next < text.count else { return true }
    return text[next] == FormulaParser.dot || text[next] == UInt8(ascii: ".")
      || text[next] == UInt8(ascii: ")") || text[next] == UInt8(ascii: "]")
      || text[next] == UInt8(ascii: "}")
  }

  /// The digits and at most one point of `range` as a number, correctly rounded.
  private static func value(
    _ text: Span<UInt8>, _ range: Range<Int>, allowsZero: Bool = false
  ) throws(FormulaParser.Failure) -> Double {
    let result = exact(text, range) ?? Double(FormulaNumber.string(text, range)) ?? .infinity
    if allowsZero, result == 0 { return 0 }
    return try positive(result, text, range)
  }

  private static func positive(
    _ value: Double, _ text: Span<UInt8>, _ range: Range<Int>
  ) throws(FormulaParser.Failure) -> Double {
    guard value > 0, value.isFinite else {
      throw .formula(
        .amountOutOfRange(FormulaParser.text(text, range), offset: range.lowerBound))
    }
    return value
  }

  /// Numbers of at most 15 digits: an exact integer over an exact power of ten rounds once.
  private static func exact(_ text: Span<UInt8>, _ range: Range<Int>) -> Double? {
    guard range.count <= 16 else { return nil }
    var mantissa: Int64 = 0
    var scale = -1
    for place in range {
      if text[place] == UInt8(ascii: ".") {
        scale = 0
      } else {
        mantissa = mantissa * 10 + Int64(text[place] - UInt8(ascii: "0"))
        if scale >= 0 { scale += 1 }
      }
    }
    guard mantissa < 1 << 53 else { return nil }
    return scale > 0 ? Double(mantissa) / powersOfTen[scale] : Double(mantissa)
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  private static func string(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: range.map { text[$0] }, as: UTF8.self)
  }
}
