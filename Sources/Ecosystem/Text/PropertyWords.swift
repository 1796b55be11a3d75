/// The properties that words before a number can name.
enum PropertyWords {
  /// Longer names first, so that `bulk modulus` is not read as `modulus`.
  private static let names = [
    "glass transition temperature", "curie temperature", "critical temperature",
    "melting temperature", "yield strength", "tensile strength", "compressive strength",
    "vickers hardness", "young's modulus", "elastic modulus", "bulk modulus", "shear modulus",
    "fracture toughness", "thermal conductivity", "electrical conductivity", "ionic conductivity",
    "seebeck coefficient", "dielectric constant", "refractive index", "formation energy",
    "activation energy", "specific surface area", "surface area", "specific capacity", "band gap",
    "bandgap", "lattice parameter", "lattice constant", "particle size", "grain size",
    "crystallite size", "melting point", "boiling point", "conductivity", "resistivity",
    "hardness", "density", "porosity", "thickness", "diameter", "wavelength", "heating rate",
    "cooling rate", "flow rate", "capacity", "viscosity", "purity",
  ]

  /// The property named in the same sentence at most 45 characters before a place.
  static func named(before place: Int, in scan: TextScan) -> String? {
    var start = place
    while start > 0, place - start < 45, !endsSentence(start - 1, scan) { start -= 1 }
    let words = scan.text(start..<place).lowercased()
    var best: (name: String, distance: Int)?
    for name in names {
      guard let found = words.ranges(of: name).last else { continue }
      let distance = words.distance(from: found.upperBound, to: words.endIndex)
      // Another number between the name and this one has taken the name already.
      if words[found.upperBound...].contains(where: \.isNumber) { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (name, distance) }
    }
    return best?.name
  }

  private static func endsSentence(_ place: Int, _ scan: TextScan) -> Bool {
    scan[place] == ";" || (scan[place] == "." && scan.isBlank(place + 1))
  }
}
