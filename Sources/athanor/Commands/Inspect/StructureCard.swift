import Formats
import Foundation
import Matter

/// The first structure of a file, with the number of those behind it.
struct StructureCard: Encodable {
  let name: String?
  let structures: Int
  let formula: String
  let reducedFormula: String
  let sites: Int
  var volume: Double?
  var density: Double?
  var lattice: Cell?
  var spaceGroup: Group?
  var declaredSpaceGroup: Int?
  let disordered: Bool
  /// Why no space group is given.
  var symmetryNote: String?

  /// Å and degrees.
  struct Cell: Encodable {
    let a, b, c, alpha, beta, gamma: Double
  }

  struct Group: Encodable {
    let number: Int
    let symbol: String
  }

  /// - Parameter entries: At least one, as readers give.
  init?(_ entries: [StructureEntry], tolerance: Double) {
    guard let entry = entries.first else { return nil }
    name = entry.name
    structures = entries.count
    declaredSpaceGroup = entry.declaredSpaceGroup
    switch entry.arrangement {
    case .crystal(let crystal):
      formula = crystal.composition.formula
      reducedFormula = crystal.composition.reducedFormula
      sites = crystal.siteCount
      disordered = !crystal.isOrdered
      volume = crystal.volume
      density = crystal.density
      lattice = Cell(crystal.lattice.parameters)
      findSymmetry(crystal, tolerance)
    case .molecule(let molecule):
      formula = molecule.composition.formula
      reducedFormula = molecule.composition.reducedFormula
      sites = molecule.elements.count
      disordered = false
    }
  }

  /// Finding symmetry takes time with the square of the sites.
  private static let mostSitesForSymmetry = 2_000

  private mutating func findSymmetry(_ crystal: Crystal, _ tolerance: Double) {
    guard crystal.siteCount <= Self.mostSitesForSymmetry else {
      symmetryNote = "not looked for above \(Self.mostSitesForSymmetry) sites"
      return
    }
    do {
      let symmetry = try CrystalSymmetry(of: crystal, tolerance: tolerance)
      spaceGroup = Group(number: symmetry.spaceGroupNumber, symbol: symmetry.internationalSymbol)
    } catch {
      symmetryNote = "\(error)"
    }
  }
}

extension StructureCard.Cell {
  init(_ cell: Lattice.Parameters) {
    self.init(
      a: cell.a, b: cell.b, c: cell.c, alpha: cell.alpha * 180 / .pi, beta: cell.beta * 180 / .pi,
      gamma: cell.gamma * 180 / .pi)
  }
}
