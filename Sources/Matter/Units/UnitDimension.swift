/// What a unit measures: a product of powers of base quantities.
///
/// Beside the seven of the SI there are counts and shares, which the SI lumps together as
/// dimensionless. Here they are kept apart: an energy per atom becomes an energy per cell only where
/// the number of atoms is known, and atomic percent become percent by mass only with a composition.
public struct UnitDimension: Hashable, Sendable {
  /// A base quantity; ``symbol`` is what its power is written with.
  public enum Base: Int, CaseIterable, Sendable {
    case length, mass, time, current, temperature, amount, luminousIntensity
    /// Plane angle: rad.
    case angle
    case atom, formulaUnit, cell, molecule
    /// Shares of a whole: by atoms, by moles of constituents, by mass, by volume.
    case atomShare, moleShare, massShare, volumeShare
    /// Vickers hardness, by convention a number without a unit.
    case vickersHardness

    /// In terms of SI base units, and our own words.
    public var symbol: String {
      switch self {
      case .length: "m"
      case .mass: "kg"
      case .time: "s"
      case .current: "A"
      case .temperature: "K"
      case .amount: "mol"
      case .luminousIntensity: "cd"
      case .angle: "rad"
      case .atom: "atom"
      case .formulaUnit: "formula unit"
      case .cell: "cell"
      case .molecule: "molecule"
      case .atomShare: "share of atoms"
      case .moleShare: "share of moles"
      case .massShare: "share of mass"
      case .volumeShare: "share of volume"
      case .vickersHardness: "HV"
      }
    }

    /// Whether it counts entities.
    var isCount: Bool {
      switch self {
      case .atom, .formulaUnit, .cell, .molecule, .amount: true
      default: false
      }
    }
  }

  /// Powers in twelfths, in the order of ``Base/allCases``: halves, thirds and quarters are exact.
  private var twelfths: [Int]

  private static let count = Base.allCases.count

  public static let one = UnitDimension()

  private init() {
    twelfths = [Int](repeating: 0, count: Self.count)
  }

  public init(_ powers: [Base: Int]) {
    self.init()
    for (base, power) in powers { twelfths[base.rawValue] = 12 * power }
  }

  /// The power of one base quantity.
  public func power(of base: Base) -> Double { Double(twelfths[base.rawValue]) / 12 }

  public static func * (a: UnitDimension, b: UnitDimension) -> UnitDimension {
    var result = a
    for place in 0..<count { result.twelfths[place] += b.twelfths[place] }
    return result
  }

  /// The dimension to a power, `nil` where a base quantity would get a power that is no multiple of
  /// one twelfth or beyond 10⁶.
  public func raised(to power: RationalPower) -> UnitDimension? {
    var result = self
    for place in 0..<Self.count {
      let (product, overflow) = twelfths[place].multipliedReportingOverflow(by: power.numerator)
      guard !overflow, product.isMultiple(of: power.denominator) else { return nil }
      result.twelfths[place] = product / power.denominator
      guard result.twelfths[place].magnitude <= 12_000_000 else { return nil }
    }
    return result
  }

  /// The same with every power of `old` turned into one of `new`.
  func replacing(_ old: Base, by new: Base) -> UnitDimension {
    var result = self
    result.twelfths[new.rawValue] += result.twelfths[old.rawValue]
    result.twelfths[old.rawValue] = 0
    return result
  }

  /// Without what counts entities.
  var withoutCounts: UnitDimension {
    var result = self
    for base in Base.allCases where base.isCount { result.twelfths[base.rawValue] = 0 }
    return result
  }
}

extension UnitDimension: CustomStringConvertible {
  /// For example `kg m² s⁻² atom⁻¹`; `1` for a number.
  public var description: String {
    let parts = Base.allCases.compactMap { base -> String? in
      let power = twelfths[base.rawValue]
      return power == 0 ? nil : base.symbol + UnitDimension.superscript(power)
    }
    return parts.isEmpty ? "1" : parts.joined(separator: " ")
  }

  private static func superscript(_ twelfths: Int) -> String {
    if twelfths == 12 { return "" }
    guard twelfths.isMultiple(of: 12) else { return "^\(Double(twelfths) / 12)" }
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    return String("\(twelfths / 12)".map { digits[$0] ?? $0 })
  }
}

/// A power such as 2, −1 or 1/2.
public struct RationalPower: Hashable, Sendable {
  public let numerator: Int

  /// 1 or more.
  public let denominator: Int

  /// - Precondition: `denominator` is 1 or more.
  public init(_ numerator: Int, over denominator: Int = 1) {
    precondition(denominator >= 1, "a power has a positive denominator, not \(denominator)")
    self.numerator = numerator
    self.denominator = denominator
  }

  public var value: Double { Double(numerator) / Double(denominator) }
}
