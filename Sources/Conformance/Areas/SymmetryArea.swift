import Foundation
import Matter

/// Space group, orbits and standard cell of a crystal.
enum SymmetryArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let vectors = testCase["lattice"] as? [[Double]], vectors.count == 3,
      let species = testCase["species"] as? [String],
      let fractions = testCase["frac"] as? [[Double]],
      (vectors + fractions).allSatisfy({ $0.count == 3 })
    else { return ["error": "no lattice, species or positions"] }
    let points = (vectors + fractions).map { SIMD3($0[0], $0[1], $0[2]) }
    let elements = try species.map { symbol in
      guard let element = Element(symbol: symbol) else {
        throw FormulaError.unknownSymbol(symbol, offset: 0)
      }
      return element
    }
    let crystal = try Crystal(
      lattice: Lattice(a: points[0], b: points[1], c: points[2]), elements: elements,
      positions: Array(points.dropFirst(3)))
    let symmetry = try CrystalSymmetry(of: crystal)
    let conventional = try symmetry.conventionalCell()
    let letters = symmetry.conventionalSites.map { symmetry.wyckoffLetters[$0] }
    return [
      "number": symmetry.spaceGroupNumber,
      "international": symmetry.internationalSymbol,
      "point_group": symmetry.pointGroup,
      "n_ops_in_cell": symmetry.operations.count,
      "n_orbits": Set(symmetry.crystallographicOrbits).count,
      "n_primitive": try symmetry.primitiveCell().siteCount,
      "n_conventional": conventional.siteCount,
      "conv_volume": conventional.volume,
      "wyckoff_conventional": String(letters.sorted()),
    ]
  }
}
