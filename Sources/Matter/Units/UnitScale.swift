internal import Foundation

/// How many SI units a unit is: a number and a power of ten, kept apart so that decimal conversions
/// are exact (g/cm³ is 1000 kg/m³, not 999.9999999999999).
struct UnitScale: Hashable, Sendable {
  /// Positive; no whole multiple of ten.
  private(set) var mantissa: Double
  private(set) var exponent: Int

  static let one = UnitScale(1)

  init(_ mantissa: Double, _ exponent: Int = 0) {
    self.mantissa = mantissa
    self.exponent = exponent
    while self.mantissa >= 10, self.mantissa < 0x1p53,
      self.mantissa.truncatingRemainder(dividingBy: 10) == 0
    {
      self.mantissa /= 10
      self.exponent += 1
    }
  }

  /// 0 or infinity where the number is beyond what a double holds.
  var value: Double { UnitScale.shifted(mantissa, by: exponent) }

  /// Whether the number and its inverse can be reckoned with.
  var isUsable: Bool {
    mantissa.isFinite && mantissa > 0 && value.isNormal && (1 / value).isNormal
  }

  /// Whether it may be a factor of something usable: powers of it cannot overflow.
  var isWithinReach: Bool {
    mantissa.isFinite && mantissa > 0 && exponent.magnitude < 1_000_000
  }

  static func * (a: UnitScale, b: UnitScale) -> UnitScale {
    UnitScale(a.mantissa * b.mantissa, a.exponent + b.exponent)
  }

  static func / (a: UnitScale, b: UnitScale) -> UnitScale {
    UnitScale(a.mantissa / b.mantissa, a.exponent - b.exponent)
  }

  func raised(to power: RationalPower) -> UnitScale {
    let tenths = exponent * power.numerator
    let whole = Int((Double(tenths) / Double(power.denominator)).rounded(.down))
    let rest = tenths - whole * power.denominator
    let mantissa =
      power.denominator == 1 ? wholePower(power.numerator) : pow(self.mantissa, power.value)
    return UnitScale(
      rest == 0 ? mantissa : mantissa * pow(10, Double(rest) / Double(power.denominator)), whole)
  }

  private func wholePower(_ count: Int) -> Double {
    let product = pow(mantissa, Double(count.magnitude))
    return count < 0 ? 1 / product : product
  }

  /// `value × 10^exponent`; one rounding up to 10²², which doubles hold exactly.
  static func shifted(_ value: Double, by exponent: Int) -> Double {
    var (value, left) = (value, exponent)
    // 700 powers of ten take any double to 0 or infinity.
    left = min(max(left, -700), 700)
    while left != 0 {
      let step = min(left.magnitude, 22)
      let power = pow(10, Double(step))
      value = left > 0 ? value * power : value / power
      left += left > 0 ? -Int(step) : Int(step)
    }
    return value
  }
}
