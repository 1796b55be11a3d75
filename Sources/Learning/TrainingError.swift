import Matter

/// Why a surrogate cannot be trained and judged on given rows.
public enum TrainingError: Error, Hashable, Sendable {
  case unequalCounts(candidates: Int, targets: Int)
  case tooFewRows(Int, least: Int)
  case tooFewTestRows(Int, least: Int)
  case tooFewGroups(Int)
  case notFinite(row: Int, what: String, Double)
  case tooLarge(row: Int, Double)
  case constantTarget(Double)
  case constantFold(Int, value: Double)
  case noWeights
  case unusableWeight(row: Int, Double)
  case tooFewClasses([String], leastRows: Int)
}

extension TrainingError {
  /// Beyond this, squares of targets are no longer numbers.
  static let largestTarget = 1e100

  /// - Parameter leastRows: How many rows must be there.
  static func check(
    _ candidates: [Candidate], _ targets: [Double], leastRows: Int
  ) throws(TrainingError) {
    guard candidates.count == targets.count else {
      throw .unequalCounts(candidates: candidates.count, targets: targets.count)
    }
    for row in targets.indices {
      guard targets[row].isFinite else {
        throw .notFinite(row: row, what: "target", targets[row])
      }
      guard abs(targets[row]) < largestTarget else {
        throw .tooLarge(row: row, targets[row])
      }
      if let value = candidates[row].variables.first(where: { !$0.isFinite }) {
        throw .notFinite(row: row, what: "variable", value)
      }
    }
    guard targets.count >= leastRows else {
      throw .tooFewRows(targets.count, least: leastRows)
    }
    if targets.allSatisfy({ $0 == targets[0] }) { throw .constantTarget(targets[0]) }
  }
}

extension TrainingError {
  static func check(weights: [Double]?) throws(TrainingError) {
    for (row, weight) in (weights ?? []).enumerated() where !(weight.isFinite && weight > 0) {
      throw .unusableWeight(row: row, weight)
    }
  }
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unequalCounts(let candidates, let targets):
      "\(candidates) materials stand against \(targets) targets. Give one target a material."
    case .tooFewRows(let count, let least):
      "There are \(count) usable rows, but at least \(least) are needed to train and to judge a "
        + "model. Add rows."
    case .tooFewTestRows(let count, let least):
      "The split tests \(count) rows, but at least \(least) are needed to judge a model. Make a split "
        + "with more test rows."
    case .tooFewGroups(let count):
      "All rows belong to \(count) group, but at least 2 are needed to hold one out. Group by "
        + "another column, or by none."
    case .notFinite(let row, let what, let value):
      "Row \(row + 1): the \(what) is \(value), not a finite number. Correct or remove the row."
    case .tooLarge(let row, let value):
      "Row \(row + 1): the target is \(value), too large to compute with (the limit is "
        + "\(TrainingError.largestTarget)). Check its unit or remove the row."
    case .constantTarget(let value):
      "The target is \(value) in every row: there is nothing to learn. Choose another column or "
        + "add rows that differ."
    case .noWeights:
      "This learner cannot weigh rows. Leave the weights out, or choose another one."
    case .unusableWeight(let row, let value):
      "Row \(row + 1): the weight is \(value). Give a number above 0, or remove the row."
    case .tooFewClasses(let classes, let least):
      "Only \(classes.count) of the classes has \(least) rows or more\(TrainingError.listed(classes)): "
        + "there is nothing to tell apart. Add rows of other classes."
    case .constantFold(let fold, let value):
      "The target is \(value) in every row outside fold \(fold + 1): there is nothing to learn "
        + "from. Add rows that differ, or use fewer folds."
    }
  }

  private static func listed(_ classes: [String]) -> String {
    classes.isEmpty ? "" : " (\(classes.joined(separator: ", ")))"
  }
}
