internal import DenseMath
import Matter

/// Materials that have values by two methods.
public enum Overlap {
  /// One pair for each such material, in order of first occurrence; several values of one method count
  /// by their median.
  ///
  /// - Parameter keys: What makes two rows the same material, one for each row; `nil` for the same
  ///   stoichiometry.
  public static func pairs(
    _ rows: [Harmonizer.Row], keys: [String]? = nil, from source: String, to target: String
  ) -> [FidelityShift.Pair] {
    var groups: [Key: (first: Int, source: [Double], target: [Double])] = [:]
    for (place, row) in rows.enumerated() where row.fidelity == source || row.fidelity == target {
      let key =
        keys.map { Key.text($0[place]) } ?? Key.stoichiometry(CompositionKey(row.composition))
      var group = groups[key] ?? (place, [], [])
      if row.fidelity == source { group.source.append(row.value) }
      if row.fidelity == target { group.target.append(row.value) }
      groups[key] = group
    }
    return groups.values.filter { !$0.source.isEmpty && !$0.target.isEmpty }
      .sorted { $0.first < $1.first }
      .map { group in
        FidelityShift.Pair(
          rows[group.first].composition, source: Statistics.median(group.source),
          target: Statistics.median(group.target))
      }
  }

  private enum Key: Hashable {
    case text(String)
    case stoichiometry(CompositionKey)
  }
}
