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

  static func isKnown(_ name: String) -> Bool { names.contains(name) }

  /// A property that is named, and where.
  typealias Found = (name: String, range: Range<Int>)

  /// The property named in the same sentence at most 45 characters before a place.
  static func found(before place: Int, in scan: TextScan) -> Found? {
    var start = place
    while start > 0, place - start < 45, !endsSentence(start - 1, scan) { start -= 1 }
    return last(in: scan.scalars[start..<place])
  }

  /// The name that ends last, unless a number stands behind it: another number between the name and
  /// the place has taken the name already.
  static func last(in window: ArraySlice<Unicode.Scalar>) -> Found? {
    let free = window.lastIndex { $0.properties.numericType != nil }.map { $0 + 1 }
    let words = window[(free ?? window.startIndex)...]
    var best: Found?
    for (name, scalars) in spellings {
      let least = best?.range.upperBound ?? words.startIndex
      var end = words.endIndex
      while end > least, end - scalars.count >= words.startIndex {
        if matches(words[(end - scalars.count)..<end], scalars) {
          best = (name, (end - scalars.count)..<end)
          break
        }
        end -= 1
      }
    }
    return best
  }

  private static func matches(_ window: ArraySlice<Unicode.Scalar>, _ name: [UInt32]) -> Bool {
    zip(window, name).allSatisfy { TextScan.folded($0) == $1 }
  }

  private static let spellings = names.map { ($0, $0.unicodeScalars.map(\.value)) }

  private static func endsSentence(_ place: Int, _ scan: TextScan) -> Bool {
    scan[place] == ";" || (scan[place] == "." && scan.isBlank(place + 1))
  }
}
