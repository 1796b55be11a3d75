internal import Foundation
internal import Matter

/// What metallurgists judge alloys by: enthalpy, entropy, and mismatches of their atoms.
///
/// Energies in kJ/mol, entropy in J/(mol K), temperatures in K, radii in pm, moduli in GPa;
/// mismatches are root mean squares of 1 − x/x̄, but that of electronegativity of χ − χ̄.
///
/// - `mixing enthalpy`: Σ 4 ΔH_ij c_i c_j with Miedema's pairs, ``MixingEnthalpy``;
/// - `omega`: T_m ΔS / |ΔH|, Yang and Zhang, Mater. Chem. Phys. 132, 233 (2012); an enthalpy nearer
///   to zero than 0.1 kJ/mol counts as 0.1, so that no alloy has an endless value;
/// - `size mismatch`: δ of the same paper, with the radii of Miracle et al. (2010);
/// - `solid angle ratio`: γ of the smallest and the largest atom, Wang et al., Scr. Mater. 94, 28
///   (2015);
/// - `VEC`: valence electrons with d shells (the group; less 10 from the p block; 3 in the f
///   block), Guo et al., J. Appl. Phys. 109, 103505 (2011);
/// - moduli: over the elements that have one, where they make at least 90 % of the atoms.
///
/// NaN where an element lacks a value: most compounds of oxygen and halogens are no alloys.
public struct AlloyDescriptor: RowDescriptor {
  public let name = "alloy"
  public let version = 1
  public let columns = [
    "mixing enthalpy", "lowest pair enthalpy", "highest pair enthalpy", "pair enthalpy spread",
    "mixing entropy", "melting temperature", "melting temperature mismatch", "omega",
    "mixing free energy at melting", "alloy radius", "size mismatch", "solid angle ratio",
    "electronegativity mismatch", "VEC", "VEC deviation", "shear modulus", "shear mismatch",
    "bulk modulus", "transition metal fraction", "f-block fraction",
  ]

  /// J/(mol K), CODATA 2018.
  private static let gasConstant = 8.314462618

  private static let melting = Element.all.map { $0.value(of: .meltingTemperature) ?? .nan }
  private static let electronegativities = Element.all.map { $0.electronegativity ?? .nan }
  private static let valence = Element.all.map { element in
    element.isFBlock ? 3.0 : Double(element.column <= 12 ? element.column : element.column - 10)
  }
  private static let tableHash = StableHash.of(
    MixingEnthalpy.table, melting, electronegativities, valence, ElementConstants.miracleRadius,
    ElementConstants.shearModulus, ElementConstants.bulkModulus)

  public var constantsHash: UInt64 { Self.tableHash }

  public init() {}

  func append(_ composition: Composition, to values: inout [Double]) {
    let elements = composition.elements
    let fractions = composition.fractions
    func sample(_ table: [Double]) -> WeightedSample {
      WeightedSample(
        zip(elements, fractions).map { (table[$0.atomicNumber - 1], $1) })
    }
    let pairs = PairEnthalpies(elements, fractions)
    let entropy = -Self.gasConstant * fractions.reduce(0) { $0 + $1 * log($1) }
    let melting = sample(Self.melting)
    let radius = sample(ElementConstants.miracleRadius)
    let valence = sample(Self.valence)
    let shear = Self.known(elements, fractions, ElementConstants.shearModulus)
    values.append(contentsOf: [
      pairs.mixing, pairs.lowest, pairs.highest, pairs.spread, entropy,
      melting.mean, melting.deviation / melting.mean,
      melting.mean * entropy / 1000 / max(abs(pairs.mixing), 0.1),
      pairs.mixing - melting.mean * entropy / 1000,
      radius.mean, radius.deviation / radius.mean, Self.solidAngleRatio(radius),
      sample(Self.electronegativities).deviation, valence.mean, valence.deviation,
      shear.mean, shear.deviation / shear.mean,
      Self.known(elements, fractions, ElementConstants.bulkModulus).mean,
      Self.share(elements, fractions) { !$0.isFBlock && (3...12).contains($0.column) },
      Self.share(elements, fractions, \.isFBlock),
    ])
  }

  private static func share(
    _ elements: [Element], _ fractions: [Double], _ isIn: (Element) -> Bool
  ) -> Double {
    zip(elements, fractions).reduce(0) { $0 + (isIn($1.0) ? $1.1 : 0) }
  }

  /// The sample over the elements that have a value; empty where they make less than 90 %.
  private static func known(
    _ elements: [Element], _ fractions: [Double], _ table: [Double]
  ) -> WeightedSample {
    let known = WeightedSample(
      zip(elements, fractions).map { (table[$0.atomicNumber - 1], $1) }
        .filter { !$0.0.isNaN })
    return known.weight >= 0.9 ? known : WeightedSample([])
  }

  /// How much of the view the smallest atom leaves among atoms of the mean radius, over the same of
  /// the largest.
  private static func solidAngleRatio(_ radius: WeightedSample) -> Double {
    func open(_ r: Double) -> Double {
      let sum = r + radius.mean
      return 1 - ((sum * sum - radius.mean * radius.mean) / (sum * sum)).squareRoot()
    }
    return open(radius.minimum) / open(radius.maximum)
  }
}
