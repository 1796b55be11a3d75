/// A law by which quantities of different dimension stand for each other. Never applied unasked.
public enum UnitEquivalence: Hashable, Sendable {
  /// `E = h ν = h c ν̃ = h c / λ`: energies, frequencies, wavenumbers and wavelengths of light.
  case spectroscopy

  /// `E = k_B T`: energies and temperatures.
  case thermal

  /// 1 HV is 1 kgf/mm²: hardness and pressure.
  case vickersHardness

  /// Atoms in a formula unit.
  case atomsPerFormulaUnit(Double)

  /// Atoms in a cell.
  case atomsPerCell(Double)

  /// Formula units in a cell (Z).
  case formulaUnitsPerCell(Double)

  /// What a mole is a mole of: an atom, a formula unit, a cell, a molecule.
  case mole(of: UnitDimension.Base)
}

extension UnitEquivalence {
  /// A count in terms of another: `1 old = ratio new`.
  struct Substitution {
    let old: UnitDimension.Base
    let new: UnitDimension.Base
    let ratio: UnitScale
  }

  var substitution: Substitution? {
    switch self {
    case .atomsPerFormulaUnit(let count):
      Substitution(old: .formulaUnit, new: .atom, ratio: UnitScale(count))
    case .atomsPerCell(let count): Substitution(old: .cell, new: .atom, ratio: UnitScale(count))
    case .formulaUnitsPerCell(let count):
      Substitution(old: .cell, new: .formulaUnit, ratio: UnitScale(count))
    case .mole(let base):
      Substitution(old: .amount, new: base, ratio: UnitScale(6.022_140_76, 23))
    case .spectroscopy, .thermal, .vickersHardness: nil
    }
  }

  /// One dimension that the law turns into another: `SI value of target = factor × SI value`, or
  /// `factor / SI value` where the two are inverse.
  struct Bridge {
    let dimension: UnitDimension
    let factor: UnitScale
    var isInverse = false
  }

  /// The quantities that the law ties together, each with the energy (or pressure) it stands for.
  var bridges: [Bridge] {
    let energy = UnitDimension([.mass: 1, .length: 2, .time: -2])
    let quantum = UnitScale(6.626_070_15, -34)
    let light = UnitScale(2.997_924_58, 8)
    switch self {
    case .spectroscopy:
      return [
        Bridge(dimension: energy, factor: .one),
        Bridge(dimension: UnitDimension([.time: -1]), factor: quantum),
        Bridge(dimension: UnitDimension([.length: -1]), factor: quantum * light),
        Bridge(dimension: UnitDimension([.length: 1]), factor: quantum * light, isInverse: true),
      ]
    case .thermal:
      return [
        Bridge(dimension: energy, factor: .one),
        Bridge(dimension: UnitDimension([.temperature: 1]), factor: UnitScale(1.380_649, -23)),
      ]
    case .vickersHardness:
      return [
        Bridge(dimension: UnitDimension([.mass: 1, .length: -1, .time: -2]), factor: .one),
        Bridge(
          dimension: UnitDimension([.vickersHardness: 1]), factor: UnitScale(9.806_65, 6)),
      ]
    case .atomsPerFormulaUnit, .atomsPerCell, .formulaUnitsPerCell, .mole: return []
    }
  }
}
