import Foundation
import Matter

/// A crystal or a molecule to look at.
struct StructureAnswer: Encodable, Hashable, Sendable {
  struct Site: Encodable, Hashable, Sendable {
    /// Å.
    let position: [Double]

    /// Of the cell; `nil` in a molecule.
    let fractional: [Double]?
    let occupants: [Occupancy]
    let label: String?
  }

  struct Occupancy: Encodable, Hashable, Sendable {
    let element: String
    let share: Double
  }

  struct Kind: Encodable, Hashable, Sendable {
    let symbol, name: String

    /// Covalent, Å.
    let radius: Double?

    /// Pauling's.
    let electronegativity: Double?
  }

  struct Cell: Encodable, Hashable, Sendable {
    /// Å, the three vectors.
    let vectors: [[Double]]
    let a, b, c: Double
    let alphaDegrees, betaDegrees, gammaDegrees: Double

    /// Å³ and g/cm³.
    let volume, density: Double

    /// Where one was found within 0.01 Å.
    let spaceGroup: String?
    let spaceGroupNumber: Int?
  }

  let cell: Cell?
  let siteCount: Int
  let elements: [Kind]

  /// At most 2,000.
  let sites: [Site]

  private static let mostSites = 2000

  /// Larger cells would make a page wait for their symmetry.
  private static let mostSymmetricSites = 300

  init(_ crystal: Crystal) throws {
    let lattice = crystal.lattice
    let parameters = lattice.parameters
    let symmetry =
      crystal.siteCount <= Self.mostSymmetricSites ? try? CrystalSymmetry(of: crystal) : nil
    cell = Cell(
      vectors: [lattice.a, lattice.b, lattice.c].map(Self.numbers), a: parameters.a,
      b: parameters.b, c: parameters.c, alphaDegrees: Self.degrees(parameters.alpha),
      betaDegrees: Self.degrees(parameters.beta), gammaDegrees: Self.degrees(parameters.gamma),
      volume: crystal.volume, density: crystal.density,
      spaceGroup: symmetry?.internationalSymbol, spaceGroupNumber: symmetry?.spaceGroupNumber)
    siteCount = crystal.siteCount
    elements = Self.kinds(crystal.composition.elements)
    sites = (0..<min(crystal.siteCount, Self.mostSites)).map { site in
      let position = crystal.positions[site]
      return Site(
        position: Self.numbers(lattice.cartesian(position)), fractional: Self.numbers(position),
        occupants: crystal.occupants(of: site).map {
          Occupancy(element: $0.element.symbol, share: $0.occupancy)
        }, label: crystal.labels?[site])
    }
  }

  init(_ molecule: Molecule) {
    cell = nil
    siteCount = molecule.elements.count
    elements = Self.kinds(Set(molecule.elements).sorted())
    sites = zip(molecule.elements, molecule.positions).prefix(Self.mostSites).map {
      Site(
        position: Self.numbers($1), fractional: nil,
        occupants: [Occupancy(element: $0.symbol, share: 1)], label: nil)
    }
  }

  private static func kinds(_ elements: [Element]) -> [Kind] {
    elements.map {
      Kind(
        symbol: $0.symbol, name: $0.name, radius: $0.covalentRadius,
        electronegativity: $0.electronegativity)
    }
  }

  private static func numbers(_ vector: SIMD3<Double>) -> [Double] {
    [vector.x, vector.y, vector.z]
  }

  private static func degrees(_ radians: Double) -> Double { radians * 180 / .pi }
}
