/// Why an ensemble was not trained, read or asked.
public enum DeepEnsembleError: Error, Hashable, Sendable {
  case constantTarget(Double)
  /// Targets are counted from 0.
  case noValues(target: Int)
  case invalidWeight(row: Int, Double)
  case notFinite(row: Int, what: String)
  case notBinary(row: Int, Double)
  case unequalVariables(candidate: Int, count: Int, expected: Int)
  case noCrystal(candidate: Int, String)
  case invalidState(String)
  case noStart(String)
}

extension DeepEnsembleError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .constantTarget(let value):
      "Every target is \(value): there is nothing to learn. Give rows whose targets differ."
    case .noValues(let target):
      """
      No row of positive weight has a value of target \(target + 1): there is nothing to learn. \
      Leave the target out or give it values.
      """
    case .invalidWeight(let row, let weight):
      "The weight of row \(row + 1) is \(weight). Give a finite number, 0 or more."
    case .notFinite(let row, let what):
      "The \(what) of row \(row + 1) is not a finite number. Remove or correct the row."
    case .notBinary(let row, let value):
      "Row \(row + 1) has the class \(value), but two classes are written as 0 and 1."
    case .unequalVariables(let candidate, let count, let expected):
      """
      Candidate \(candidate + 1) has \(count) variables, the others have \(expected). \
      Give every candidate the same variables.
      """
    case .noCrystal(let candidate, let formula):
      """
      Candidate \(candidate + 1), \(formula), has no crystal structure, and these networks read \
      structures alone. Give its structure, or use a model that was trained on compositions.
      """
    case .noStart(let reason):
      "Networks cannot start from this model: \(reason)."
    case .invalidState(let reason):
      "The stored ensemble cannot be used: \(reason). Train the model again."
    }
  }
}
