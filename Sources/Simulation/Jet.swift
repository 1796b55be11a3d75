import Foundation

/// A number with its first and second derivative by one variable.
///
/// Forward differentiation: enough to build splines from a formula written once.
struct Jet {
  var value: Double
  var first: Double
  var second: Double

  static func constant(_ value: Double) -> Jet { Jet(value: value, first: 0, second: 0) }

  static func variable(_ value: Double) -> Jet { Jet(value: value, first: 1, second: 0) }

  /// A function of this jet, from the function's own value and derivatives at ``value``.
  func map(_ value: Double, _ first: Double, _ second: Double) -> Jet {
    Jet(
      value: value, first: first * self.first,
      second: second * self.first * self.first + first * self.second)
  }

  var exponential: Jet {
    let e = exp(value)
    return map(e, e, e)
  }

  var squareRoot: Jet {
    let root = value.squareRoot()
    return map(root, 0.5 / root, -0.25 / (root * value))
  }

  func power(_ n: Int) -> Jet {
    var high = 1.0  // value to the power n − 2
    for _ in 0..<(n - 2) { high *= value }
    let m = Double(n)
    return map(high * value * value, m * high * value, m * (m - 1) * high)
  }

  static func + (a: Jet, b: Jet) -> Jet {
    Jet(value: a.value + b.value, first: a.first + b.first, second: a.second + b.second)
  }

  static func - (a: Jet, b: Jet) -> Jet {
    Jet(value: a.value - b.value, first: a.first - b.first, second: a.second - b.second)
  }

  static func * (a: Jet, b: Jet) -> Jet {
    Jet(
      value: a.value * b.value, first: a.first * b.value + a.value * b.first,
      second: a.second * b.value + 2 * a.first * b.first + a.value * b.second)
  }

  static func * (a: Double, b: Jet) -> Jet {
    Jet(value: a * b.value, first: a * b.first, second: a * b.second)
  }

  static func / (a: Jet, b: Jet) -> Jet {
    let inverse = 1 / b.value
    return a * b.map(inverse, -inverse * inverse, 2 * inverse * inverse * inverse)
  }
}
