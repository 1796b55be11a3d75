import Formats
import Matter

/// Units as sources write them.
enum UnitText {
  /// Whether a text is a unit, or a scale that has no dimension here (`a.u.`, `HRC`).
  static func isKnown(_ text: String) -> Bool {
    (try? Unit(parsing: text)) != nil || Table.unit(of: "value (\(text))") != nil
  }

  /// Splits `gap (bananas)`, `gap [eV]` into a name and what stands in the brackets at its end.
  static func split(_ column: String) -> (name: String, unit: String, isSquare: Bool)? {
    for (open, close) in [("(", ")"), ("[", "]")] as [(Character, Character)] {
      guard column.last == close, let start = opening(of: column, open, close) else { continue }
      let name = trimmed(column[..<start])
      let unit = trimmed(column[column.index(after: start)...].dropLast())
      return name.isEmpty || unit.isEmpty ? nil : (name, unit, open == "[")
    }
    return nil
  }

  /// What stands in the brackets behind a name where a unit must be meant, and is none: `gap (Ev)`.
  ///
  /// Square brackets are for units. In round ones, and behind a property that has a unit, a single
  /// word is meant as one unless it says how or of what (`direct`, `HSE06`, `300 K`).
  static func unknown(in column: String) -> (name: String, unit: String)? {
    guard let (name, unit, isSquare) = split(column), !isKnown(unit) else { return nil }
    let words = unit.split(separator: " ")
    let isMethod = !MethodLabel(parsing: unit).isEmpty
    guard words.count == 1, unit.first?.isNumber == false, !isMethod,
      !PropertyKind.words(of: unit).contains(where: PropertyKind.isQualifier)
    else { return nil }
    guard isSquare || PropertyKind.named(name) != nil else { return nil }
    return (name, unit)
  }

  private static func opening(
    of name: String, _ open: Character, _ close: Character
  ) -> String.Index? {
    var depth = 0
    for index in name.indices.reversed() {
      if name[index] == close { depth += 1 }
      if name[index] == open {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "_" }
    return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}

extension MethodLabel {
  /// Whether nothing was understood.
  fileprivate var isEmpty: Bool {
    kind == .unknown && functional == nil && !hasHubbardU && dispersion == nil && !hasSpinOrbit
      && pseudopotential == nil && kMesh == nil
  }
}

/// What a cell that should hold a number holds.
enum CellText: Hashable, Sendable {
  /// A number, or a word for one that is not finite (`NaN`, `-inf`, `1e999`).
  case number(Double)
  /// A mark that stands for no value: `n/a`, `-`, `?`.
  case missing
  case text

  init(_ cell: String) {
    if let value = Table.number(cell) {
      self = .number(value)
      return
    }
    let word = cell.lowercased().filter { !" \t".contains($0) }
    let bare = word.drop { "+-".contains($0) }
    if bare == "nan" || bare == "#num!" {
      self = .number(.nan)
    } else if ["inf", "infinity", "∞"].contains(String(bare)) || Self.overflows(word) {
      self = .number(word.hasPrefix("-") ? -.infinity : .infinity)
    } else {
      self = Table.isMissing(cell) ? .missing : .text
    }
  }

  /// Whether a text is a decimal number beyond the range of doubles.
  private static func overflows(_ text: String) -> Bool {
    guard text.utf8.count <= 400, text.allSatisfy({ "0123456789.eE+-".contains($0) }) else {
      return false
    }
    return Double(text).map { !$0.isFinite } ?? false
  }
}
