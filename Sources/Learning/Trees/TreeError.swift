/// Why trees or a linear model cannot be trained, read or asked.
public enum TreeError: Error, Hashable, Sendable {
  case libraryUnavailable(reason: String)
  case libraryFailed(task: String, reason: String)
  case tooFewRows(Int, least: Int)
  case noFeatures
  case unequalCounts(rows: Int, count: Int, what: String)
  case unequalColumns(Int, expected: Int)
  case infiniteFeature(row: Int, column: Int, Double)
  case notFinite(row: Int, what: String, Double)
  case negativeWeight(row: Int, Double)
  case constantTarget(Double)
  case unknownClass(row: Int, Double, classes: Int)
  case allMissing
  case invalidSetting(String, remedy: String)
  case damaged(reason: String)
}

extension TreeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .libraryUnavailable(let reason):
      "Boosted trees need the library XGBoost, which cannot be opened: \(reason). Install it (the "
        + "Debian package libxgboost0), or set ATHANOR_XGBOOST to the path of libxgboost.so."
    case .libraryFailed(let task, let reason):
      "XGBoost failed to \(task): \(reason). Check the settings and the features."
    case .tooFewRows(let count, let least):
      "There are \(count) rows with weight, but at least \(least) are needed. Add rows."
    case .noFeatures:
      "The rows have no features. Choose a representation that gives at least one column."
    case .unequalCounts(let rows, let count, let what):
      "\(rows) rows of features stand against \(count) \(what). Give one a row."
    case .unequalColumns(let count, let expected):
      "The rows have \(count) features, but the model was trained on \(expected). Use the "
        + "representation of the training rows."
    case .infiniteFeature(let row, let column, let value):
      "Row \(row + 1), feature \(column + 1): \(value) cannot be used (the limit is 3.4e38). "
        + "Correct it, or give NaN for a missing value."
    case .notFinite(let row, let what, let value):
      "Row \(row + 1): the \(what) is \(value), not a finite number. Correct or remove the row."
    case .negativeWeight(let row, let value):
      "Row \(row + 1): the weight is \(value), but weights are finite and not negative."
    case .constantTarget(let value):
      "The target is \(value) in every row: there is nothing to learn. Choose another column or "
        + "add rows that differ."
    case .unknownClass(let row, let value, let classes):
      "Row \(row + 1): \(value) is not a class. Number the \(classes) classes from 0 to "
        + "\(classes - 1)."
    case .allMissing:
      "Every feature is missing in every row. Choose a representation that covers these materials."
    case .invalidSetting(let problem, let remedy):
      "\(problem). \(remedy)."
    case .damaged(let reason):
      "The stored trees cannot be read: \(reason). Train the model again."
    }
  }
}
