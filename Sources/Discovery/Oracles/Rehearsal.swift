import DenseMath
import Foundation

/// What a laboratory adds to an answer: time, failures, noise, drift and batches, drawn by a seed.
///
/// Experiments are done one after another in virtual time: nothing waits, and the hours that a campaign
/// would have taken follow from the numbers of its experiments.
public struct Rehearsal: Codable, Hashable, Sendable {
  /// Of what is drawn; the campaign's if `nil`.
  public var seed: UInt64?

  /// The median time of an experiment, hours, and the standard deviation of its logarithm.
  public var hours = 1.0
  public var hoursSpread = 0.0

  /// The share of experiments that bring nothing.
  public var failureRate = 0.0

  /// Standard deviation of a measurement, in the unit of the property.
  public var noise: [String: Double] = [:]

  /// What every later measurement is off by, in the unit of the property per day of laboratory time.
  public var driftPerDay: [String: Double] = [:]

  /// Standard deviation of what all measurements of a batch are off by together.
  public var batchEffect: [String: Double] = [:]

  /// Experiments that share a batch of precursor, an electrode, a shift: numbers 1 to so many, and so on.
  public var batchSize = 10

  public init() {}

  /// The hours of laboratory time at which an experiment ends.
  ///
  /// - Parameter number: 1 for the first; 0 gives 0. O(number).
  public func hours(through number: Int, campaignSeed: UInt64) -> Double {
    guard number > 0 else { return 0 }
    return (1...number).reduce(0) { sum, place in
      var generator = generator(.time, UInt64(place), campaignSeed)
      return sum + hours * exp(hoursSpread * generator.normal())
    }
  }

  /// What a laboratory would have read.
  ///
  /// - Parameters:
  ///   - found: What the oracle says.
  ///   - number: Of the experiment, from 1.
  ///   - seed: Of the measurement.
  /// - Returns: `nil` where the experiment failed.
  func reading(
    _ found: Observation, number: Int, seed: UInt64, campaignSeed: UInt64
  ) -> Observation? {
    var chance = generator(.failure, seed, campaignSeed)
    guard chance.uniform() >= failureRate else { return nil }
    let days =
      driftPerDay.isEmpty ? 0 : hours(through: number, campaignSeed: campaignSeed) / 24
    var scatter = generator(.noise, seed, campaignSeed)
    var common = generator(.batch, UInt64((max(number, 1) - 1) / batchSize), campaignSeed)
    var values: [String: MeasuredValue] = [:]
    for (property, value) in found.values.sorted(by: { $0.key < $1.key }) {
      let offset =
        (driftPerDay[property] ?? 0) * days + (batchEffect[property] ?? 0) * common.normal()
        + (noise[property] ?? 0) * scatter.normal()
      values[property] = MeasuredValue(
        value.value + offset, spread: value.spread, unit: value.unit, fidelity: value.fidelity)
    }
    return Observation(values)
  }

  private enum Purpose: UInt64 {
    case time = 1
    case failure, noise, batch
  }

  private func generator(
    _ purpose: Purpose, _ number: UInt64, _ campaignSeed: UInt64
  ) -> SplitMix64 {
    var family = SplitMix64(seed: seed ?? campaignSeed, stream: 0x7265_6865 + purpose.rawValue)
    return SplitMix64(seed: family.next(), stream: number)
  }
}

extension Campaign {
  /// What the campaign was rehearsed with; `nil` where the oracle answered as it is.
  public var rehearsal: Rehearsal? {
    guard let text = creation.provenance["rehearsal"] else { return nil }
    return try? JSONDecoder().decode(Rehearsal.self, from: Data(text.utf8))
  }

  /// That nothing real was measured, and how long it would have taken; `nil` for a campaign that is no
  /// rehearsal.
  public var rehearsalText: String? {
    guard let rehearsal else { return nil }
    let last = resultOrder.max() ?? 0
    let hours = rehearsal.hours(through: last, campaignSeed: plan.seed)
    let days = hours >= 48 ? " (\(Int((hours / 24).rounded())) days)" : ""
    return
      "A rehearsal: nothing was measured in a laboratory. One experiment after another would have "
      + "taken \(Int(hours.rounded())) hours\(days)."
  }
}
