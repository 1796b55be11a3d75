/// Why no formula can be looked for, or one cannot be used.
public enum SymbolicError: Error, Hashable, Sendable {
  case noVariables
  case tooManyVariables(Int, most: Int)
  case tooFewRows(Int, least: Int)
  case notFinite(name: String, row: Int)
  case constantTarget(String)
  case constantVariables
  case tooFewClasses
  case tooManyClasses([String])
  case unknownClass(String, [String])
  case smallClass(String, count: Int, least: Int)
  case unlikeUnits(String, reason: String)
  case unknownVariable(String, [String])
  case nothingFound
  case withoutValue(String, row: Int)
}

extension SymbolicError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noVariables: "There is no column of numbers to build a formula from; name some."
    case .tooManyVariables(let count, let most):
      "\(count) columns are too many to build formulas from; name at most \(most), the most "
        + "relevant ones."
    case .tooFewRows(let count, let least):
      "There are \(count) training rows, but at least \(least) are needed to find a formula and to "
        + "choose how complicated it may be. Add rows."
    case .notFinite(let name, let row):
      "Row \(row + 1): \(name) is not a finite number. Correct or remove the row."
    case .constantTarget(let target):
      "\(target) is the same in all training rows, so there is nothing to explain. Check the rows."
    case .constantVariables:
      "Every column is the same in all training rows, so no formula can tell the rows apart."
    case .tooFewClasses: "There is one class in the training rows; two are needed."
    case .tooManyClasses(let classes):
      "There are \(classes.count) classes (\(classes.prefix(8).joined(separator: ", "))"
        + "\(classes.count > 8 ? ", …" : "")); name the one to tell from all others."
    case .unknownClass(let name, let classes):
      "No row is of the class \"\(name)\"; there are \(classes.prefix(8).joined(separator: ", "))."
    case .smallClass(let name, let count, let least):
      "The class \(name) has \(count) training \(count == 1 ? "row" : "rows"), but at least "
        + "\(least) are needed, so that some can be held out. Add rows of this class."
    case .unlikeUnits(let formula, let reason): "\(formula) has no unit: \(reason)."
    case .unknownVariable(let name, let names):
      "The formula names \"\(name)\", which is no column of numbers here; there are "
        + "\(names.prefix(20).joined(separator: ", "))."
    case .nothingFound:
      "No feature varies and is finite in all training rows; use other columns or operators."
    case .withoutValue(let formula, let row):
      "\(formula) has no finite value in row \(row + 1); a formula must hold for every training row."
    }
  }
}
