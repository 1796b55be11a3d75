import DenseMath
public import Ecosystem
public import Matter

/// Answers from a table of old measurements.
///
/// A candidate is found by exact equality of amounts and variables. Where the table has it more
/// than once, the rule says what comes back; the spread is then the sample standard deviation of
/// the repeated values.
public struct ReplayOracle: Oracle {
  /// What to answer for a candidate that was measured more than once.
  public enum Replicates: String, Codable, Sendable, CaseIterable {
    /// Their mean.
    case mean

    /// One of them, drawn by the seed of the measurement.
    case draw
  }

  private let values: [String: [Candidate: [Double]]]
  private let units: [String: String]
  private let replicates: Replicates

  /// - Parameter datasets: One for each property, named by its target; not empty.
  public init(_ datasets: [Dataset], replicates: Replicates = .mean) {
    var values: [String: [Candidate: [Double]]] = [:]
    var units: [String: String] = [:]
    for dataset in datasets {
      var rows: [Candidate: [Double]] = [:]
      for row in dataset.rows { rows[row.candidate, default: []].append(row.target) }
      values[dataset.targetName] = rows
      units[dataset.targetName] = dataset.unit
    }
    self.values = values
    self.units = units
    self.replicates = replicates
  }

  public func measure(_ candidate: Candidate, seed: UInt64) throws -> Observation {
    var answers: [String: MeasuredValue] = [:]
    var generator = SplitMix64(seed: seed)
    for property in values.keys.sorted() {
      guard let known = values[property]?[candidate] else {
        throw ReplayError(property: property)
      }
      let spread =
        known.count > 1 ? Statistics.standardDeviation(known, degreesOfFreedomLost: 1) : nil
      let value =
        replicates == .mean
        ? Statistics.mean(known) : known[generator.index(below: known.count)]
      answers[property] = MeasuredValue(value, spread: spread, unit: units[property])
    }
    return Observation(answers)
  }
}

/// The table does not hold the candidate.
public struct ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
  public let property: String

  public var description: String { "The replayed table has no \(property) of this candidate." }
}
