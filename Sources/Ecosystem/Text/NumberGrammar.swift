/// Numbers, ranges and lists in running text.
struct NumberGrammar {
  let scan: TextScan

  struct Found {
    var lower: Double
    var upper: Double
    var uncertainty: Double?
    var end: Int
    /// 1 for digits, less for words.
    var confidence: Double
  }

  /// A number or a range that begins at a place: `5`, `1,000`, `3.2 × 10-4`, `960-970`, `25 ± 2`,
  /// `two`.
  func number(at place: Int) -> Found? {
    guard let first = plain(at: place) else { return word(at: place) }
    var found = Found(lower: first.value, upper: first.value, end: first.end, confidence: 1)
    let next = scan.skipBlanks(first.end)
    if let sign = scan[next], sign == "±", let spread = plain(at: scan.skipBlanks(next + 1)) {
      found.uncertainty = spread.value
      found.end = spread.end
    } else if let upper = rangeEnd(after: first) {
      found.upper = upper.value
      found.end = upper.end
    }
    return found
  }

  /// `-970`, `–970`, ` to 970` behind a number; the second must not be the smaller one.
  private func rangeEnd(after first: (value: Double, end: Int)) -> (value: Double, end: Int)? {
    let next = scan.skipBlanks(first.end)
    var start: Int?
    if scan.isDash(next) || scan[next] == "~" { start = scan.skipBlanks(next + 1) }
    if next > first.end, let end = scan.end(of: "to ", at: next) { start = end }
    guard let start, let second = plain(at: start), second.value >= first.value else { return nil }
    return second
  }

  /// Digits with thousands commas, a fraction and a power of ten.
  private func plain(at place: Int) -> (value: Double, end: Int)? {
    guard scan.isDigit(place) || (scan[place] == "." && scan.isDigit(place + 1)) else {
      return nil
    }
    var digits = ""
    var cursor = place
    while scan.isDigit(cursor) || isThousandsComma(cursor, from: place) {
      if scan.isDigit(cursor), let digit = scan[cursor] { digits.unicodeScalars.append(digit) }
      cursor += 1
    }
    if scan[cursor] == ".", scan.isDigit(cursor + 1) {
      digits += "."
      cursor += 1
      while scan.isDigit(cursor), let digit = scan[cursor] {
        digits.unicodeScalars.append(digit)
        cursor += 1
      }
    }
    guard digits.utf8.count <= 30, let value = Double(digits.hasPrefix(".") ? "0" + digits : digits)
    else { return nil }
    if let power = power(at: cursor) { return (value * power.factor, power.end) }
    return (value, cursor)
  }

  private func isThousandsComma(_ place: Int, from start: Int) -> Bool {
    scan[place] == "," && place > start && place - start <= 3
      && (1...3).allSatisfy { scan.isDigit(place + $0) } && !scan.isDigit(place + 4)
  }

  /// `× 10-4`, `x 10^3`, `·10⁻⁵`.
  private func power(at place: Int) -> (factor: Double, end: Int)? {
    var cursor = scan.skipBlanks(place)
    guard let sign = scan[cursor], sign == "×" || sign == "x" || sign == "·" || sign == "*" else {
      return nil
    }
    cursor = scan.skipBlanks(cursor + 1)
    guard scan[cursor] == "1", scan[cursor + 1] == "0", !scan.isDigit(cursor + 2) else {
      return nil
    }
    cursor += 2
    if scan[cursor] == "^" { cursor += 1 }
    guard let exponent = exponent(at: cursor) else { return nil }
    return (NumberGrammar.powerOfTen(exponent.value), exponent.end)
  }

  /// A whole number that is raised or signed: `-4`, `⁻⁴`, `3`.
  func exponent(at place: Int) -> (value: Int, end: Int)? {
    var cursor = place
    var isNegative = false
    if scan.isDash(cursor) || scan[cursor] == "⁻" {
      isNegative = true
      cursor = scan.skipBlanks(cursor + 1, limit: 1)
    }
    var value = 0
    let start = cursor
    while cursor - start < 3, let digit = digit(at: cursor) {
      value = value * 10 + digit
      cursor += 1
    }
    return cursor > start ? (isNegative ? -value : value, cursor) : nil
  }

  private func digit(at place: Int) -> Int? {
    guard let scalar = scan[place] else { return nil }
    if (48...57).contains(scalar.value) { return Int(scalar.value) - 48 }
    switch scalar {
    case "⁰", "⁴"..."⁹": return Int(scalar.value) - 0x2070
    case "¹": return 1
    case "²", "³": return Int(scalar.value) - 0xB0
    default: return nil
    }
  }

  private static func powerOfTen(_ exponent: Int) -> Double {
    (0..<abs(exponent)).reduce(1.0) { power, _ in exponent < 0 ? power / 10 : power * 10 }
  }

  /// `two`, `half an`: number words up to twelve.
  private func word(at place: Int) -> Found? {
    guard !scan.isWord(place - 1), let first = scan[place],
      Self.initials.contains(TextScan.folded(first))
    else { return nil }
    for (index, name) in NumberGrammar.words.enumerated() {
      guard let end = scan.end(of: name, at: place), !scan.isWord(end) else { continue }
      let value = Double(index + 1)
      return Found(lower: value, upper: value, end: end, confidence: 0.9)
    }
    for half in ["half an", "half a"] {
      if let end = scan.end(of: half, at: place), !scan.isWord(end) {
        return Found(lower: 0.5, upper: 0.5, end: end, confidence: 0.8)
      }
    }
    return nil
  }

  private static let words = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
  ]

  /// The lower-case letters that number words begin with.
  private static let initials: [UInt32] = "otfsenh".unicodeScalars.map(\.value)

  /// Whether a number can begin with a scalar.
  static func canBegin(with scalar: Unicode.Scalar) -> Bool {
    (48...57).contains(scalar.value) || scalar == "."
      || (scalar.isASCII && initials.contains(TextScan.folded(scalar)))
  }
}
