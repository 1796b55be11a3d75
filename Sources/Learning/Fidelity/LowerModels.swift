import DenseMath
import Ecosystem
import Matter

/// What cheap methods say, or would say, of any material: models of each of them, one for every fold of
/// the materials.
struct LowerModels: Sendable {
  struct Level: Sendable {
    let name: String

    /// One for each fold, trained without it.
    let members: [any StorableSurrogate]

    /// Values that were measured, by ``Candidate/contentKey``, where they are to be used.
    var measured: [String: Double] = [:]

    /// Root mean square error of the members on rows of the method that they have not seen; known where
    /// ``measured`` is used.
    var deviation = 0.0

    func measured(_ candidate: Candidate) -> Double? {
      measured.isEmpty ? nil : measured[candidate.contentKey]
    }
  }

  let levels: [Level]

  /// Fewer rows teach a model nothing.
  static let leastRows = 10

  /// One value for each level: measured where it is known and used, else the mean of the members.
  func values(_ candidates: [Candidate]) throws -> [[Double]] {
    var result = candidates.map { _ in [Double]() }
    for level in levels {
      let answers = try level.members.map { try $0.predict(candidates) }
      for row in candidates.indices {
        let mean = Statistics.mean(answers.map { $0[row].mean })
        result[row].append(level.measured(candidates[row]) ?? mean)
      }
    }
    return result
  }

  /// Of each candidate and level, how far from ``values(_:)`` a measurement may be although the layers
  /// above expect one: 0 where it is known or where they expect predictions.
  func doubts(_ candidates: [Candidate]) -> [[Double]] {
    candidates.map { candidate in
      levels.map { $0.measured(candidate) == nil ? $0.deviation : 0 }
    }
  }

  /// The candidates with these values behind their variables.
  static func extended(_ candidates: [Candidate], by values: [[Double]]) -> [Candidate] {
    zip(candidates, values).map { $0.with(variables: $0.variables + $1) }
  }
}
