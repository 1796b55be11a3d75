internal import DenseMath
import Matter

/// What becomes of rows with the same material.
public enum DuplicateRule: String, Codable, CaseIterable, Sendable {
  /// One row with the median.
  case median
  /// One row with the lowest value: of energies, the ground state.
  case lowest
  /// All rows stay.
  case keep
}

/// A value with its history.
public struct HarmonizedRow: Codable, Hashable, Sendable {
  public var identifier: String
  public var formula: String
  public var value: Double

  /// One standard deviation; `nil` where nothing is known.
  public var standardUncertainty: Double?

  /// Standard deviation of the values that were merged: label noise; `nil` for a single one.
  public var spread: Double?

  /// How many rows were merged, and the first ones' names.
  public var count = 1
  public var members: [String] = []

  /// The method whose scale the value is on; empty where nothing is known.
  public var fidelity: String

  /// The method by which it was obtained.
  public var originalFidelity: String

  init(
    identifier: String, formula: String, value: Double, standardUncertainty: Double?,
    fidelity: String
  ) {
    self.identifier = identifier
    self.formula = formula
    self.value = value
    self.standardUncertainty = standardUncertainty
    self.fidelity = fidelity
    originalFidelity = fidelity
    members = [identifier]
  }
}

/// Groups of rows that are one material.
struct DuplicateGroups {
  /// Rows of each group, ascending; groups in order of their first row.
  let groups: [[Int]]

  /// Rows belong together when their keys are equal and their compositions are the same, or within
  /// `tolerance` of the group's first row.
  ///
  /// - Parameter tolerance: Share of atoms; 0 for the same stoichiometry.
  init(_ compositions: [Composition], keys: [String], tolerance: Double) {
    var groups: [[Int]] = []
    if tolerance <= 0 {
      var places: [Key: Int] = [:]
      for (row, composition) in compositions.enumerated() {
        let key = Key(composition: CompositionKey(composition), key: keys[row])
        if let place = places[key] {
          groups[place].append(row)
        } else {
          places[key] = groups.count
          groups.append([row])
        }
      }
    } else {
      let index = CompositionIndex(compositions, tolerance: tolerance)
      var group: [Int: Int] = [:]  // by first row
      for row in compositions.indices {
        let leader = index.neighbors(of: row).filter { $0 < row && keys[$0] == keys[row] }
          .first { group[$0] != nil }
        if let leader, let place = group[leader] {
          groups[place].append(row)
        } else {
          group[row] = groups.count
          groups.append([row])
        }
      }
    }
    self.groups = groups
  }

  private struct Key: Hashable {
    let composition: CompositionKey
    let key: String
  }

  /// One row of several.
  ///
  /// The uncertainty of a median of n values with standard deviation s is `1.2533 s / √n`, for two
  /// values `s / √2`; that of a lowest value is its own.
  static func merge(_ rows: [HarmonizedRow], by rule: DuplicateRule) -> HarmonizedRow? {
    guard var merged = rows.first, rows.count > 1, rule != .keep else { return rows.first }
    let values = rows.map(\.value)
    let spread = Statistics.standardDeviation(values, degreesOfFreedomLost: 1)
    if rule == .lowest, let lowest = rows.min(by: { $0.value < $1.value }) {
      merged = lowest
    } else {
      merged.value = Statistics.median(values)
      let factor = values.count == 2 ? 1 : 1.2533
      let own = rows.compactMap(\.standardUncertainty).max() ?? 0
      let scatter = factor * spread / Double(values.count).squareRoot()
      merged.standardUncertainty = (scatter * scatter + own * own).squareRoot()
    }
    merged.spread = spread
    merged.count = rows.count
    merged.members = rows.prefix(20).flatMap(\.members)
    let methods = Set(rows.map(\.originalFidelity)).sorted()
    merged.originalFidelity = methods.joined(separator: "; ")
    return merged
  }
}
