/// The units that have names.
///
/// Definitions: SI brochure (BIPM, 9th edition, 2019), tables 1 to 8; NIST Special Publication 811
/// (2008), appendix B for bar, atm, torr, psi, calories (thermochemical), Gauss and Oersted;
/// ``PhysicalConstants`` for atomic units. %IACS: 100 is 58.0 MS/m (IEC 60028, 1925).
struct UnitDefinition: Sendable {
  let scale: UnitScale
  let dimension: UnitDimension
  let takesPrefix: Bool

  /// As ``Unit/offset``, used where the unit stands alone.
  var offset = 0.0

  /// By symbol; several symbols may name one unit.
  static let bySymbol: [String: UnitDefinition] = {
    var table: [String: UnitDefinition] = [:]
    for (symbols, definition) in all {
      for symbol in symbols.split(separator: "|") {
        let previous = table.updateValue(definition, forKey: String(symbol))
        precondition(previous == nil, "the unit \(symbol) is defined twice")
      }
    }
    return table
  }()

  /// Symbols that hold a point, a percent sign or a space: tried first, longest first.
  static let specialSymbols: [[Character]] = bySymbol.keys
    .filter { !$0.allSatisfy { $0.isLetter || $0 == "_" } }
    .map(Array.init)
    .sorted { ($1.count, String($0)) < ($0.count, String($1)) }

  /// A unit by its symbol, with a prefix or without.
  static func named(_ symbol: String) -> UnitDefinition? {
    if let definition = bySymbol[symbol] { return definition }
    for (prefix, exponent) in prefixes where symbol.hasPrefix(prefix) {
      guard let base = bySymbol[String(symbol.dropFirst(prefix.count))], base.takesPrefix else {
        continue
      }
      return UnitDefinition(
        scale: base.scale * UnitScale(1, exponent), dimension: base.dimension, takesPrefix: false)
    }
    return nil
  }

  /// `da` before `d`; `u` is what keyboards have for µ.
  private static let prefixes: [(String, Int)] = [
    ("da", 1), ("Q", 30), ("R", 27), ("Y", 24), ("Z", 21), ("E", 18), ("P", 15), ("T", 12),
    ("G", 9), ("M", 6), ("k", 3), ("h", 2), ("d", -1), ("c", -2), ("m", -3), ("μ", -6),
    ("\u{b5}", -6), ("u", -6), ("n", -9), ("p", -12), ("f", -15), ("a", -18), ("z", -21),
    ("y", -24), ("r", -27), ("q", -30),
  ]

  private typealias Powers = [UnitDimension.Base: Int]

  private static func unit(
    prefixed: Bool = false, offset: Double = 0, _ powers: Powers
  ) -> UnitDefinition {
    unit(1, prefixed: prefixed, offset: offset, powers)
  }

  private static func unit(
    _ scale: Double, prefixed: Bool = false, offset: Double = 0, _ powers: Powers
  ) -> UnitDefinition {
    unit(scale, 0, prefixed: prefixed, offset: offset, powers)
  }

  private static func unit(
    _ scale: Double, _ exponent: Int, prefixed: Bool = false, offset: Double = 0,
    _ powers: Powers
  ) -> UnitDefinition {
    UnitDefinition(
      scale: UnitScale(scale, exponent), dimension: UnitDimension(powers), takesPrefix: prefixed,
      offset: offset)
  }

  private static let energy: Powers = [.mass: 1, .length: 2, .time: -2]
  private static let pressure: Powers = [.mass: 1, .length: -1, .time: -2]
  private static let resistance: Powers = [
    .mass: 1, .length: 2, .time: -3, .current: -2,
  ]
  private static let conductance: Powers = [
    .mass: -1, .length: -2, .time: 3, .current: 2,
  ]
  private static let induction: Powers = [.mass: 1, .time: -2, .current: -1]
  private static let moment: Powers = [.length: 2, .current: 1]

  private static let all: [(String, UnitDefinition)] =
    mechanical + energetic + electric + counted + thermal

  private static let mechanical: [(String, UnitDefinition)] = [
    ("m|meter|metre|meters", unit(prefixed: true, [.length: 1])),
    ("g|gram|grams", unit(1, -3, prefixed: true, [.mass: 1])),
    ("s|sec|second|seconds", unit(prefixed: true, [.time: 1])),
    ("min|minute|minutes", unit(60, [.time: 1])),
    ("h|hr|hour|hours", unit(3600, [.time: 1])),
    ("d|day|days", unit(86_400, [.time: 1])),
    ("Å|Ang|ang|angstrom|Angstrom|angstroms", unit(1, -10, [.length: 1])),
    ("micron|microns", unit(1, -6, [.length: 1])),
    ("in|inch", unit(254, -4, [.length: 1])),
    ("bohr|Bohr|a_0|a0", unit(PhysicalConstants.bohrRadius, [.length: 1])),
    ("t|tonne", unit(1, 3, [.mass: 1])),
    ("u|amu|Da|dalton", unit(PhysicalConstants.atomicMass, [.mass: 1])),
    ("m_e", unit(PhysicalConstants.electronMass, [.mass: 1])),
    ("L|l|liter|litre", unit(1, -3, prefixed: true, [.length: 3])),
    ("cc", unit(1, -6, [.length: 3])),
    ("Hz", unit(prefixed: true, [.time: -1])),
    ("N", unit(prefixed: true, [.mass: 1, .length: 1, .time: -2])),
    ("dyn", unit(1, -5, [.mass: 1, .length: 1, .time: -2])),
    ("kgf", unit(PhysicalConstants.standardGravity, [.mass: 1, .length: 1, .time: -2])),
    ("Pa|pascal", unit(prefixed: true, pressure)),
    ("bar", unit(1, 5, prefixed: true, pressure)),
    ("atm", unit(101_325, pressure)),
    ("Torr|torr", unit(101_325.0 / 760, prefixed: true, pressure)),
    // The pound of force over the square inch, both exact: NIST SP 811, appendix B.8.
    ("psi", unit(6894.757_293_168_361, pressure)),
    ("ksi", unit(6894.757_293_168_361, 3, pressure)),
    ("P", unit(1, -1, [.mass: 1, .length: -1, .time: -1])),
    ("cP", unit(1, -3, [.mass: 1, .length: -1, .time: -1])),
    ("HV", unit([.vickersHardness: 1])),
  ]

  private static let energetic: [(String, UnitDefinition)] = [
    ("J|joule", unit(prefixed: true, energy)),
    ("erg", unit(1, -7, energy)),
    ("eV|electronvolt", unit(1.602_176_634, -19, prefixed: true, energy)),
    ("Ha|Hartree|hartree|Eh|E_h", unit(PhysicalConstants.hartree, prefixed: true, energy)),
    ("Ry|Rydberg|rydberg", unit(PhysicalConstants.hartree / 2, prefixed: true, energy)),
    ("cal", unit(4184, -3, prefixed: true, energy)),
    ("Wh", unit(3600, prefixed: true, energy)),
    ("W|watt", unit(prefixed: true, [.mass: 1, .length: 2, .time: -3])),
  ]

  private static let electric: [(String, UnitDefinition)] = [
    ("A|ampere", unit(prefixed: true, [.current: 1])),
    ("C|coulomb", unit(prefixed: true, [.current: 1, .time: 1])),
    ("e", unit(1.602_176_634, -19, [.current: 1, .time: 1])),
    ("Ah", unit(3600, prefixed: true, [.current: 1, .time: 1])),
    ("V|volt", unit(prefixed: true, [.mass: 1, .length: 2, .time: -3, .current: -1])),
    ("F|farad", unit(prefixed: true, [.mass: -1, .length: -2, .time: 4, .current: 2])),
    ("Ω|Ohm|ohm|ohms", unit(prefixed: true, resistance)),
    ("S|siemens", unit(prefixed: true, conductance)),
    ("%IACS|% IACS", unit(58, 4, [.mass: -1, .length: -3, .time: 3, .current: 2])),
    ("Wb", unit(prefixed: true, [.mass: 1, .length: 2, .time: -2, .current: -1])),
    ("T|tesla", unit(prefixed: true, induction)),
    ("G|gauss", unit(1, -4, prefixed: true, induction)),
    ("Oe|oersted", unit(1000 / (4 * Double.pi), prefixed: true, [.current: 1, .length: -1])),
    ("H|henry", unit(prefixed: true, [.mass: 1, .length: 2, .time: -2, .current: -2])),
    (
      "μB|\u{b5}B|μ_B|\u{b5}_B|uB|muB|mu_B|bohr_magneton",
      unit(PhysicalConstants.bohrMagneton, moment)
    ),
    ("emu", unit(1, -3, moment)),
    (
      "D|debye",
      unit(1 / PhysicalConstants.speedOfLight, -21, [.length: 1, .current: 1, .time: 1])
    ),
    ("cd", unit(prefixed: true, [.luminousIntensity: 1])),
  ]

  private static let counted: [(String, UnitDefinition)] = [
    ("mol|mole|moles", unit(prefixed: true, [.amount: 1])),
    ("M", unit(1, 3, prefixed: true, [.amount: 1, .length: -3])),
    ("atom|atoms", unit([.atom: 1])),
    (
      "f.u.|fu|formula|formula unit|formula_unit|formula units", unit([.formulaUnit: 1])
    ),
    ("cell|unit cell|unit_cell|unitcell|u.c.", unit([.cell: 1])),
    ("molecule|molecules", unit([.molecule: 1])),
    ("%|percent", unit(1, -2, [:])), ("‰", unit(1, -3, [:])),
    ("ppm", unit(1, -6, [:])), ("ppb", unit(1, -9, [:])),
    ("dimensionless|unitless", unit([:])),
    ("at.%|at.-%|at. %|at%|at %|atomic%|atomic %", unit(1, -2, [.atomShare: 1])),
    ("mol.%|mol.-%|mol. %|mol%|mol %", unit(1, -2, [.moleShare: 1])),
    ("wt.%|wt.-%|wt. %|wt%|wt %|mass%|mass %", unit(1, -2, [.massShare: 1])),
    ("vol.%|vol.-%|vol. %|vol%|vol %", unit(1, -2, [.volumeShare: 1])),
    ("wppm|wt.ppm|wt ppm", unit(1, -6, [.massShare: 1])),
    ("appm|at.ppm|at ppm", unit(1, -6, [.atomShare: 1])),
    ("rad|radian|radians", unit(prefixed: true, [.angle: 1])),
    ("°|deg|degree|degrees", unit(.pi / 180, [.angle: 1])),
  ]

  private static let thermal: [(String, UnitDefinition)] = [
    ("K|kelvin|Kelvin", unit(prefixed: true, [.temperature: 1])),
    ("°C|℃|degC|deg C|celsius|Celsius", unit(offset: 273.15, [.temperature: 1])),
    ("Δ°C|ΔK", unit([.temperature: 1])),
    ("°F|degF|deg F|fahrenheit", unit(5.0 / 9, offset: 459.67, [.temperature: 1])),
  ]

  /// Symbols that people use for different units, with what to write in their place.
  static let ambiguous: [String: String] = [
    "a.u.": "write arbitrary, or name the atomic unit: Ha, bohr, e",
    "au": "write arbitrary, or name the atomic unit: Ha, bohr, e",
    "kB": "write kbar for a pressure",
    "log": "write log10(…) or ln(…)",
    "mils": "write mm or in",
    "degree_C": "write °C",
    "cal_IT": "write J",
    "year": "write d",
    "yr": "write d",
  ]
}
