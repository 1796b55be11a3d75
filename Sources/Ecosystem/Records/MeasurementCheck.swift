import Matter

/// Decides what is wrong with values of one property in one unit.
///
/// A pure function: the same name, unit, value and uncertainty give the same flags. What can be said
/// without a value (the unit) is worked out once.
public struct MeasurementCheck: Sendable {
  /// As the source writes it.
  public let unit: String?

  /// Whether the name of the property says what its values are.
  public let isKnown: Bool

  /// Of every value: those of the unit.
  private let standing: [MeasurementFlag]

  /// How a value becomes one in SI units; `nil` without a unit, and for logarithms.
  private let scale: Scale?

  private let isPositive: Bool
  private let largest: Double?

  /// Beyond this, numbers are damage in whatever unit.
  static let largestOfAll = 1e60

  /// Where a limit is known and the unit is not, no common unit is so small.
  static let largestWithoutUnit = 1e18

  /// Words of databases for a pure number.
  private static let noUnit: Set<String> = ["", "-", "none", "inapplicable", "unitless"]

  private struct Scale: Sendable {
    let factor: Double
    /// Zero of a temperature scale, in its own degrees.
    let zero: Double
  }

  public init(property: String, unit: String?) {
    self.unit = unit
    let kind = PropertyKind.named(property)
    let text = unit.flatMap { Self.noUnit.contains($0.lowercased()) ? nil : $0 }
    let known = text.flatMap { try? Unit(parsing: $0) }
    isKnown = kind != nil
    standing = Self.flags(ofUnit: text, known, kind)
    let isLogarithm = known?.logarithm != nil
    scale = known.flatMap { isLogarithm ? nil : Self.scale($0) }
    // Without a unit a temperature may be in °C.
    let mayHaveOtherZero = known == nil && kind?.units == ["K"]
    isPositive = kind?.isPositive == true && !isLogarithm && !mayHaveOtherZero
    largest = isLogarithm || standing.contains(.wrongUnit) ? nil : kind?.largest
  }

  /// What is wrong with a value.
  ///
  /// - Parameters:
  ///   - value: In ``unit``.
  ///   - uncertainty: One standard deviation; `nil` where none is given.
  /// - Returns: In the order of ``MeasurementFlag``; empty for a value that can be used.
  public func flags(_ value: Double, uncertainty: Double? = nil) -> [MeasurementFlag] {
    if standing.isEmpty, isUsable(value), uncertainty.map(Self.isUncertainty) ?? true { return [] }
    var flags: [MeasurementFlag] = []
    if !value.isFinite {
      flags.append(.notFinite)
    } else {
      if isAbsurd(value) { flags.append(.absurd) }
      if isBelowZero(value) { flags.append(.negative) }
    }
    flags += standing
    if let uncertainty, !Self.isUncertainty(uncertainty) { flags.append(.uncertainty) }
    return flags
  }

  /// What is wrong with a text where a number is meant; see ``CellText``.
  func flags(_ text: CellText) -> [MeasurementFlag] {
    switch text {
    case .number(let value): flags(value)
    case .missing: [.missing]
    case .text: standing + [.text]
    }
  }

  private func isUsable(_ value: Double) -> Bool {
    value.isFinite && !isAbsurd(value) && !isBelowZero(value)
  }

  private func isAbsurd(_ value: Double) -> Bool {
    guard abs(value) <= Self.largestOfAll else { return true }
    guard let largest else { return false }
    guard let scale else { return abs(value) > Self.largestWithoutUnit }
    return abs((value + scale.zero) * scale.factor) > largest
  }

  private func isBelowZero(_ value: Double) -> Bool {
    guard isPositive else { return false }
    // A rounding error below the lowest temperature is none.
    return value + (scale?.zero ?? 0) < (scale?.zero ?? 0) * -1e-9
  }

  public static func isUncertainty(_ value: Double) -> Bool {
    value >= 0 && value <= largestOfAll
  }

  private static func flags(
    ofUnit text: String?, _ known: Unit?, _ kind: PropertyKind?
  ) -> [MeasurementFlag] {
    guard let text else { return [] }
    guard let known else { return UnitText.isKnown(text) ? [] : [.unknownUnit] }
    return kind.map { $0.allows(known) } ?? true ? [] : [.wrongUnit]
  }

  private static func scale(_ unit: Unit) -> Scale? {
    guard !unit.isMultiplicative else { return Scale(factor: unit.factor, zero: 0) }
    guard let kelvin = try? Unit(parsing: "K"),
      let conversion = try? UnitConversion(from: unit, to: kelvin), let zero = try? conversion(0)
    else { return nil }
    return Scale(factor: unit.factor, zero: zero / unit.factor)
  }
}
