/// JSON being written.
struct JSONText {
  private(set) var text = ""

  mutating func raw(_ piece: String) { text += piece }

  mutating func string(_ content: String) {
    text += "\""
    for scalar in content.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  /// The shortest digits that read back as the same number.
  mutating func number(_ value: Double) {
    precondition(value.isFinite, "JSON has no word for \(value)")
    text += "\(value)"
  }

  mutating func vector(_ vector: SIMD3<Double>) {
    list([vector.x, vector.y, vector.z]) { $0.number($1) }
  }

  mutating func list<T>(_ items: some Sequence<T>, _ body: (inout JSONText, T) -> Void) {
    text += "["
    for (place, item) in items.enumerated() {
      if place > 0 { text += ", " }
      body(&self, item)
    }
    text += "]"
  }
}
