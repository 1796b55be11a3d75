import Foundation

/// What formulas are built with.
///
/// The set of Ouyang et al., Phys. Rev. Mater. 2, 083802 (2018), table of operators. Raw values are
/// the names on the command line.
public enum FormulaOperator: String, CaseIterable, Codable, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  /// `|a − b|`
  case absoluteDifference = "abs-diff"
  case exponential = "exp"
  /// `exp(−a)`
  case decay = "exp-"
  /// The natural logarithm.
  case logarithm = "log"
  case inverse = "inv"
  case square = "sq"
  case cube = "cb"
  case sixthPower = "six"
  case squareRoot = "sqrt"
  case cubeRoot = "cbrt"
  case absolute = "abs"
  case sine = "sin"
  case cosine = "cos"

  /// What is used where nothing else is asked for: all but the sixth power, `abs`, `sin` and `cos`.
  public static let usual: [FormulaOperator] = [
    .add, .subtract, .multiply, .divide, .absoluteDifference, .exponential, .decay, .logarithm,
    .inverse, .square, .cube, .squareRoot, .cubeRoot,
  ]

  public var isBinary: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .absoluteDifference: true
    default: false
    }
  }

  /// Whether both sides must have the same unit.
  var needsLikeUnits: Bool {
    switch self {
    case .add, .subtract, .absoluteDifference: true
    default: false
    }
  }

  /// Whether the order of the two sides matters at most for the sign.
  var isSymmetric: Bool { isBinary && self != .divide }

  /// A value that need not be a number: the caller looks whether it is finite.
  func callAsFunction(_ a: Double) -> Double {
    switch self {
    case .exponential: exp(a)
    case .decay: exp(-a)
    case .logarithm: a > 0 ? log(a) : .nan
    case .inverse: 1 / a
    case .square: a * a
    case .cube: a * a * a
    case .sixthPower: (a * a * a) * (a * a * a)
    case .squareRoot: a >= 0 ? a.squareRoot() : .nan
    case .cubeRoot: cbrt(a)
    case .absolute: abs(a)
    case .sine: sin(a)
    case .cosine: cos(a)
    case .add, .subtract, .multiply, .divide, .absoluteDifference:
      preconditionFailure("\(rawValue) has two sides")
    }
  }

  /// A value that need not be a number: the caller looks whether it is finite.
  func callAsFunction(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .absoluteDifference: abs(a - b)
    default: preconditionFailure("\(rawValue) has one side")
    }
  }
}
