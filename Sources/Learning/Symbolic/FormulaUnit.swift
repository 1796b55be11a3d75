import Foundation
import Matter

/// The unit of an expression: what it measures, and how many SI units it is.
///
/// Two are alike when both agree: values in Å and in nm measure the same but cannot be added as they
/// stand. A column without a unit is a plain number.
public struct FormulaUnit: Hashable, Sendable {
  let dimension: UnitDimension

  /// Natural logarithm of the number of SI units, to 1e-9: rounded, so that units reached by
  /// different ways are equal.
  let scale: Double

  public static let one = FormulaUnit(dimension: .one, logarithm: 0)

  private init(dimension: UnitDimension, logarithm: Double) {
    self.dimension = dimension
    scale = (logarithm * 1e9).rounded() / 1e9 + 0  // no negative zero
  }

  /// - Precondition: the unit is neither a temperature scale nor a logarithm.
  init(_ unit: Matter.Unit) {
    precondition(unit.isMultiplicative, "\(unit) is no factor")
    self.init(dimension: unit.dimension, logarithm: log(unit.factor))
  }

  var isPlainNumber: Bool { self == .one }

  /// The unit of a function of a value of this unit; `nil` where there is none.
  func applying(_ function: FormulaOperator) -> FormulaUnit? {
    switch function {
    case .exponential, .decay, .logarithm: isPlainNumber ? .one : nil
    case .sine, .cosine:
      isPlainNumber || self == FormulaUnit.radian ? .one : nil
    case .inverse: raised(to: RationalPower(-1))
    case .square: raised(to: RationalPower(2))
    case .cube: raised(to: RationalPower(3))
    case .sixthPower: raised(to: RationalPower(6))
    case .squareRoot: raised(to: RationalPower(1, over: 2))
    case .cubeRoot: raised(to: RationalPower(1, over: 3))
    case .absolute: self
    case .add, .subtract, .multiply, .divide, .absoluteDifference: nil
    }
  }

  /// The unit of two values joined; `nil` where they cannot be.
  func applying(_ function: FormulaOperator, _ other: FormulaUnit) -> FormulaUnit? {
    switch function {
    case .add, .subtract, .absoluteDifference: self == other ? self : nil
    case .multiply:
      FormulaUnit(dimension: dimension * other.dimension, logarithm: scale + other.scale)
    case .divide:
      other.raised(to: RationalPower(-1)).flatMap { applying(.multiply, $0) }
    default: nil
    }
  }

  private static let radian = FormulaUnit(
    dimension: UnitDimension([.angle: 1]), logarithm: 0)

  private func raised(to power: RationalPower) -> FormulaUnit? {
    dimension.raised(to: power).map {
      FormulaUnit(dimension: $0, logarithm: scale * power.value)
    }
  }
}

extension FormulaUnit: CustomStringConvertible {
  public var description: String {
    isPlainNumber ? "1" : scale == 0 ? "\(dimension)" : "\(exp(scale)) \(dimension)"
  }
}

/// A product of powers of unit symbols as columns state them, for people: `Å² eV⁻¹`.
struct UnitSymbols: Hashable {
  private var powers: [String: Double]

  static let none = UnitSymbols(powers: [:])

  private init(powers: [String: Double]) {
    self.powers = powers.filter { abs($0.value) > 1e-9 }
  }

  init(_ symbol: String?) {
    powers = symbol.map { [$0: 1] } ?? [:]
  }

  /// What a formula is in; numbers have no unit, sums that of their first side.
  init(of formula: Formula, _ symbol: (String) -> String?) {
    switch formula {
    case .number: self = .none
    case .variable(let name): self.init(symbol(name))
    case .unary(let function, let inner):
      let own = UnitSymbols(of: inner, symbol)
      switch function {
      case .inverse: self = own.raised(-1)
      case .square: self = own.raised(2)
      case .cube: self = own.raised(3)
      case .sixthPower: self = own.raised(6)
      case .squareRoot: self = own.raised(1.0 / 2)
      case .cubeRoot: self = own.raised(1.0 / 3)
      case .absolute: self = own
      default: self = .none
      }
    case .binary(let function, let left, let right):
      let (a, b) = (UnitSymbols(of: left, symbol), UnitSymbols(of: right, symbol))
      switch function {
      case .multiply: self = a.times(b)
      case .divide: self = a.times(b.raised(-1))
      default: self = a.powers.isEmpty ? b : a
      }
    }
  }

  func raised(_ power: Double) -> UnitSymbols {
    UnitSymbols(powers: powers.mapValues { $0 * power })
  }

  func times(_ other: UnitSymbols) -> UnitSymbols {
    UnitSymbols(powers: powers.merging(other.powers, uniquingKeysWith: +))
  }

  /// `nil` for a plain number.
  var text: String? {
    guard !powers.isEmpty else { return nil }
    let ordered = powers.sorted { ($0.value > 0 ? 0 : 1, $0.key) < ($1.value > 0 ? 0 : 1, $1.key) }
    return ordered.map { symbol, power in
      let isSimple = !symbol.contains { " /*·^".contains($0) }
      let base = isSimple || power == 1 ? symbol : "(\(symbol))"
      return power == 1 ? base : "\(base)^\(Self.power(power))"
    }.joined(separator: " ")
  }

  private static func power(_ value: Double) -> String {
    for denominator in [1, 2, 3, 4, 6, 12, 9, 18, 27] {
      let numerator = (value * Double(denominator)).rounded()
      if abs(numerator / Double(denominator) - value) < 1e-9 {
        return denominator == 1 ? "\(Int(numerator))" : "(\(Int(numerator))/\(denominator))"
      }
    }
    return String(format: "%.4g", value)
  }
}

extension Formula {
  /// The unit of the values.
  ///
  /// - Throws: ``SymbolicError/unlikeUnits(_:reason:)`` where units forbid an operation.
  func unit(_ units: (String) -> FormulaUnit, symbols: (String) -> String?)
    throws(SymbolicError) -> FormulaUnit?
  {
    switch self {
    case .number: return nil
    case .variable(let name): return units(name)
    case .unary(let function, let inner):
      guard let own = try inner.unit(units, symbols: symbols) else { return nil }
      guard let result = own.applying(function) else {
        throw .unlikeUnits(
          "\(self)",
          reason: "\(inner) is in \(UnitSymbols(of: inner, symbols).text ?? "\(own)"), and "
            + "\(function.rawValue) takes \(function.takes)")
      }
      return result
    case .binary(let function, let left, let right):
      // A number beside a sum is taken in the unit of the other side; beside a product it has none.
      let a = try left.unit(units, symbols: symbols)
      let b = try right.unit(units, symbols: symbols)
      if function.needsLikeUnits {
        guard let a, let b else { return a ?? b }
        guard let result = a.applying(function, b) else {
          throw .unlikeUnits(
            "\(self)",
            reason: "\(left) is in \(UnitSymbols(of: left, symbols).text ?? "\(a)"), \(right) in "
              + "\(UnitSymbols(of: right, symbols).text ?? "\(b)")")
        }
        return result
      }
      guard a != nil || b != nil else { return nil }
      guard let result = (a ?? .one).applying(function, b ?? .one) else {
        throw .unlikeUnits("\(self)", reason: "its powers are too high")
      }
      return result
    }
  }
}

extension FormulaOperator {
  /// What a function of one value can be taken of.
  var takes: String {
    switch self {
    case .exponential, .decay, .logarithm: "plain numbers alone"
    case .sine, .cosine: "plain numbers and angles in rad alone"
    default: "units alone whose powers become multiples of 1/12"
    }
  }
}
