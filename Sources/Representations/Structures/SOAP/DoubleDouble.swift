/// A number as the sum of two doubles, good to some 32 digits.
///
/// Dekker, Numer. Math. 18, 224 (1971); Knuth's sum of two numbers. For overlap matrices whose
/// condition passes what a double holds.
struct DoubleDouble: Sendable {
  var high: Double
  var low: Double

  init(_ value: Double) {
    high = value
    low = 0
  }

  /// - Parameters: Two numbers that do not overlap much; |high| ≥ |low|.
  private init(normalized high: Double, _ low: Double) {
    self.high = high + low
    self.low = low - (self.high - high)
  }

  var value: Double { high + low }

  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let sum = a.high + b.high
    let part = sum - a.high
    let rest = (a.high - (sum - part)) + (b.high - part)
    return DoubleDouble(normalized: sum, rest + a.low + b.low)
  }

  static prefix func - (a: DoubleDouble) -> DoubleDouble {
    DoubleDouble(normalized: -a.high, -a.low)
  }

  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble { a + -b }

  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = a.high * b.high
    let rest = (-product).addingProduct(a.high, b.high)
    return DoubleDouble(normalized: product, rest + (a.high * b.low + a.low * b.high))
  }

  static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let first = a.high / b.high
    let rest = a - b * DoubleDouble(first)
    let second = rest.high / b.high
    let third = (rest - b * DoubleDouble(second)).high / b.high
    return DoubleDouble(normalized: first, second) + DoubleDouble(third)
  }

  func squareRoot() -> DoubleDouble {
    guard high > 0 else { return DoubleDouble(0) }
    let root = DoubleDouble(high.squareRoot())
    // One step of Newton's rule doubles the digits.
    return root + (self - root * root) / (root + root)
  }

  /// To a whole power of 0 or more.
  func power(_ exponent: Int) -> DoubleDouble {
    var result = DoubleDouble(1)
    for _ in 0..<exponent { result = result * self }
    return result
  }
}
