import Foundation
import Matter
import Testing

/// Crystals of all kinds of cells, made of their asymmetric units.
enum CIFSamples {
  static let names = [
    "rock salt", "silicon", "primitive silicon", "rutile", "quartz", "calcite", "monoclinic",
    "mixed perovskite", "spinel, first origin", "wurtzite", "shifted",
  ]

  static func crystal(_ name: String) throws -> Crystal {
    switch name {
    case "rock salt":
      try make(
        "F m -3 m", (5.64, 5.64, 5.64, 90, 90, 90),
        [("Na+", SIMD3(0, 0, 0)), ("Cl-", SIMD3(0.5, 0.5, 0.5))])
    case "silicon":
      try make("F d -3 m :2", (5.43, 5.43, 5.43, 90, 90, 90), [("Si", SIMD3(repeating: 0.125))])
    case "primitive silicon":
      try Crystal(
        lattice: Lattice(
          a: SIMD3(0, 2.715, 2.715), b: SIMD3(2.715, 0, 2.715), c: SIMD3(2.715, 2.715, 0)),
        elements: [element("Si"), element("Si")], positions: [.zero, SIMD3(repeating: 0.25)])
    case "rutile":
      try make(
        "P 42/m n m", (4.594, 4.594, 2.959, 90, 90, 90),
        [("Ti4+", SIMD3(0, 0, 0)), ("O2-", SIMD3(0.3053, 0.3053, 0))])
    case "quartz":
      try make(
        "P 32 2 1", (4.913, 4.913, 5.405, 90, 90, 120),
        [("Si", SIMD3(0.4697, 0, 2.0 / 3)), ("O", SIMD3(0.4135, 0.2669, 0.7858))])
    case "calcite":
      try make(
        "R -3 c :H", (4.99, 4.99, 17.06, 90, 90, 120),
        [("Ca", SIMD3(0, 0, 0)), ("C", SIMD3(0, 0, 0.25)), ("O", SIMD3(0.2573, 0, 0.25))])
    case "monoclinic":
      try make(
        "P 1 21/c 1", (5.15, 5.2, 5.32, 90, 99.2, 90),
        [
          ("Zr", SIMD3(0.2754, 0.0395, 0.2083)), ("O", SIMD3(0.07, 0.3317, 0.3447)),
          ("O", SIMD3(0.4496, 0.7569, 0.4792)),
        ])
    case "mixed perovskite":
      try make(
        "P m -3 m", (3.9, 3.9, 3.9, 90, 90, 90),
        [
          ("La3+:0.7 Sr2+:0.3", SIMD3(repeating: 0.5)), ("Mn", .zero),
          ("O2-:0.95", SIMD3(0.5, 0, 0)),
        ])
    case "spinel, first origin":
      try make(
        "F d -3 m :1", (8.08, 8.08, 8.08, 90, 90, 90),
        [("Mg", .zero), ("Al", SIMD3(repeating: 0.625)), ("O", SIMD3(repeating: 0.387))])
    case "wurtzite":
      try make(
        "P 63 m c", (3.25, 3.25, 5.2, 90, 90, 120),
        [("Zn", SIMD3(1.0 / 3, 2.0 / 3, 0)), ("O", SIMD3(1.0 / 3, 2.0 / 3, 0.382))])
    default:
      // Rutile whose origin is at no place that symmetry distinguishes along a.
      try shifted(crystal("rutile"), by: SIMD3(0.1234, 0, 0))
    }
  }

  /// - Parameter atoms: Species with occupancies behind colons, and where they are.
  static func make(
    _ group: String, _ cell: (Double, Double, Double, Double, Double, Double),
    _ atoms: [(String, SIMD3<Double>)]
  ) throws -> Crystal {
    let setting = try #require(SpaceGroupSetting(hermannMauguin: group))
    let radians = Double.pi / 180
    let lattice = try Lattice(
      Lattice.Parameters(
        a: cell.0, b: cell.1, c: cell.2, alpha: cell.3 * radians, beta: cell.4 * radians,
        gamma: cell.5 * radians))
    let occupants = try atoms.map { try $0.0.split(separator: " ").map(occupant) }
    return try Crystal(
      lattice: lattice, occupants: occupants.flatMap { $0 }, counts: occupants.map(\.count),
      positions: atoms.map(\.1)
    ).expanded(by: setting.operations)
  }

  private static func occupant(_ text: Substring) throws -> Occupant {
    let parts = text.split(separator: ":")
    let name = parts[0].prefix { $0.isLetter }
    let charge = parts[0].dropFirst(name.count)
    let size = Double(charge.dropLast()) ?? 1
    let state: Double? = charge.isEmpty ? nil : charge.last == "-" ? -size : size
    return Occupant(
      Species(try element(String(name)), oxidationState: state),
      occupancy: parts.count > 1 ? try #require(Double(parts[1])) : 1)
  }

  private static func element(_ symbol: String) throws -> Element {
    try #require(Element(symbol: symbol))
  }

  private static func shifted(_ crystal: Crystal, by shift: SIMD3<Double>) throws -> Crystal {
    try Crystal(
      lattice: crystal.lattice, occupants: crystal.occupants,
      positions: crystal.positions.map { $0 + shift })
  }
}
