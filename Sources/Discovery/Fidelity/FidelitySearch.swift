import DenseMath
import Foundation
public import Learning
public import Matter

/// Looks for the best of a list where cheap methods tell of what a dear one would say.
///
/// Each step trains a surrogate of all methods on what was measured, and takes the pair of a candidate and
/// a method with the highest expected improvement of the dear value, times how much a measurement by the
/// method says of it, over the method's cost: Huang et al., Struct. Multidiscip. Optim. 32, 369 (2006),
/// doi:10.1007/s00158-005-0587-0, with the posterior correlation of the latent functions in the place of
/// that of the measurements. A method's cost is the mean of what its measurements have cost so far.
///
/// A value whose steps depend on what was recorded and on the seed alone.
public struct FidelitySearch: Sendable {
  /// A value of a candidate by a method.
  public struct Measurement: Codable, Hashable, Sendable {
    /// Place in ``FidelitySearch/candidates``.
    public let candidate: Int

    /// Place in ``FidelitySearch/levels``.
    public let level: Int
    public let value: Double

    /// In any unit that all share; positive.
    public let cost: Double

    public init(candidate: Int, level: Int, value: Double, cost: Double) {
      self.candidate = candidate
      self.level = level
      self.value = value
      self.cost = cost
    }
  }

  /// What to measure next.
  public struct Choice: Hashable, Sendable {
    public let candidate: Int
    public let level: Int
  }

  public let candidates: [Candidate]

  /// Names of the methods, the cheapest first; the last one's values are to be as high as possible.
  public let levels: [String]
  public private(set) var measurements: [Measurement] = []

  private let trainer: JointFidelityTrainer
  private let seed: UInt64

  /// Of the last surrogate: where the next fit starts.
  private var parameters: [Double]?

  /// Steps of a fit that starts from the last one.
  private static let warmIterations = 12

  /// Fits between two that search from new starts.
  private static let warmFits = 10

  /// - Parameters:
  ///   - candidates: One or more.
  ///   - levels: The cheapest first; one alone is a search by the dear method.
  ///   - trainer: Of the surrogate.
  public init(
    _ candidates: [Candidate], levels: [String], trainer: JointFidelityTrainer, seed: UInt64
  ) {
    precondition(!candidates.isEmpty && !levels.isEmpty, "a search needs candidates and a method")
    self.candidates = candidates
    self.levels = levels
    self.trainer = trainer
    self.seed = seed
  }

  public mutating func record(_ measurement: Measurement) {
    precondition(
      candidates.indices.contains(measurement.candidate)
        && levels.indices.contains(measurement.level) && measurement.value.isFinite
        && measurement.cost > 0, "a measurement of no candidate or method, or without a cost")
    measurements.append(measurement)
  }

  /// The highest dear value so far.
  public var best: Measurement? {
    measurements.filter { $0.level == levels.count - 1 }.max { $0.value < $1.value }
  }

  /// What all measurements have cost.
  public var cost: Double { measurements.reduce(0) { $0 + $1.cost } }

  /// - Returns: `nil` where every candidate has its dear value.
  /// - Throws: ``FidelitySearchError`` where a method has no measurement yet; what the trainer refuses.
  public mutating func next() throws -> Choice? {
    let rows = levels.indices.map { level in measurements.filter { $0.level == level } }
    if let missing = rows.firstIndex(where: \.isEmpty) {
      throw FidelitySearchError.noMeasurement(levels[missing])
    }
    let surrogate = try fitted(rows)
    let best = rows[levels.count - 1].reduce(-Double.infinity) { max($0, $1.value) }
    let gains = try surrogate.predict(candidates).map {
      Improvement(
        mean: $0.mean, standardDeviation: $0.epistemicVariance.squareRoot(), best: best
      ).logExpected
    }
    let open = candidates.indices.filter { place in
      !rows[levels.count - 1].contains { $0.candidate == place }
    }
    var choice: (choice: Choice, score: Double)?
    for level in levels.indices {
      let known = Set(rows[level].map(\.candidate))
      let cost = Statistics.mean(rows[level].map(\.cost))
      let asked = open.filter { !known.contains($0) }
      let shares = try share(surrogate, asked, level)
      for (place, share) in zip(asked, shares) {
        let score = Self.worth(logGain: gains[place], share: share, cost: cost)
        guard score > choice?.score ?? -.infinity else { continue }
        choice = (Choice(candidate: place, level: level), score)
      }
    }
    return choice?.choice ?? open.first.map { Choice(candidate: $0, level: levels.count - 1) }
  }

  /// Of one measurement: the logarithm of what is gained by the dear value, as far as the measurement
  /// tells it, for its cost.
  ///
  /// - Parameter share: Of what is not known of the dear value; below 0 counts as nothing.
  static func worth(logGain: Double, share: Double, cost: Double) -> Double {
    logGain + log(max(share, .leastNormalMagnitude)) - log(cost)
  }

  /// How much of what is not known of the dear value a measurement says.
  private func share(
    _ surrogate: some FidelitySurrogate, _ places: [Int], _ level: Int
  ) throws -> [Double] {
    guard level < levels.count - 1, !places.isEmpty else { return places.map { _ in 1 } }
    return try surrogate.agreement(places.map { candidates[$0] }, level: level)
  }

  private mutating func fitted(_ rows: [[Measurement]]) throws -> JointFidelityProcess {
    var trainer = trainer
    if let parameters, measurements.count % Self.warmFits != 0 {
      trainer.configuration.initial = parameters
      trainer.configuration.starts = 1
      trainer.configuration.maximumIterations = Self.warmIterations
    }
    let surrogate = try trainer.fit(
      zip(levels, rows).map { name, rows in
        LowerFidelities.Level(
          name, candidates: rows.map { candidates[$0.candidate] }, targets: rows.map(\.value))
      }, seed: seed &+ UInt64(measurements.count))
    parameters = surrogate.process.covariance.parameters
    return surrogate
  }
}

/// Why a search cannot go on.
public enum FidelitySearchError: Error, Hashable, Sendable {
  case noMeasurement(String)
}

extension FidelitySearchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noMeasurement(let method):
      "Nothing was measured by \(method) yet: begin with a few candidates by every method."
    }
  }
}
