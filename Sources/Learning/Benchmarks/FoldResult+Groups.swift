extension FoldResult {
  /// Errors and 90 % intervals of the chemistry groups of a fold's test rows.
  ///
  /// - Parameter answers: One a row.
  static func groups(
    _ rows: [Int], of task: BenchmarkTask, answers: [Answer]
  ) -> [GroupQuality]? {
    guard task.kind == .regression else { return nil }
    return GroupQuality.table(
      zip(rows, answers).map { row, answer in
        GroupQuality.Row(
          group: Calibration.group(of: task.candidates[row]), target: task.targets[row],
          mean: answer.mean, interval: answer.lower...answer.upper)
      })
  }
}

extension BenchmarkResults.Task {
  /// The chemistry groups of the test rows of all folds that are done; empty where none has them.
  public var groups: [GroupQuality] {
    GroupQuality.pooled(folds.flatMap { $0.groups ?? [] })
  }
}

extension GroupQuality {
  /// Groups of one name put together, their figures weighted by rows; the largest first, equal ones
  /// by name.
  static func pooled(_ groups: [GroupQuality]) -> [GroupQuality] {
    Dictionary(grouping: groups, by: \.name).map { name, parts in
      let rows = parts.reduce(0) { $0 + $1.rows }
      func mean(_ figure: (GroupQuality) -> Double) -> Double {
        parts.reduce(0) { $0 + Double($1.rows) * figure($1) } / Double(rows)
      }
      return GroupQuality(
        name: name, rows: rows, meanAbsoluteError: mean(\.meanAbsoluteError),
        coverage: mean(\.coverage), meanWidth: mean(\.meanWidth))
    }
    .sorted(by: precedes)
  }
}
