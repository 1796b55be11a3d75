internal import Matter

/// Enthalpies of mixing of liquid pairs after Miedema's model.
///
/// Takeuchi and Inoue, Mater. Trans. 46, 2817 (2005): ΔH of A50B50, kJ/mol. 75 elements.
enum MixingEnthalpy {
  /// `[Z_A − 1] * 118 + [Z_B − 1]`; 0 for an element with itself, NaN where there is no value.
  static let table: [Double] = {
    let count = Element.count
    var table = [Double](repeating: .nan, count: count * count)
    var pair = 0
    for (place, number) in MixingEnthalpyTable.atomicNumbers.enumerated() {
      table[(number - 1) * (count + 1)] = 0
      for other in MixingEnthalpyTable.atomicNumbers[..<place] {
        table[(number - 1) * count + other - 1] = MixingEnthalpyTable.pairs[pair]
        table[(other - 1) * count + number - 1] = MixingEnthalpyTable.pairs[pair]
        pair += 1
      }
    }
    return table
  }()
}

/// The mixing enthalpies of the pairs of one composition.
struct PairEnthalpies {
  /// ΔH of the alloy as a regular solution, Σ 4 ΔH_ij c_i c_j, kJ/mol.
  let mixing: Double

  /// The lowest and the highest of the pairs, kJ/mol; 0 for an element.
  let lowest: Double
  let highest: Double

  /// How far the pairs stray from the alloy: √(Σ_{i≠j} c_i c_j (4 ΔH_ij − ΔH)²), kJ/mol.
  let spread: Double

  init(_ elements: [Element], _ fractions: [Double]) {
    let table = MixingEnthalpy.table
    var sum = 0.0
    var lowest = elements.count > 1 ? Double.infinity : 0
    var highest = elements.count > 1 ? -Double.infinity : 0
    func enthalpy(_ i: Int, _ j: Int) -> Double {
      table[(elements[i].atomicNumber - 1) * Element.count + elements[j].atomicNumber - 1]
    }
    for i in elements.indices {
      sum += enthalpy(i, i)  // 0, or NaN for an element that the table lacks
      for j in 0..<i {
        let pair = enthalpy(i, j)
        sum += 4 * fractions[i] * fractions[j] * pair
        lowest = min(lowest, pair)
        highest = max(highest, pair)
      }
    }
    var square = 0.0
    for i in elements.indices {
      for j in 0..<i {
        let stray = 4 * enthalpy(i, j) - sum
        square += 2 * fractions[i] * fractions[j] * stray * stray
      }
    }
    mixing = sum
    self.lowest = sum.isNaN ? .nan : lowest
    self.highest = sum.isNaN ? .nan : highest
    spread = sum.isNaN ? .nan : square.squareRoot()
  }
}
