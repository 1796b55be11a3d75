public import Matter

/// How a split is made, so that it can be made again.
public struct SplitRecipe: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Folds of equal size at random.
    case random
    /// Every fold holds its share of each class, or of each range of the target.
    case stratified
    /// Rows of one group are never on both sides.
    case grouped
    /// Matbench v0.1: scikit-learn's `KFold` or `StratifiedKFold`, row for row.
    case matbench
    /// Leave one cluster of similar materials out.
    case cluster
    /// Materials with certain elements are tested by a model that has not seen these elements.
    case element
    /// The most extreme targets are tested.
    case sparse
    /// Each period is tested by a model that has seen the earlier ones only.
    case time
  }

  public var kind: Kind

  /// How many folds are asked for; 1 for the kinds with one test set.
  public var folds = 5
  public var seed: UInt64 = 0

  /// The column that decides: classes (stratified, matbench), groups or time.
  public var column: String?

  /// The groups that are held together where no column names them.
  public var groups: Groups?

  /// The elements that are held out.
  public var elements: [Element]?

  /// The share of the rows that the sparse split tests.
  public var share: Double?

  /// Which extremes the sparse split tests.
  public var tail: Tail?

  public enum Groups: String, Codable, CaseIterable, Sendable {
    case formula
    case chemicalSystem = "chemical-system"
  }

  public enum Tail: String, Codable, CaseIterable, Sendable {
    case both
    case low
    case high
  }

  public init(_ kind: Kind, folds: Int = 5, seed: UInt64 = 0) {
    self.kind = kind
    self.folds = folds
    self.seed = seed
  }

  /// Everything, in a form that does not depend on an encoder; absent parts are left out.
  var canonicalText: String {
    var parts = [kind.rawValue, "folds=\(folds)", "seed=\(seed)"]
    if let column { parts.append("column=\(column.utf8.count):\(column)") }
    if let groups { parts.append("groups=\(groups.rawValue)") }
    if let elements { parts.append("elements=\(elements.map(\.symbol).joined(separator: ","))") }
    if let share { parts.append("share=\(share)") }
    if let tail { parts.append("tail=\(tail.rawValue)") }
    return parts.joined(separator: " ")
  }
}
