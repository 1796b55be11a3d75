import Formats
import Foundation
import Matter

/// The first structure of a file, with the number of those behind it.
struct StructureCard: Encodable {
  let name: String?
  var structures = 1
  let formula: String
  let reducedFormula: String
  let sites: Int
  var volume: Double?
  var density: Double?
  var lattice: Cell?
  var spaceGroup: Group?
  var declaredSpaceGroup: Int?
  let disordered: Bool
  /// In the cell, vacancies aside.
  private var atoms = 0.0
  /// Why no space group is given.
  var symmetryNote: String?

  private enum CodingKeys: String, CodingKey {
    case name, structures, formula, reducedFormula, sites, volume, density, lattice, spaceGroup
    case declaredSpaceGroup, disordered, symmetryNote
  }

  /// Å and degrees.
  struct Cell: Encodable {
    let a, b, c, alpha, beta, gamma: Double
  }

  struct Group: Encodable {
    let number: Int
    let symbol: String
  }

  init(_ entry: StructureEntry, tolerance: Double) {
    name = entry.name
    declaredSpaceGroup = entry.declaredSpaceGroup
    switch entry.arrangement {
    case .crystal(let crystal):
      formula = crystal.composition.formula
      reducedFormula = crystal.composition.reducedFormula
      sites = crystal.siteCount
      disordered = !crystal.isOrdered
      volume = crystal.volume
      density = crystal.density.isFinite ? crystal.density : nil
      atoms = crystal.composition.amounts.reduce(0, +)
      lattice = Cell(crystal.lattice.parameters)
      findSymmetry(crystal, tolerance)
    case .molecule(let molecule):
      formula = molecule.composition.formula
      reducedFormula = molecule.composition.reducedFormula
      sites = molecule.elements.count
      disordered = false
    }
  }

  /// Why the cell cannot be that of a solid; `nil` where it can.
  ///
  /// Hydrogen at 400 GPa, the solid with the smallest atoms, has 1.3 Å³ for each (Loubeyre et al.,
  /// Nature 577, 631 (2020)), and no two nuclei of a solid are nearer than 0.5 Å.
  var implausible: String? {
    guard let lattice, let volume else { return nil }
    let shortest = min(lattice.a, lattice.b, lattice.c)
    guard shortest < 0.5 || (atoms > 0 && volume / atoms < 0.5) else { return nil }
    let each = String(format: "%.3g", volume / max(atoms, 1))
    return
      "The cell is implausible: its shortest side is \(String(format: "%.3g", shortest)) Å and "
      + "an atom has \(each) Å³, less than in any solid; check the unit of the lengths."
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
