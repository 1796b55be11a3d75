import Matter

/// The properties of materials that a statement of a text can become a measurement of.
///
/// Sizes of a sample, rates and other conditions of a process are not among them: they stay
/// mentions.
enum MaterialProperty {
  /// Names with units that their values may have, up to a factor.
  private static let units: [String: [String]] = {
    var units: [String: [String]] = [:]
    func add(_ names: [String], _ spellings: [String]) {
      for name in names { units[name] = spellings }
    }
    add(["band gap", "bandgap", "activation energy"], ["eV", "kJ/mol"])
    add(["formation energy"], ["eV", "eV/atom", "kJ/mol"])
    add(
      [
        "yield strength", "tensile strength", "compressive strength", "vickers hardness",
        "young's modulus", "elastic modulus", "bulk modulus", "shear modulus", "hardness",
      ], ["GPa"])
    add(["thermal conductivity"], ["W/(m K)"])
    add(["electrical conductivity", "ionic conductivity", "conductivity"], ["S/m"])
    add(["resistivity"], ["ohm m"])
    add(["seebeck coefficient"], ["V/K"])
    add(["specific surface area", "surface area"], ["m^2/g"])
    add(["specific capacity", "capacity"], ["A h/g"])
    add(["density"], ["g/cm^3"])
    add(
      [
        "glass transition temperature", "curie temperature", "critical temperature",
        "melting temperature", "melting point", "boiling point",
      ], ["K", "°C"])
    add(["dielectric constant", "refractive index"], [])
    return units
  }()

  private static let dimensions = units.mapValues { spellings in
    spellings.compactMap { try? Unit(parsing: $0).dimension }
  }

  /// Names that mean the same as another.
  private static let names = ["bandgap": "band gap"]

  /// The name under which a value of a unit is kept; `nil` where the property is none of a
  /// material, or the unit cannot be its own.
  static func name(_ property: String, unit: String) -> String? {
    guard let allowed = dimensions[property] else { return nil }
    if allowed.isEmpty { return unit.isEmpty ? property : nil }
    guard let dimension = try? Unit(parsing: unit).dimension, allowed.contains(dimension) else {
      return nil
    }
    return names[property] ?? property
  }

  static func isDimensionless(_ property: String) -> Bool { units[property]?.isEmpty == true }
}
