import Matter

/// What the name of a property says about its values.
///
/// Names are free text in this field, so that only common ones are known, by words that stand in
/// them: `band gap`, `bandgap_PBE`, `Band gap (direct)`. Words that turn a property into another
/// number (`error`, `log10`, `ratio`, `change`) make a name unknown, and of an unknown name nothing is
/// asked.
struct PropertyKind: Sendable {
  /// Consecutive words of the name, any of these.
  let phrases: [String]

  /// Units of the dimensions that its values may have.
  let units: [String]

  /// Whether values below zero are impossible.
  let isPositive: Bool

  /// The largest magnitude that can be meant, in SI units, far beyond any record; `nil` for no limit.
  let largest: Double?

  /// Whether the words must be the whole name, qualifiers of the method aside.
  let isWhole: Bool

  private let dimensions: [PhysicalDimension]

  private init(
    _ phrases: [String], _ units: [String], isPositive: Bool = true, largest: Double? = nil,
    isWhole: Bool = false
  ) {
    self.phrases = phrases
    self.units = units
    self.isPositive = isPositive
    self.largest = largest
    self.isWhole = isWhole
    dimensions = units.compactMap { (try? Unit(parsing: $0)).map(PhysicalDimension.init) }
  }

  /// The kind of a property by its name; `nil` for a name that says nothing.
  static func named(_ property: String) -> PropertyKind? {
    let words = words(of: property)
    guard !words.isEmpty, words.count <= 20, !words.contains(where: modifiers.contains) else {
      return nil
    }
    let name = " \(words.joined(separator: " ")) "
    let bare = " \(words.filter { !qualifiers.contains($0) }.joined(separator: " ")) "
    return all.first { kind in
      kind.phrases.contains { kind.isWhole ? bare == " \($0) " : name.contains(" \($0) ") }
    }
  }

  /// Whether a unit measures what the property is. Counts do not matter here: eV, eV/atom and
  /// kJ/mol are all energies, and shares are numbers.
  func allows(_ unit: Unit) -> Bool {
    dimensions.contains(PhysicalDimension(unit))
  }

  /// Whether a number of this name says under which conditions others were measured: the temperature
  /// of a furnace does, that of melting does not.
  static func isCondition(_ property: String) -> Bool {
    let words = words(of: property)
    if words.count == 1, ["t", "p", "x"].contains(words[0]) { return true }
    return words.contains(where: conditions.contains)
      && !words.contains(where: transitions.contains)
  }

  private static let conditions: Set<String> = [
    "temperature", "pressure", "time", "duration", "thickness", "frequency", "field", "voltage",
    "wavelength", "concentration", "humidity", "cycle", "step", "dose", "rate", "ph",
    "strain", "load", "power", "current", "wavenumber", "angle", "index",
  ]

  private static let transitions: Set<String> = [
    "melting", "boiling", "curie", "neel", "néel", "debye", "critical", "transition", "glass",
    "decomposition", "liquidus", "solidus", "refractive", "half", "yield",
  ]

  /// Whether a word in parentheses behind a name is something else than a unit: `gap (direct)`.
  static func isQualifier(_ word: String) -> Bool { qualifiers.contains(word.lowercased()) }

  /// Letters and digits in lower case; a capital behind a small letter begins a word.
  static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var previous: Character = " "
    for character in name {
      let isPart = character.isLetter || character.isNumber
      if !isPart || (character.isUppercase && previous.isLowercase), !word.isEmpty {
        words.append(word)
        word = ""
      }
      if isPart { word += character.lowercased() }
      previous = character
    }
    return word.isEmpty ? words : words + [word]
  }

  // MARK: Tables

  /// Words that make another number of a property.
  private static let modifiers: Set<String> = [
    "error", "errors", "uncertainty", "sigma", "std", "stdev", "stderr", "variance", "difference",
    "diff", "delta", "change", "shift", "log", "log10", "ln", "lg", "residual", "deviation",
    "ratio", "coefficient", "derivative", "slope", "gradient", "correction", "offset", "relative",
    "normalized", "normalised", "scaled", "score", "rank", "inverse", "reciprocal", "scattering",
    "effective", "weiss", "excess", "misfit", "mismatch", "expansion", "rate", "loss", "gain",
    "anisotropy", "type", "label", "id", "class", "is", "air", "number", "d", "dt",
  ]

  /// Words that say how or of what, and change nothing else.
  private static let qualifiers: Set<String> = [
    "bulk", "direct", "indirect", "dir", "ind", "exp", "expt", "experiment", "experimental", "calc",
    "calculated", "computed", "theory", "theoretical", "predicted", "measured", "mean", "average",
    "avg", "median", "min", "max", "minimum", "maximum", "total", "final", "initial", "static",
    "optical", "fundamental", "electronic", "ionic", "dft", "gw", "pbe", "pbesol", "lda", "gga",
    "hse", "hse06", "scan", "r2scan", "mbj", "tbmbj", "opt", "optb88vdw", "gllb", "gllbsc", "sc",
    "ml", "true", "target", "reference", "ref", "raw", "x", "y", "z", "xx", "yy", "zz", "a", "b",
    "c", "i", "ii", "iii", "vrh", "voigt", "reuss", "hill", "kv", "gv", "isotropic", "surface",
    "film", "powder", "pellet", "single", "crystal", "apparent", "material", "sintered",
    "onset", "peak", "in", "out", "up", "down", "rt", "parallel", "perpendicular", "plane",
    "estimated", "corrected", "uncorrected", "fit", "fitted", "model", "test", "train",
  ]

  private static let energy = ["eV", "J/kg"]
  private static let pressure = ["Pa", "N/m"]

  /// More specific names stand first.
  static let all: [PropertyKind] = mechanical + thermal + electronic + amounts + energies

  private static let mechanical = [
    PropertyKind(["fracture toughness"], ["Pa m^1/2"], largest: 1e12),
    PropertyKind(
      [
        "bulk modulus", "shear modulus", "young modulus", "youngs modulus", "young s modulus",
        "elastic modulus", "storage modulus", "rigidity modulus",
      ], pressure, largest: 1e15),
    PropertyKind(["hardness"], ["Pa", "HV", "1"], largest: 1e14),
    PropertyKind(
      [
        "yield strength", "tensile strength", "ultimate strength", "compressive strength",
        "flexural strength", "fracture strength", "bending strength", "yield stress",
      ], pressure, largest: 1e14),
    PropertyKind(["viscosity"], ["Pa s", "m^2/s"]),
    PropertyKind(["pressure"], ["Pa"], isPositive: false, isWhole: true),
  ]

  private static let thermal = [
    PropertyKind(["thermal conductivity"], ["W/(m K)"], largest: 1e9),
    PropertyKind(
      ["heat capacity", "specific heat"], ["J/K", "J/(kg K)", "J/(m^3 K)"]),
    PropertyKind(
      [
        "melting temperature", "melting point", "boiling temperature", "boiling point",
        "curie temperature", "neel temperature", "néel temperature", "debye temperature",
        "critical temperature", "glass transition temperature", "transition temperature",
        "decomposition temperature", "sintering temperature", "annealing temperature",
        "calcination temperature", "synthesis temperature", "growth temperature",
        "firing temperature", "liquidus temperature", "solidus temperature",
      ], ["K"], largest: 1e8),
    PropertyKind(["temperature", "tc"], ["K"], largest: 1e10, isWhole: true),
  ]

  private static let electronic = [
    PropertyKind(
      ["band gap", "bandgap", "energy gap", "optical gap", "gap"], ["eV"], largest: 1e-15),
    PropertyKind(["resistivity"], ["ohm m"]),
    PropertyKind(
      ["electrical conductivity", "electronic conductivity", "ionic conductivity"], ["S/m"]),
    PropertyKind(["conductivity"], ["S/m", "W/(m K)"]),
    PropertyKind(["refractive index"], ["1"], largest: 1e4),
    PropertyKind(["dielectric constant", "permittivity"], ["1", "F/m"], isPositive: false),
    PropertyKind(["magnetic moment"], ["A m^2", "1"], isPositive: false),
    PropertyKind(["voltage"], ["V"], isPositive: false),
    PropertyKind(["specific capacity", "gravimetric capacity"], ["A s/kg"], largest: 1e12),
  ]

  private static let amounts = [
    PropertyKind(
      [
        "volume fraction", "mass fraction", "weight fraction", "mole fraction", "atomic fraction",
        "phase fraction", "packing fraction", "porosity", "crystallinity", "occupancy", "purity",
      ], ["1"], largest: 1e4),
    PropertyKind(["fraction"], ["1"], largest: 1e4, isWhole: true),
    PropertyKind(["concentration", "molarity"], ["1/m^3", "1", "kg/m^3", "1/kg", "1/m^2"]),
    PropertyKind(["specific surface area"], ["m^2/kg"]),
    PropertyKind(["surface area"], ["m^2", "m^2/kg"]),
    PropertyKind(
      ["molar volume", "cell volume", "volume per atom", "specific volume"], ["m^3", "m^3/kg"]),
    PropertyKind(["volume"], ["m^3", "m^3/kg"], isWhole: true),
    PropertyKind(["mass density"], ["kg/m^3"], largest: 1e9),
    PropertyKind(["density"], ["kg/m^3"], largest: 1e9, isWhole: true),
    PropertyKind(
      ["lattice parameter", "lattice parameters", "lattice constant", "lattice constants"], ["m"],
      largest: 1e-2),
    PropertyKind(
      [
        "bond length", "bond distance", "particle size", "grain size", "crystallite size",
        "film thickness", "layer thickness", "particle diameter", "pore diameter", "wavelength",
      ], ["m"]),
    PropertyKind(["thickness", "diameter", "radius", "length"], ["m"], isWhole: true),
    PropertyKind(["molar mass", "molecular weight", "atomic mass", "atomic weight"], ["kg", "1"]),
    PropertyKind(["mass", "sample mass"], ["kg"], isWhole: true),
    PropertyKind(
      [
        "annealing time", "holding time", "sintering time", "reaction time", "synthesis time",
        "growth time", "half life", "lifetime",
      ], ["s"]),
    PropertyKind(["time", "duration"], ["s"], isWhole: true),
    PropertyKind(["nsites", "natoms"], ["1"]),
  ]

  private static let energies = [
    PropertyKind(["surface energy"], ["J/m^2", "eV"], isPositive: false),
    PropertyKind(
      [
        "formation energy", "energy above hull", "e above hull", "cohesive energy", "total energy",
        "adsorption energy", "binding energy", "activation energy", "free energy", "e form",
        "formation enthalpy", "enthalpy of formation", "heat of formation",
      ], energy, isPositive: false),
    PropertyKind(["energy", "enthalpy"], energy, isPositive: false, isWhole: true),
  ]
}

/// A dimension without what counts entities, and with shares as numbers.
struct PhysicalDimension: Hashable, Sendable {
  private let powers: [Double]

  init(_ unit: Unit) {
    let bases: [UnitDimension.Base] = [
      .length, .mass, .time, .current, .temperature, .luminousIntensity, .angle, .vickersHardness,
    ]
    powers = bases.map { unit.dimension.power(of: $0) }
  }
}
