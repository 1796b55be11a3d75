/// Why there is no such split.
public enum SplitError: Error, Hashable, Sendable {
  case tooFewFolds(Int)
  case tooFewRows(Int, folds: Int)
  case tooFewGroups(Int, folds: Int)
  case tooManyClusters(Int, limit: Int)
  case classTooSmall(String, count: Int, folds: Int)
  case missing(String, kind: String)
  case invalidShare(Double)
  case notFinite(row: Int)
  case noTestRows
  case noTrainingRows(Int)
  case emptyFold(Int)
  case invalidFold(Int)
  case otherRows(expected: Int, found: Int)
  case otherFormat(String)
  case damaged
}

extension SplitError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooFewFolds(let folds):
      "\(folds) folds are no split; ask for at least 2 (by time or extremes 1)."
    case .tooFewRows(let rows, let folds): "\(rows) rows do not fill \(folds) folds."
    case .tooFewGroups(let groups, let folds):
      "The rows form \(groups) groups, which do not fill \(folds) folds; ask for fewer."
    case .tooManyClusters(let asked, let limit):
      "\(asked) clusters are too many; ask for at most \(limit) folds."
    case .classTooSmall(let name, let count, let folds):
      "The class \"\(name)\" has \(count) rows for \(folds) folds; ask for fewer folds, or merge it."
    case .missing(let what, let kind): "A split of the kind \(kind) needs \(what)."
    case .invalidShare(let share): "The share of test rows is \(share); it lies between 0 and 1."
    case .notFinite(let row): "Row \(row + 1) has a number that is not finite."
    case .noTestRows: "No row would be tested; choose what the data holds."
    case .noTrainingRows(let fold):
      "Fold \(fold) tests every row and leaves none to train on; hold out less."
    case .emptyFold(let fold): "Fold \(fold) has no row; ask for fewer folds."
    case .invalidFold(let fold): "There is no fold \(fold)."
    case .otherRows(let expected, let found):
      "The split was made for other rows (\(expected); here are \(found)): their names, formulas or "
        + "order differ. Make the split anew."
    case .otherFormat(let format): "\"\(format)\" is not a split that this version reads."
    case .damaged: "The split's content does not fit its hash: the file was changed. Make it anew."
    }
  }
}
