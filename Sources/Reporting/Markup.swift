/// Text on its way into HTML.
enum Markup {
  /// Escapes for element content and quoted attributes alike.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\0": result += "\u{fffd}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Escaped text for reading: no line breaks between a number and its percent sign.
  static func prose(_ text: String) -> String {
    escaped(text).replacing(" %", with: "\u{a0}%")
  }

  /// A formula with its amounts set low: `Al2O3` becomes `Al<sub>2</sub>O<sub>3</sub>`.
  ///
  /// An amount is a run of digits and points behind a letter or a closing bracket; factors in
  /// front of a group (`·5H2O`) stay on the line. Everything else is escaped as it stands.
  static func formula(_ text: String) -> String {
    pieces(of: text).map { piece in
      piece.isAmount ? "<sub>\(piece.text)</sub>" : escaped(String(piece.text))
    }.joined()
  }

  private struct Piece {
    var text: Substring
    var isAmount: Bool
  }

  private static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var previous: Character = " "
    var rest = Substring(text)
    while let first = rest.first {
      let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
      let piece = digits.isEmpty ? rest.prefix(1) : digits
      let isBehindAtom = previous.isLetter || ")]}".contains(previous)
      pieces.append(Piece(text: piece, isAmount: isBehindAtom && isAmount(digits)))
      previous = digits.isEmpty ? first : "0"
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }

  /// A formula with whole amounts set low where no markup is understood: `Al₂O₃`. Fractions stay on
  /// the line, since there is no low point: `Mo0.65Ti0.35`.
  static func plainFormula(_ text: String) -> String {
    let low: [Character: Character] = [
      "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈",
      "9": "₉",
    ]
    return pieces(of: text).map { piece in
      piece.isAmount && !piece.text.contains(".")
        ? String(piece.text.map { low[$0] ?? $0 }) : String(piece.text)
    }.joined()
  }

  private static func isAmount(_ digits: Substring) -> Bool {
    digits.first != "." && digits.last != "." && Double(digits) != nil
  }

  /// JSON inside a `<script>` element: nothing in it can end the element or open a comment.
  static func scriptSafe(json: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(json.utf8.count)
    for byte in json.utf8 {
      switch byte {
      case UInt8(ascii: "<"): bytes += "\\u003c".utf8
      case UInt8(ascii: ">"): bytes += "\\u003e".utf8
      case UInt8(ascii: "&"): bytes += "\\u0026".utf8
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A program inside a `<script>` element.
  ///
  /// `</script` and `<!--` occur in modules only within string and regular-expression literals,
  /// where `\x3c` means the same character.
  static func scriptSafe(program: String) -> String {
    let source = Array(program.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(source.count)
    for (place, byte) in source.enumerated() {
      let opens = byte == UInt8(ascii: "<") && endsScript(source[(place + 1)...].prefix(7))
      if opens { bytes += "\\x3c".utf8 } else { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func endsScript(_ following: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: following, as: UTF8.self).lowercased()
    return text == "/script" || text.hasPrefix("!--")
  }

  /// An identifier for links within the page: `section-3`.
  static func anchor(_ place: Int) -> String { "section-\(place + 1)" }
}
