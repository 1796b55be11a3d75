internal import DenseMath

/// Rows of features as trees see them: single precision, NaN where a value is missing.
///
/// Training and prediction compare the same rounded numbers, so that a row falls into the same
/// leaf in both.
struct FeatureRows: Sendable {
  let count: Int
  let columns: Int

  /// `[count, columns]`, row after row.
  let values: [Float]

  /// - Throws: ``TreeError/infiniteFeature(row:column:_:)`` for a value beyond single precision.
  init(_ matrix: Matrix) throws(TreeError) {
    count = matrix.rows
    columns = matrix.columns
    values = matrix.elements.map { Float($0) }
    if let place = values.firstIndex(where: \.isInfinite) {
      throw .infiniteFeature(
        row: place / columns, column: place % columns, matrix.elements[place])
    }
  }

  /// As ``init(_:)``, for rows to predict.
  init(_ matrix: Matrix, expecting columns: Int) throws(TreeError) {
    guard matrix.columns == columns else {
      throw .unequalColumns(matrix.columns, expected: columns)
    }
    try self.init(matrix)
  }

  /// The values of one feature in some rows.
  func column(_ column: Int) -> [Float] {
    (0..<count).map { values[$0 * columns + column] }
  }
}

/// Targets and weights of training rows, checked.
struct LabeledRows: Sendable {
  let features: FeatureRows
  let targets: [Double]

  /// Mean 1 over all rows, so that penalties count in rows.
  let weights: [Double]

  var count: Int { features.count }

  /// - Parameter classes: 0 for a measured target, else how many classes there are.
  init(
    _ matrix: Matrix, targets: [Double], weights: [Double]?, classes: Int, leastRows: Int = 2
  ) throws(TreeError) {
    guard matrix.columns > 0 else { throw .noFeatures }
    guard targets.count == matrix.rows else {
      throw .unequalCounts(rows: matrix.rows, count: targets.count, what: "targets")
    }
    self.weights = try LabeledRows.normalized(weights, count: targets.count, least: leastRows)
    try LabeledRows.check(targets, self.weights, classes: classes, leastRows: leastRows)
    features = try FeatureRows(matrix)
    guard features.values.contains(where: { !$0.isNaN }) else { throw .allMissing }
    self.targets = targets
  }

  private static func normalized(
    _ weights: [Double]?, count: Int, least: Int
  ) throws(TreeError) -> [Double] {
    let given = weights ?? [Double](repeating: 1, count: count)
    guard given.count == count else {
      throw .unequalCounts(rows: count, count: given.count, what: "weights")
    }
    if let row = given.firstIndex(where: { !($0 >= 0 && $0 <= 1e30) }) {
      throw .negativeWeight(row: row, given[row])
    }
    let used = given.count { $0 > 0 }
    guard used >= least else { throw .tooFewRows(used, least: least) }
    let mean = given.reduce(0, +) / Double(count)
    return given.map { $0 / mean }
  }

  private static func check(
    _ targets: [Double], _ weights: [Double], classes: Int, leastRows: Int
  ) throws(TreeError) {
    for (row, target) in targets.enumerated() {
      guard target.isFinite, abs(target) < TrainingError.largestTarget else {
        throw .notFinite(row: row, what: "target", target)
      }
      if classes > 0, Int(exactly: target).map({ (0..<classes).contains($0) }) != true {
        throw .unknownClass(row: row, target, classes: classes)
      }
    }
    let used = zip(targets, weights).filter { $0.1 > 0 }.map(\.0)
    if leastRows > 1, let first = used.first, used.allSatisfy({ $0 == first }) {
      throw .constantTarget(first)
    }
  }
}
