import Formats
import Foundation
import Matter

/// Crystals of CIF and POSCAR files, in the cell that the file gives.
enum StructuresArea: ConformanceArea {
  static func answer(_ testCase: [String: Any], folder: URL) throws -> [String: Any] {
    guard let file = testCase["file"] as? String, let format = testCase["format"] as? String else {
      return ["error": "no file"]
    }
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
    let entries =
      format == "poscar"
      ? try POSCAR.structures(bytes, file: file) : try CIF.structures(bytes, file: file)
    guard let crystal = entries.lazy.compactMap(\.crystal).first else {
      return ["error": "no crystal"]
    }
    return answer(crystal).merging(symmetry(crystal)) { $1 }
  }

  /// At 0.01 Å; left out where no space group is found.
  private static func symmetry(_ crystal: Crystal) -> [String: Any] {
    guard let symmetry = try? CrystalSymmetry(of: crystal),
      let conventional = try? symmetry.conventionalCell()
    else { return [:] }
    return [
      "sg_number": symmetry.spaceGroupNumber, "point_group": symmetry.pointGroup,
      "n_primitive": symmetry.primitiveSiteCount, "n_conventional": conventional.siteCount,
    ]
  }

  static func answer(_ crystal: Crystal) -> [String: Any] {
    let lattice = crystal.lattice
    let p = lattice.parameters
    let degrees = 180 / Double.pi
    return [
      "cell_amounts": cellAmounts(crystal),
      "n_positions": crystal.siteCount,
      "ordered": crystal.isOrdered,
      "lattice": [
        "a": p.a, "b": p.b, "c": p.c,
        "alpha": p.alpha * degrees, "beta": p.beta * degrees, "gamma": p.gamma * degrees,
      ],
      "volume": lattice.volume,
      "density_g_cm3": density(crystal),
      "sites": crystal.positions.indices.map { site in
        let x = crystal.positions[site]
        return [amounts(crystal.occupants(of: site)), x.x, x.y, x.z] as [Any]
      },
    ]
  }

  /// Atoms of the whole cell by symbol.
  static func cellAmounts(_ crystal: Crystal) -> [String: Double] {
    amounts(crystal.occupants[...])
  }

  private static func amounts(_ occupants: ArraySlice<Occupant>) -> [String: Double] {
    occupants.reduce(into: [:]) { $0[$1.element.symbol, default: 0] += $1.occupancy }
  }

  /// g/cm³; 1 u/Å³ is 1.66053906660 g/cm³ (CODATA 2018).
  private static func density(_ crystal: Crystal) -> Double {
    let mass = crystal.occupants.reduce(0) { $0 + $1.occupancy * $1.element.mass }
    return mass / crystal.lattice.volume * 1.66053906660
  }
}
