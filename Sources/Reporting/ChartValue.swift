/// The values a chart specification is made of: JSON, and colors by name.
///
/// Colors stay names until the text is written, so that one specification serves the page, where
/// they follow the reader's light or dark setting, and a file of its own, where they are fixed.
enum ChartValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case color(ThemeColor)
  case array([ChartValue])
  case object([String: ChartValue])

  /// Canonical JSON: keys in the order of their UTF-8 bytes, no white space, shortest numbers that
  /// read back the same; a number that is not finite becomes `null`.
  func json(_ palette: Palette) -> String {
    var text = ""
    write(palette, into: &text)
    return text
  }

  private func write(_ palette: Palette, into text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let value): text += ChartValue.literal(value)
    case .string(let value): ChartValue.quote(value, into: &text)
    case .color(let color): ChartValue.quote(palette.css(color), into: &text)
    case .array(let values):
      text += "["
      for (place, value) in values.enumerated() {
        if place > 0 { text += "," }
        value.write(palette, into: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      let ordered = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (place, member) in ordered.enumerated() {
        if place > 0 { text += "," }
        ChartValue.quote(member.key, into: &text)
        text += ":"
        member.value.write(palette, into: &text)
      }
      text += "}"
    }
  }

  private static func literal(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    if value == value.rounded(), value.magnitude < 1e15 { return "\(Int64(value))" }
    return "\(value)"
  }

  private static func quote(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{2028}": text += "\\u2028"
      case "\u{2029}": text += "\\u2029"
      case _ where scalar.value < 0x20:
        text += "\\u00" + (scalar.value < 0x10 ? "0" : "") + String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension ChartValue: ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(integerLiteral value: Int) { self = .number(Double(value)) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral elements: ChartValue...) { self = .array(elements) }
  init(nilLiteral: ()) { self = .null }

  /// The last of two equal keys counts.
  init(dictionaryLiteral elements: (String, ChartValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
  }

  /// A plotted number: six significant digits are more than a screen can show, and keep the page
  /// small.
  static func plotted(_ value: Double) -> ChartValue {
    .number(Numeral.rounded(value, significant: 6))
  }

  static func integer(_ value: Int) -> ChartValue { .number(Double(value)) }

  /// The same object with further members; those replace members of the same name.
  func adding(_ members: [String: ChartValue]) -> ChartValue {
    guard case .object(let own) = self else { return self }
    return .object(own.merging(members, uniquingKeysWith: { $1 }))
  }
}
