import Matter

/// The spellings of units in running text.
enum TextUnits {
  struct Entry {
    let unit: String
    let kind: StatedQuantity.Kind
  }

  /// One unit without power or prefix rules: what is not listed is not a unit.
  static let entries: [String: Entry] = {
    var entries: [String: Entry] = [:]
    func add(_ kind: StatedQuantity.Kind, _ unit: String, _ spellings: String...) {
      for spelling in [unit] + spellings { entries[spelling] = Entry(unit: unit, kind: kind) }
    }
    add(.temperature, "°C", "degC", "oC", "ºC", "◦C", "˚C", "℃", "° C", "deg C", "o C", "º C")
    add(.temperature, "°F", "degF")
    add(.temperature, "K")
    add(.duration, "h", "hr", "hrs", "hour", "hours")
    add(.duration, "min", "mins", "minute", "minutes")
    add(.duration, "s", "sec", "secs", "second", "seconds")
    add(.duration, "ms")
    add(.duration, "d", "day", "days")
    add(.duration, "week", "weeks")
    add(.duration, "month", "months")
    for (unit, more) in [
      ("Pa", []), ("kPa", []), ("MPa", []), ("GPa", []), ("hPa", []), ("bar", ["bars"]),
      ("mbar", []), ("atm", []), ("Torr", ["torr"]), ("mTorr", ["mtorr", "m Torr"]), ("psi", []),
      ("mmHg", ["mm Hg"]),
    ] as [(String, [String])] {
      for spelling in [unit] + more { entries[spelling] = Entry(unit: unit, kind: .pressure) }
    }
    add(.mass, "g", "gram", "grams")
    for unit in ["kg", "mg", "ng", "t"] { add(.mass, unit) }
    add(.mass, "μg", "ug", "µg")
    add(.mass, "Da")
    add(.mass, "kDa")
    add(.volume, "L", "l", "liter", "liters", "litre", "litres")
    add(.volume, "mL", "ml")
    add(.volume, "μL", "uL", "µL", "ul", "μl")
    add(.volume, "cc")
    add(.amount, "mol", "mole", "moles")
    add(.amount, "mmol", "mmoles", "mmole")
    add(.amount, "μmol", "umol", "µmol")
    for unit in ["M", "mM", "N"] { add(.concentration, unit) }
    add(.concentration, "ppm")
    add(.concentration, "ppb")
    add(.fraction, "%")
    add(.fraction, "wt%", "wt.%", "wt %", "wt. %", "weight %", "mass%", "mass %", "w/w%", "wt.-%")
    add(.fraction, "at%", "at.%", "at %", "at. %", "atom%", "atomic %")
    add(.fraction, "mol%", "mol.%", "mol %", "mol. %", "mole%", "mole %")
    add(.fraction, "vol%", "vol.%", "vol %", "vol. %")
    for unit in ["nm", "mm", "cm", "dm", "m", "pm", "km"] { add(.length, unit) }
    add(.length, "μm", "um", "µm", "micron", "microns")
    add(.length, "Å", "Å", "angstrom", "angstroms")
    add(.length, "in", "inch", "inches")
    add(.rotation, "rpm", "r.p.m.", "revolutions per minute")
    add(.rate, "sccm", "s.c.c.m.", "SCCM")
    for unit in ["W", "kW", "mW"] { add(.power, unit) }
    for unit in ["V", "kV", "mV"] { add(.voltage, unit) }
    add(.voltage, "μV", "uV", "µV")
    for unit in ["A", "mA", "nA"] { add(.current, unit) }
    add(.current, "μA", "uA", "µA")
    for unit in ["eV", "meV", "keV", "J", "kJ", "mJ", "cal", "kcal"] { add(.energy, unit) }
    for unit in ["Hz", "kHz", "MHz", "GHz", "THz"] { add(.frequency, unit) }
    for unit in ["S", "mS", "T", "mT", "Oe", "F", "mF", "Ah", "mAh", "Wh"] { add(.other, unit) }
    add(.other, "Ω", "ohm", "ohms", "Ω")
    add(.other, "kΩ")
    add(.other, "MΩ")
    return entries
  }()

  /// Units that begin no quantity of their own in running text without a power or a partner: `5 in`,
  /// `2 A` and `3 T` are too often something else.
  static let shy: Set<String> = ["in", "A", "N", "S", "F", "T", "t", "m", "l", "d", "J"]

  /// One way to write a unit.
  struct Spelling {
    let scalars: [Unicode.Scalar]
    let text: String
    let entry: Entry
  }

  /// Spellings by their first scalar, the longest first.
  static let byInitial: [Unicode.Scalar: [Spelling]] = {
    var spellings: [Unicode.Scalar: [Spelling]] = [:]
    for (text, entry) in entries {
      // Texts that Unicode calls equal (the angstrom and the ohm sign) are one key of a dictionary.
      for form in [text] + (sameSigns[text] ?? []) {
        let scalars = Array(form.unicodeScalars)
        guard let first = scalars.first else { continue }
        spellings[first, default: []].append(Spelling(scalars: scalars, text: text, entry: entry))
      }
    }
    return spellings.mapValues { listed in
      listed.sorted { ($1.scalars.count, $0.text) < ($0.scalars.count, $1.text) }
    }
  }()

  private static let sameSigns = [
    "\u{C5}": ["\u{C5}", "\u{212B}", "A\u{30A}"], "\u{3A9}": ["\u{3A9}", "\u{2126}"],
    "k\u{3A9}": ["k\u{3A9}", "k\u{2126}"], "M\u{3A9}": ["M\u{3A9}", "M\u{2126}"],
  ]
}
