/// A unit of measurement: what it measures, and how large it is in SI units.
///
/// Read from text by dimensional analysis, never by guess: `eV/atom`, `g cm^-3`, `kg·m⁻³`,
/// `W/(m K)`, `1/cm`, `µΩ cm`, `°C`, `log10(GPa)`, `at.%`. Two units are equal when they are the same
/// physically; ``symbol`` keeps how one is written. The SI: BIPM, 9th edition (2019).
public struct Unit: Sendable {
  /// A logarithmic scale.
  public enum Logarithm: String, Hashable, Sendable {
    case base10 = "log10"
    case natural = "ln"
  }

  /// As written, without spaces at the ends.
  public let symbol: String

  /// What it measures; of a logarithm, what is inside.
  public let dimension: UnitDimension

  let scale: UnitScale

  /// The zero of the scale in the unit itself: 273.15 for °C; 0 for nearly all.
  let offset: Double

  /// Set where a value is the logarithm of the number of units.
  public let logarithm: Logarithm?

  /// Longest text that is read, in characters.
  public static let longestText = 200

  /// A pure number.
  public static let one = Unit(symbol: "1", dimension: .one, scale: .one)

  init(
    symbol: String, dimension: UnitDimension, scale: UnitScale, offset: Double = 0,
    logarithm: Logarithm? = nil
  ) {
    self.symbol = symbol
    self.dimension = dimension
    self.scale = scale
    self.offset = offset
    self.logarithm = logarithm
  }

  /// Reads a unit.
  ///
  /// Factors are separated by a space, `·`, `*` or `.`, divided by `/` or `per`, raised by `^2`,
  /// `**2`, `²` or digits behind the symbol (`cm-1`), and grouped by parentheses. A product behind
  /// a division needs them, since `W/m K` is read both ways. `°C` and `°F` alone are temperatures;
  /// as factors they are differences.
  ///
  /// - Throws: ``UnitError`` with the offset of what is not understood.
  public init(parsing text: String) throws(UnitError) {
    var parser = try UnitParser(text)
    self = try parser.unit()
  }

  /// How many SI units one unit is (m, kg, s, A, K, mol, cd, rad, one of what is counted); a
  /// temperature scale without its zero.
  public var factor: Double { scale.value }

  /// Whether values of this unit can be scaled and multiplied: neither a temperature scale with a
  /// zero of its own nor a logarithm.
  public var isMultiplicative: Bool { offset == 0 && logarithm == nil }

  /// The same unit up to rounding of its factor.
  public func isEquivalent(to other: Unit) -> Bool {
    dimension == other.dimension && offset == other.offset && logarithm == other.logarithm
      && abs((scale / other.scale).value - 1) < 1e-12
  }

  public static func * (a: Unit, b: Unit) throws(UnitError) -> Unit {
    try a.combined(b, power: RationalPower(1), mark: "·")
  }

  public static func / (a: Unit, b: Unit) throws(UnitError) -> Unit {
    try a.combined(b, power: RationalPower(-1), mark: "/")
  }

  /// The unit to a power.
  ///
  /// - Throws: ``UnitError`` for temperature scales and logarithms, and for results out of range.
  public func raised(to power: RationalPower) throws(UnitError) -> Unit {
    let exponent =
      power.denominator == 1 ? "\(power.numerator)" : "\(power.numerator)/\(power.denominator)"
    let one = Unit(symbol: "(\(symbol))^(\(exponent))", dimension: .one, scale: .one)
    return try Unit(raising: self, to: power, times: one, symbol: one.symbol)
  }

  private func combined(
    _ other: Unit, power: RationalPower, mark: String
  ) throws(UnitError) -> Unit {
    guard isMultiplicative else { throw .notMultiplicative(symbol) }
    return try Unit(
      raising: other, to: power, times: self, symbol: "(\(symbol))\(mark)(\(other.symbol))")
  }

  private init(
    raising factor: Unit, to power: RationalPower, times other: Unit, symbol: String
  ) throws(UnitError) {
    guard factor.isMultiplicative else { throw .notMultiplicative(factor.symbol) }
    guard power.numerator.magnitude <= 1000, power.denominator <= 1000,
      let raised = factor.dimension.raised(to: power)
    else { throw .outOfRange(symbol) }
    let scale = other.scale * factor.scale.raised(to: power)
    guard scale.isUsable else { throw .outOfRange(symbol) }
    self.init(symbol: symbol, dimension: other.dimension * raised, scale: scale)
  }
}

extension Unit: Hashable {
  public static func == (a: Unit, b: Unit) -> Bool {
    a.dimension == b.dimension && a.scale == b.scale && a.offset == b.offset
      && a.logarithm == b.logarithm
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(dimension)
    hasher.combine(scale)
    hasher.combine(offset)
    hasher.combine(logarithm)
  }
}

extension Unit: CustomStringConvertible {
  public var description: String { symbol }
}

/// Written as its symbol.
extension Unit: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do {
      try self.init(parsing: text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(symbol)
  }
}
