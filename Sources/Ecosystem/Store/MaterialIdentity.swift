import Foundation
public import Matter

/// What makes two materials the same one, in a form that has a hash.
///
/// - A composition alone is its stoichiometry: `Fe4O6`, `Fe2O3` and `Fe0.4O0.6` are one material.
/// - A crystal is the lengths and angles of its cell, its handedness and what sits where. The order
///   of sites, whole cell vectors added to a position, the direction of the cell in space and
///   oxidation states make no difference; another origin, another cell, and a difference of more
///   than about 1e-4 Å do. Magnetic moments and isotopes belong to it.
/// - A molecule is its elements and where they are relative to their middle.
///
/// Crystals that only a symmetry operation, an origin or a tolerance makes equal are near-duplicates,
/// and two records: to merge them is a decision, not a reading.
public struct MaterialIdentity: Hashable, Sendable {
  public enum Kind: Int, Hashable, Sendable {
    case composition = 0
    case crystal = 1
    case molecule = 2
  }

  public let kind: Kind
  public let key: ContentKey

  /// With the smallest whole amounts in the ratio of the material; see ``reduced(_:)``.
  public let formula: String

  let elements: ElementSet
  let elementCount: Int

  /// `nil` for a composition alone.
  public let siteCount: Int?

  public init(_ composition: Composition) {
    let formula = Self.reduced(composition).formula
    self.init(
      .composition, composition, formula, key: Self.key(ofReducedFormula: formula), siteCount: nil)
  }

  /// - Parameter formula: Of a material of which the composition alone is known, reduced.
  static func key(ofReducedFormula formula: String) -> ContentKey {
    ContentKey(of: Array("composition 1\n\(formula)".utf8))
  }

  /// - Throws: ``FormulaError`` when the occupancies are too small for a composition.
  public init(_ crystal: Crystal) throws {
    let composition = try Self.composition(crystal)
    self.init(
      .crystal, composition, Self.reduced(composition).formula,
      key: ContentKey(of: CanonicalForm.bytes(of: crystal)), siteCount: crystal.siteCount)
  }

  public init(_ molecule: Molecule) throws {
    var amounts: [Element: Double] = [:]
    for element in molecule.elements { amounts[element, default: 0] += 1 }
    let composition = try Composition(amounts)
    self.init(
      .molecule, composition, Self.reduced(composition).formula,
      key: ContentKey(of: CanonicalForm.bytes(of: molecule)), siteCount: molecule.elements.count)
  }

  private init(
    _ kind: Kind, _ composition: Composition, _ formula: String, key: ContentKey, siteCount: Int?
  ) {
    self.kind = kind
    self.key = key
    self.formula = formula
    self.siteCount = siteCount
    elements = ElementSet(composition.elements)
    elementCount = composition.elements.count
  }

  private static func composition(_ crystal: Crystal) throws(FormulaError) -> Composition {
    var amounts = [Double](repeating: 0, count: Element.count)
    for occupant in crystal.occupants {
      amounts[occupant.element.atomicNumber - 1] += occupant.occupancy
    }
    var present: [Element: Double] = [:]
    for element in Element.all where amounts[element.atomicNumber - 1] > 0 {
      present[element] = amounts[element.atomicNumber - 1]
    }
    return try Composition(present)
  }

  /// The composition with the smallest whole amounts in the same ratio, where the amounts have at
  /// most six decimals; else as fractions to nine.
  public static func reduced(_ composition: Composition) -> Composition {
    var scale = 1.0
    for _ in 0...6 {
      if let whole = wholeAmounts(composition.amounts, times: scale) {
        return rebuilt(composition, whole)
      }
      scale *= 10
    }
    let rounded = composition.fractions.map { fraction in
      let value = (fraction * 1e9).rounded() / 1e9
      return value > 0 ? value : fraction
    }
    return rebuilt(composition, rounded)
  }

  private static func wholeAmounts(_ amounts: [Double], times scale: Double) -> [Double]? {
    var whole: [Double] = []
    var divisor = 0.0
    for amount in amounts {
      let value = (amount * scale).rounded()
      guard abs(amount * scale - value) <= 1e-6, value >= 1, value < 1e12 else { return nil }
      whole.append(value)
      divisor = greatestCommonDivisor(divisor, value)
    }
    return divisor == 1 ? whole : whole.map { $0 / divisor }
  }

  private static func rebuilt(_ composition: Composition, _ amounts: [Double]) -> Composition {
    if amounts == composition.amounts { return composition }
    // Amounts stay finite and positive, so the composition is one.
    let pairs = zip(composition.elements, amounts).map { ($0, $1) }
    return (try? Composition(Dictionary(uniqueKeysWithValues: pairs))) ?? composition
  }

  private static func greatestCommonDivisor(_ a: Double, _ b: Double) -> Double {
    var (a, b) = (a, b)
    while b > 0 { (a, b) = (b, a.truncatingRemainder(dividingBy: b)) }
    return a
  }
}
