import Matter

extension Dataset {
  /// The rows of one method, without the variables that name methods.
  ///
  /// - Returns: `nil` where no row has the method.
  public func measured(by level: String) throws(DatasetError) -> Dataset? {
    guard let fidelity, let own = fidelity.variables(of: level) else { return nil }
    let count = fidelity.levels.count
    let kept = rows.filter { Array($0.candidate.variables.suffix(count)) == own }
    guard !kept.isEmpty else { return nil }
    return try Dataset(
      source: source,
      rows: kept.map { row in
        Row(
          identifier: row.identifier,
          candidate: row.candidate.with(variables: row.candidate.variables.dropLast(count)),
          target: row.target, weight: row.weight, group: row.group)
      }, targetName: targetName, unit: unit, variableNames: variableNames.dropLast(count),
      classes: classes)
  }

  /// The rows of each method, those with the most rows first and the wanted one last: as a rule the
  /// cheapest method has the most rows.
  ///
  /// - Throws: ``DatasetError/noFidelity(_:_:known:)`` where no row has the wanted method.
  public func ladder(to level: String) throws(DatasetError) -> (
    lower: [(level: String, rows: Dataset)], top: Dataset
  ) {
    guard let top = try measured(by: level) else {
      throw .noFidelity(source, level, known: fidelity?.levels ?? [])
    }
    var lower: [(level: String, rows: Dataset)] = []
    for name in fidelity?.levels ?? [] where name != level {
      if let rows = try measured(by: name) { lower.append((name, rows)) }
    }
    lower.sort { ($1.rows.rows.count, $0.level) < ($0.rows.rows.count, $1.level) }
    return (lower, top)
  }
}
