import DenseMath
import Foundation
public import Matter

extension Dataset {
  /// What becomes of rows with the same candidate.
  public enum Repeats: String, Codable, CaseIterable, Sendable {
    /// They stay: repeated measurements are data.
    case keep
    /// One row with their mean.
    case mean
    /// One row with their median.
    case median
    /// One row where they agree, none where they contradict each other.
    case drop
  }

  /// For each row the place of the first one with the same material and variables.
  ///
  /// Crystals are the same by ``CrystalRows/identities(threads:)``: whatever cell, origin and setting
  /// they are given in, the same arrangement of the same elements. Polymorphs of one formula are
  /// different materials, and so are a crystal and its formula alone.
  public func firstOfSame(threads: Int = 1) throws -> [Int] {
    guard rows.contains(where: { $0.candidate.crystal != nil }) else { return firstOfEqual }
    let names = try CrystalRows(crystals: candidates.map(\.crystal)).identities(threads: threads)
    var places: [SameKey: Int] = [:]
    return rows.indices.map { place in
      let candidate = rows[place].candidate
      let key = SameKey(
        crystal: names[place], composition: names[place] == nil ? candidate.composition : nil,
        variables: candidate.variables)
      let first = places[key] ?? place
      places[key] = first
      return first
    }
  }

  private struct SameKey: Hashable {
    let crystal: String?
    let composition: Composition?
    let variables: [Double]
  }

  /// The same by equality of candidates.
  private var firstOfEqual: [Int] {
    var places: [Candidate: Int] = [:]
    return rows.indices.map { place in
      let first = places[rows[place].candidate] ?? place
      places[rows[place].candidate] = first
      return first
    }
  }

  /// Candidates that occur more than once with different targets, in order of first occurrence.
  public var contradictions: [Candidate] { contradictions(among: firstOfEqual) }

  /// - Parameter same: ``firstOfSame(threads:)``.
  public func contradictions(among same: [Int]) -> [Candidate] {
    var targets: [Int: Set<Double>] = [:]
    for (row, first) in zip(rows, same) { targets[first, default: []].insert(row.target) }
    return targets.filter { $0.value.count > 1 }.keys.sorted().map { rows[$0].candidate }
  }

  /// The dataset with rows of the same candidate dealt with by a rule, at the place of the first of
  /// them and with its weight.
  ///
  /// Classes have no mean: of them `mean` and `median` keep the most frequent one, the first in
  /// order among equals.
  ///
  /// - Parameter same: ``firstOfSame(threads:)``; `nil` for rows of equal candidates.
  public func dealing(with repeats: Repeats, among same: [Int]? = nil) throws(DatasetError)
    -> Dataset
  {
    guard repeats != .keep else { return self }
    var places: [Int: [Int]] = [:]
    for (place, first) in (same ?? firstOfEqual).enumerated() {
      places[first, default: []].append(place)
    }
    let rows = places.keys.sorted().compactMap { first -> Row? in
      merged((places[first] ?? []).map { self.rows[$0] }, repeats)
    }
    return try replacing(rows)
  }

  private func merged(_ same: [Row], _ repeats: Repeats) -> Row? {
    let targets = same.map(\.target)
    guard let first = same.first else { return nil }
    guard same.count > 1 else { return first }
    let target: Double
    switch repeats {
    case .keep: return first
    case .drop:
      guard Set(targets).count == 1 else { return nil }
      target = first.target
    case .mean, .median:
      if !classes.isEmpty {
        target = Self.mostFrequent(targets)
      } else {
        target = repeats == .mean ? Statistics.mean(targets) : Statistics.median(targets)
      }
    }
    return Row(
      identifier: first.identifier, candidate: first.candidate, target: target,
      weight: first.weight, group: first.group)
  }

  private static func mostFrequent(_ targets: [Double]) -> Double {
    var counts: [Double: Int] = [:]
    for target in targets { counts[target, default: 0] += 1 }
    return counts.min { ($0.value, $1.key) > ($1.value, $0.key) }?.key ?? 0
  }

  /// The same rows with the decimal logarithms of their targets.
  ///
  /// - Throws: ``DatasetError`` for a target that is not above 0.
  public func logarithmic() throws(DatasetError) -> Dataset {
    if let row = rows.first(where: { $0.target <= 0 }) {
      throw .noLogarithm(source, row: row.identifier, row.target)
    }
    return try replacing(
      rows.map { row in
        Row(
          identifier: row.identifier, candidate: row.candidate, target: log10(row.target),
          weight: row.weight, group: row.group)
      })
  }

  /// Decades between the smallest and the largest target; `nil` where one is not above 0.
  public var decades: Double? {
    let targets = targets
    guard let least = targets.min(), let most = targets.max(), least > 0 else { return nil }
    return log10(most) - log10(least)
  }

  /// Labels that fewer rows than this have.
  public func classes(withFewerRowsThan least: Int) -> [String] {
    let counts = Dictionary(grouping: rows, by: \.target).mapValues(\.count)
    return classes.indices.filter { counts[Double($0), default: 0] < least }.map { classes[$0] }
  }

  /// The dataset without some classes and their rows; the places of the others close up.
  public func without(classes rare: [String]) throws(DatasetError) -> Dataset {
    let kept = classes.filter { !rare.contains($0) }
    let rows = rows.compactMap { row -> Row? in
      guard let place = kept.firstIndex(of: classes[Int(row.target)]) else { return nil }
      return Row(
        identifier: row.identifier, candidate: row.candidate, target: Double(place),
        weight: row.weight, group: row.group)
    }
    return try Dataset(
      source: source, rows: rows, targetName: targetName, unit: unit,
      variableNames: variableNames, classes: kept, fidelity: fidelity)
  }
}
