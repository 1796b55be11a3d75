extension Table {
  /// The unit that a column's name states, as printed: known unit symbols at its end, in parentheses
  /// or brackets or behind a slash between blanks.
  ///
  /// `Band gap (eV)` is in eV, `Tc [K]` in K, `density / g cm-3` in g cm-3; `log10(K_VRH)`,
  /// `conductivity (bulk)` and `E_form_eV_per_atom` state nothing.
  public static func unit(of column: String) -> String? {
    let name = column.trimmed
    for (open, close) in [("(", ")"), ("[", "]")] as [(Character, Character)] {
      guard name.last == close, let start = opening(of: name, open, close) else { continue }
      let unit = String(name[name.index(after: start)...].dropLast()).trimmed
      return start > name.startIndex && isUnit(unit) ? unit : nil
    }
    guard let slash = name.ranges(of: " / ").last else { return nil }
    let unit = String(name[slash.upperBound...]).trimmed
    return isUnit(unit) ? unit : nil
  }

  /// Where the bracket opens that the end of the name closes.
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

  /// Whether a text is a product of known unit symbols with powers, such as `W m^-1 K^-1` or, in
  /// TeX, `g/cm$^3$`.
  static func isUnit(_ text: String) -> Bool {
    if whole.contains(text.lowercased()) { return true }
    let plain = [("$", ""), ("\\mu", "µ"), ("^\\circ", "°"), ("\\AA", "Å")].reduce(text) {
      $0.replacing($1.0, with: $1.1)
    }
    let factors = plain.split { " /*·⋅()".contains($0) }
    return !factors.isEmpty && factors.count <= 8 && factors.allSatisfy(isFactor)
  }

  /// A symbol, perhaps with a power such as in `cm-3`, `K^-1` and `Å³`, or the 1 of `1/cm`.
  private static func isFactor(_ factor: Substring) -> Bool {
    let powers = "0123456789+-−^⁰¹²³⁴⁵⁶⁷⁸⁹⁻{}"
    let symbol = factor.prefix { !powers.contains($0) }
    let power = factor[symbol.endIndex...]
    if symbol.isEmpty { return factor == "1" }
    guard power.count <= 6, power.allSatisfy({ powers.contains($0) }) else { return false }
    return symbols.contains(String(symbol))
      || (prefixes.contains(symbol.first ?? " ") && scaled.contains(String(symbol.dropFirst())))
  }

  private static let prefixes = "TGMkhdcmµμunpf"

  /// Symbols that take the prefixes of the SI.
  private static let scaled: Set<String> = [
    "eV", "J", "cal", "Wh", "W", "V", "A", "Ah", "Ω", "\u{2126}", "ohm", "Ohm", "S", "F", "C", "T",
    "G", "Oe", "emu", "Hz", "N", "Pa", "bar", "K", "g", "mol", "M", "L", "l", "m", "s", "rad",
  ]

  private static let symbols: Set<String> = scaled.union([
    "Ry", "Ha", "Hartree", "hartree", "atm", "Torr", "psi", "°C", "degC", "ºC", "℃", "°F", "Å",
    "\u{212B}", "Ang", "ang", "angstrom", "Angstrom", "bohr", "Bohr", "micron", "in", "min", "h",
    "hr", "hrs", "d", "day", "days", "t", "u", "amu", "Da", "µB", "μB", "µ_B", "μ_B", "muB", "mu_B",
    "HV", "HRC", "HB", "Hv", "°", "deg", "degree", "degrees", "%", "at%", "at.%", "wt%", "wt.%",
    "vol%", "vol.%", "mol%", "ppm", "ppb", "atom", "atoms", "at", "at.", "cell", "f.u.", "fu",
    "formula", "e", "|e|", "ion", "site", "sec", "year",
  ])

  /// Units of more than one word.
  private static let whole: Set<String> = [
    "a.u.", "arb. units", "arb. u.", "mol %", "at %", "at. %", "wt %", "wt. %", "vol %", "vol. %",
  ]
}

extension String {
  /// Without blanks at the ends.
  fileprivate var trimmed: String {
    var content = self[...]
    while let first = content.first, first.isWhitespace { content.removeFirst() }
    while let last = content.last, last.isWhitespace { content.removeLast() }
    return String(content)
  }
}
