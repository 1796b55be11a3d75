import Learning

/// `constant + Σ coefficient × name`.
struct LinearForm: Hashable, Sendable {
  var constant: Double
  var coefficients: [String: Double]

  init(constant: Double = 0, coefficients: [String: Double] = [:]) {
    self.constant = constant
    self.coefficients = coefficients
  }

  /// `nil` where the formula is not linear in its names.
  init?(_ formula: Formula) {
    switch formula {
    case .number(let value): self.init(constant: value)
    case .variable(let name): self.init(coefficients: [name: 1])
    case .binary(.add, let left, let right): self.init(left, 1, right)
    case .binary(.subtract, let left, let right): self.init(left, -1, right)
    case .binary(.multiply, let left, let right):
      guard let left = LinearForm(left), let right = LinearForm(right) else { return nil }
      if left.isConstant {
        self = right.times(left.constant)
      } else if right.isConstant {
        self = left.times(right.constant)
      } else {
        return nil
      }
    case .binary(.divide, let left, let right):
      guard let left = LinearForm(left), let right = LinearForm(right), right.isConstant,
        right.constant != 0
      else { return nil }
      self = left.times(1 / right.constant)
    default: return nil
    }
  }

  private init?(_ left: Formula, _ sign: Double, _ right: Formula) {
    guard let left = LinearForm(left), let right = LinearForm(right)?.times(sign) else {
      return nil
    }
    self.init(
      constant: left.constant + right.constant,
      coefficients: left.coefficients.merging(right.coefficients, uniquingKeysWith: +)
        .filter { $0.value != 0 })
  }

  private var isConstant: Bool { coefficients.isEmpty }

  private func times(_ factor: Double) -> LinearForm {
    var result = self
    result.constant *= factor
    result.coefficients = coefficients.mapValues { $0 * factor }
    return result
  }
}
