extension Table {
  /// The unit that a column's name states, as printed: what stands at its end in parentheses or
  /// brackets, or behind a slash between blanks.
  ///
  /// `Band gap (eV)` is in eV, `Tc [K]` in K, `density / g cm-3` in g cm-3. Without a blank before
  /// it, a parenthesis counts only when it holds known unit symbols: `Tc(K)` is in K, but
  /// `log10(K_VRH)` states nothing.
  public static func unit(of column: String) -> String? {
    let name = column.trimmed
    for (open, close) in [("(", ")"), ("[", "]")] as [(Character, Character)] {
      guard name.last == close, let start = opening(of: name, open, close) else { continue }
      let unit = String(name[name.index(after: start)...].dropLast()).trimmed
      let before = name[..<start]
      guard !unit.isEmpty, !before.isEmpty else { return nil }
      return before.last?.isWhitespace == true || isUnit(unit) ? unit : nil
    }
    guard let slash = name.range(ofLast: " / ") else { return nil }
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

  /// Whether a text is a product of known unit symbols with powers, such as `W m^-1 K^-1`.
  static func isUnit(_ text: String) -> Bool {
    let factors = text.split { " /*·⋅()".contains($0) }
    return !factors.isEmpty && factors.count <= 8
      && factors.allSatisfy { factor in
        symbols.contains(String(factor)) || isPower(factor)
      }
  }

  /// A symbol with a power, such as `cm-3`, `K^-1` or `Å³`, or the 1 of `1/cm`.
  private static func isPower(_ factor: Substring) -> Bool {
    let powers = "0123456789+-−^⁰¹²³⁴⁵⁶⁷⁸⁹⁻{}"
    let symbol = factor.prefix { !powers.contains($0) }
    let power = factor[symbol.endIndex...]
    if symbol.isEmpty { return factor == "1" }
    return symbols.contains(String(symbol)) && power.count <= 6
      && power.allSatisfy { powers.contains($0) }
  }

  private static let symbols: Set<String> = [
    "eV", "meV", "keV", "MeV", "Ry", "Ha", "Hartree", "J", "mJ", "kJ", "MJ", "cal", "kcal", "Wh",
    "mWh", "kWh", "Pa", "kPa", "MPa", "GPa", "TPa", "bar", "mbar", "kbar", "atm", "Torr", "psi",
    "K", "mK", "°C", "degC", "ºC", "℃", "C", "°F", "Å", "A", "Å", "Ang", "angstrom", "Angstrom",
    "pm", "nm", "µm", "μm", "um", "mm", "cm", "m", "km", "bohr", "s", "ms", "µs", "μs", "us", "ns",
    "ps", "fs", "min", "h", "hr", "d", "g", "mg", "µg", "μg", "kg", "t", "u", "amu", "Da", "mol",
    "mmol", "µmol", "μmol", "M", "mM", "L", "mL", "l", "ml", "W", "mW", "kW", "V", "mV", "kV", "mA",
    "µA", "μA", "S", "mS", "µS", "μS", "Ω", "Ω", "ohm", "kΩ", "MΩ", "F", "mF", "pF", "T", "mT",
    "Oe", "kOe", "G", "emu", "µB", "μB", "µ_B", "muB", "mu_B", "Hz", "kHz", "MHz", "GHz", "THz",
    "N", "mN", "kN", "HV", "HRC", "HB", "°", "deg", "degree", "degrees", "rad", "mrad", "%", "at%",
    "at.%", "wt%", "wt.%", "vol%", "vol.%", "mol%", "ppm", "ppb", "atom", "at", "at.", "cell",
    "f.u.", "fu", "formula", "e", "|e|", "Ah", "mAh",
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

  fileprivate func range(ofLast text: String) -> Range<String.Index>? {
    ranges(of: text).last
  }
}
