/// Why a Gaussian process cannot be trained or used.
public enum GaussianProcessError: Error, Hashable, Sendable {
  case noStart
  case constantFeatures
  case constantTarget(Double)
  case unequalVariables(candidate: Int, count: Int, expected: Int)
  case notFinite(row: Int, what: String)
  case invalidState(String)
  case tooManyRows(Int, most: Int)
  case noFeatures(String)
  case notAClass(row: Int, value: Double, classes: Int)
}

extension GaussianProcessError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noStart:
      "The covariance of the training rows cannot be factored for any start. Check the rows for "
        + "non-finite features."
    case .constantFeatures:
      "All training rows have the same features, so nothing can be learned from them. Add rows "
        + "that differ, or choose another representation."
    case .constantTarget(let value):
      "The target is \(value) in every training row: there is nothing to learn. Choose another "
        + "column or add rows."
    case .unequalVariables(let candidate, let count, let expected):
      "Candidate \(candidate) has \(count) variables, but \(expected) are expected. Give every "
        + "candidate the same variables."
    case .notFinite(let row, let what):
      "Row \(row): the \(what) is not a finite number. Remove the row or correct it."
    case .notAClass(let row, let value, let classes):
      "Row \(row): \(value) is not a class. Classes are the numbers 0 to \(classes - 1): correct the "
        + "row, or choose a likelihood with more classes."
    case .noFeatures(let formula):
      "\(formula): none of its elements has tabulated properties, so nothing is known of it. Leave "
        + "it out."
    case .tooManyRows(let count, let most):
      "\(count) rows are too many for an exact Gaussian process (the limit is \(most)). Train an "
        + "ensemble, or choose fewer rows."
    case .invalidState(let reason):
      "The stored Gaussian process cannot be read: \(reason). Train the model again."
    }
  }
}
