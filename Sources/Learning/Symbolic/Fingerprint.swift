/// Arithmetic modulo the prime 2⁶¹ − 1.
///
/// Expressions are evaluated once with random residues in the place of their variables. Two
/// expressions that are the same by the rules of arithmetic get the same residue, and two that are
/// not differ but for a chance of about 10⁻¹⁸ times their degree (Schwartz, J. ACM 27, 701 (1980)):
/// `a (b + c)` and `a b + a c` are found to be one feature without any rewriting.
enum PrimeField {
  static let modulus: UInt64 = (1 << 61) - 1

  @inline(__always)
  static func reduced(_ value: UInt64) -> UInt64 {
    let folded = (value & modulus) &+ (value >> 61)
    return folded >= modulus ? folded &- modulus : folded
  }

  @inline(__always)
  static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 { reduced(a &+ b) }

  @inline(__always)
  static func difference(_ a: UInt64, _ b: UInt64) -> UInt64 {
    a >= b ? a &- b : a &+ modulus &- b
  }

  @inline(__always)
  static func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return reduced((low & modulus) &+ ((high << 3) | (low >> 61)))
  }

  static func power(_ a: UInt64, _ exponent: UInt64) -> UInt64 {
    var (result, base, left) = (UInt64(1), a, exponent)
    while left > 0 {
      if left & 1 == 1 { result = product(result, base) }
      base = product(base, base)
      left >>= 1
    }
    return result
  }

  /// 0 for 0.
  static func inverse(_ a: UInt64) -> UInt64 { power(a, modulus - 2) }

  /// The same for a residue and its negative.
  @inline(__always)
  static func unsigned(_ a: UInt64) -> UInt64 { min(a, a == 0 ? 0 : modulus &- a) }

  /// What stands for a function that is no arithmetic.
  static func hashed(_ a: UInt64, _ salt: UInt64) -> UInt64 {
    var z = a ^ (salt &* 0x9E37_79B9_7F4A_7C15)
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return reduced(z ^ (z >> 31))
  }
}

extension FormulaOperator {
  /// Apart for every operator.
  private var salt: UInt64 { UInt64(FormulaOperator.allCases.firstIndex(of: self) ?? 0) + 17 }

  /// The residue of a function of one value.
  func residue(_ a: UInt64, inverse: UInt64) -> UInt64 {
    switch self {
    case .inverse: inverse
    case .square: PrimeField.product(a, a)
    case .cube: PrimeField.product(a, PrimeField.product(a, a))
    case .sixthPower: PrimeField.power(a, 6)
    case .decay: PrimeField.inverse(FormulaOperator.exponential.residue(a, inverse: inverse))
    case .absolute, .cosine: PrimeField.hashed(PrimeField.unsigned(a), salt)
    default: PrimeField.hashed(a, salt)
    }
  }

  /// The residue of two values joined.
  ///
  /// - Parameter inverse: Of the second.
  @inline(__always)
  func residue(_ a: UInt64, _ b: UInt64, inverse: UInt64) -> UInt64 {
    switch self {
    case .add: PrimeField.sum(a, b)
    case .subtract: PrimeField.difference(a, b)
    case .multiply: PrimeField.product(a, b)
    case .divide: PrimeField.product(a, inverse)
    default:
      PrimeField.hashed(
        PrimeField.unsigned(PrimeField.difference(a, b)), FormulaOperator.absolute.salt)
    }
  }
}
