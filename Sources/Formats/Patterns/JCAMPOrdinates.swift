/// The lines of a JCAMP-DX table (X++(Y..Y)): an abscissa, then ordinates as plain numbers (AFFN,
/// PAC), with their sign in the first digit (SQZ), as differences (DIF) and repeated (DUP).
struct JCAMPOrdinates {
  private(set) var values: [Double] = []

  /// The last line ended in a difference, so that the next one repeats its value as a check.
  private var endsInDifference = false

  struct Damage: Error {
    let message: String
  }

  private enum Kind {
    case plain, difference, repetition
  }

  mutating func append(_ line: [UInt8], limit: Int) throws(Damage) {
    var place = 0
    guard try readAbscissa(line, &place) else { return }
    var isFirst = true
    var difference: Double?
    while let (kind, number) = try readToken(line, &place) {
      switch kind {
      case .plain:
        difference = nil
        if !(isFirst && endsInDifference) {
          values.append(number)
        } else {
          try check(number)
        }
      case .difference:
        guard let last = values.last else { throw Damage(message: "A difference from nothing.") }
        difference = number
        values.append(last + number)
      case .repetition:
        try repeatLast(Int(number) - 1, difference, limit)
      }
      guard values.count <= limit else { throw Damage(message: "More than \(limit) points.") }
      isFirst = false
    }
    endsInDifference = difference != nil
  }

  private func check(_ number: Double) throws(Damage) {
    guard values.last == number else {
      throw Damage(
        message: "The check value \(number) differs from the last value of the line before.")
    }
  }

  private mutating func repeatLast(
    _ count: Int, _ difference: Double?, _ limit: Int
  ) throws(Damage) {
    guard count >= 0, count <= limit - values.count, let last = values.last else {
      throw Damage(message: "A repetition of nothing, or of more than \(limit) points.")
    }
    guard let difference else {
      values.append(contentsOf: repeatElement(last, count: count))
      return
    }
    for step in 0..<count { values.append(last + Double(step + 1) * difference) }
  }

  /// The number at the start of a line; `false` on a line without any.
  private func readAbscissa(_ line: [UInt8], _ place: inout Int) throws(Damage) -> Bool {
    guard let (kind, _) = try readToken(line, &place) else { return false }
    guard kind == .plain else { throw Damage(message: "The line does not begin with an abscissa.") }
    return true
  }

  private func readToken(
    _ line: [UInt8], _ place: inout Int
  ) throws(Damage) -> (Kind, Double)? {
    while place < line.count, " \t,;".utf8.contains(line[place]) { place += 1 }
    guard place < line.count else { return nil }
    let (kind, lead) = try Self.lead(line[place])
    var text = lead
    place += 1
    while place < line.count, Self.continues(line[place], after: line[place - 1], kind) {
      text.append(line[place])
      place += 1
    }
    guard let number = DecimalParser.value(text[...]), abs(number) < 1e300,
      kind != .repetition || number < 1e9
    else {
      throw Damage(message: "\"\(TextLines.text(text.prefix(40)))\" is not a number.")
    }
    return (kind, number)
  }

  private static func continues(_ byte: UInt8, after last: UInt8, _ kind: Kind) -> Bool {
    if (48...57).contains(byte) || byte == UInt8(ascii: ".") { return true }
    guard kind == .plain else { return false }
    // An exponent needs a sign: without one, E begins the next squeezed number.
    let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    return isSign && (last == UInt8(ascii: "E") || last == UInt8(ascii: "e"))
  }

  /// What the first character of a number says, and the digits it stands for.
  private static func lead(_ byte: UInt8) throws(Damage) -> (Kind, [UInt8]) {
    let minus = UInt8(ascii: "-")
    switch byte {
    case UInt8(ascii: "@")...UInt8(ascii: "I"): return (.plain, [byte - 64 + 48])
    case UInt8(ascii: "a")...UInt8(ascii: "i"): return (.plain, [minus, byte - 96 + 48])
    case UInt8(ascii: "%"): return (.difference, [48])
    case UInt8(ascii: "J")...UInt8(ascii: "R"): return (.difference, [byte - 73 + 48])
    case UInt8(ascii: "j")...UInt8(ascii: "r"): return (.difference, [minus, byte - 105 + 48])
    case UInt8(ascii: "S")...UInt8(ascii: "Z"): return (.repetition, [byte - 82 + 48])
    case UInt8(ascii: "s"): return (.repetition, [57])
    case 48...57, UInt8(ascii: "+"), minus, UInt8(ascii: "."): return (.plain, [byte])
    default:
      throw Damage(message: "\"\(Character(Unicode.Scalar(byte)))\" begins no number.")
    }
  }
}
