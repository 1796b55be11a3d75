import DenseMath
import Matter
import Representations
import Testing

/// Structures to try SOAP on.
enum SOAPExamples {
  static func elements(_ symbols: String...) throws -> [Element] {
    try symbols.map { try #require(Element(symbol: $0)) }
  }

  static let places: [SIMD3<Double>] = [
    SIMD3(0.1, 0.2, 0.3), SIMD3(1.7, 0.1, 0.5), SIMD3(0.3, 2.1, -0.4), SIMD3(2.2, 2.5, 1.9),
    SIMD3(3.9, 0.8, 2.6),
  ]

  enum Kind: String, CaseIterable, Sendable {
    case molecule, crystal
    /// With shared sites and a vacancy.
    case disordered
  }

  /// Five sites of Si, O and Fe.
  static func structure(_ kind: Kind, places: [SIMD3<Double>] = places) throws -> AtomicStructure {
    let elements = try elements("Si", "O", "O", "Fe", "Si")
    if kind == .molecule {
      return AtomicStructure(try Molecule(elements: elements, positions: places))
    }
    let cell = try Lattice(
      a: SIMD3(4.6, 0.2, 0.1), b: SIMD3(0.5, 4.9, -0.3), c: SIMD3(-0.4, 0.6, 4.4))
    let positions = places.map(cell.fractional)
    guard kind == .disordered else {
      return AtomicStructure(try Crystal(lattice: cell, elements: elements, positions: positions))
    }
    let shares: [(Int, Double)] = [(0, 1), (1, 0.7), (3, 0.2), (2, 1), (3, 1), (4, 0.5)]
    let crystal = try Crystal(
      lattice: cell,
      occupants: shares.map { Occupant(Species(elements[$0.0]), occupancy: $0.1) },
      counts: [1, 2, 1, 1, 1], positions: positions)
    return AtomicStructure(crystal)
  }

  /// A setting that is quick.
  static func configuration(
    _ change: (inout SOAP.Configuration) -> Void = { _ in }
  ) -> SOAP.Configuration {
    var configuration = SOAP.Configuration()
    (configuration.cutoff, configuration.sigma) = (3, 0.4)
    (configuration.nMax, configuration.lMax) = (3, 3)
    change(&configuration)
    return configuration
  }

  static func soap(_ change: (inout SOAP.Configuration) -> Void = { _ in }) throws -> SOAP {
    try SOAP(configuration(change), elements: elements("Si", "O", "Fe"))
  }

  /// The greatest difference, against the greatest number.
  static func difference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    let scale = b.reduce(1e-12) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  static func random(seed: UInt64) -> () -> Double {
    var rng = SplitMix64(seed: seed)
    return { Double.random(in: -1...1, using: &rng) }
  }
}
