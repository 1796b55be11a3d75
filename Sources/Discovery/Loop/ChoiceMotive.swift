import DenseMath
import Design
import Foundation
import Matter

/// Whether a candidate is chosen for what is expected of it, for what is not known of it, or to find
/// anything that keeps the limits.
public enum ChoiceMotive: String, Codable, Hashable, Sendable {
  case exploit
  case explore
  case feasibility
}

/// Why one candidate was chosen, with numbers.
struct ChoiceExplanation {
  let motive: ChoiceMotive

  /// For people, one sentence.
  let text: String

  /// - Parameters:
  ///   - predictions: Of the candidate, by expression.
  ///   - chance: Probability that all limits are kept, `nil` without limits.
  ///   - spread: Of the values measured so far.
  /// - Returns: `nil` where the objective is not predicted.
  init?(
    _ campaign: Campaign, _ predictions: [String: PredictedValue], chance: Double?, spread: Double
  ) {
    let objective = campaign.plan.objective
    guard let said = predictions[objective.expression.description] else { return nil }
    guard let best = campaign.best else {
      motive = .feasibility
      text =
        "Feasibility: nothing measured keeps all limits yet, and this does with "
        + "\(Self.percent(chance ?? 1))."
      return
    }
    let uncertainty =
      "uncertain by \(Self.short(said.epistemicDeviation)), "
      + "\(Self.percent(said.epistemicDeviation / max(spread, 1e-300))) of the spread of all results"
    if campaign.plan.objectives.count > 1 {
      let isOnFront = Self.isOnFront(campaign, predictions)
      motive = isOnFront ? .exploit : .explore
      text =
        isOnFront
        ? "Exploit: what is predicted is dominated by nothing measured."
        : "Explore: what is predicted is dominated, but \(uncertainty)."
      return
    }
    let gain =
      objective.goal.map { best.objective - abs(said.mean - $0) }
      ?? objective.sign * (said.mean - best.objective)
    let odds = Self.percent(Self.chanceOfGain(said, objective, best: best.objective))
    motive = gain > 0 ? .exploit : .explore
    text =
      gain > 0
      ? "Exploit: the prediction is \(Self.short(gain)) better than the best so far, and a "
        + "measurement is better with \(odds)."
      : "Explore: the prediction is \(Self.short(-gain)) worse than the best so far, but "
        + "\(uncertainty): a measurement is better with \(odds)."
  }

  private static func isOnFront(
    _ campaign: Campaign, _ predictions: [String: PredictedValue]
  ) -> Bool {
    let point = campaign.plan.objectives.compactMap { objective in
      predictions[objective.expression.description].map { objective.sign * $0.mean }
    }
    return !campaign.paretoSet.map(campaign.oriented).contains { known in
      zip(known, point).allSatisfy { $0 >= $1 }
    }
  }

  /// The probability that a measurement is better than the best one.
  private static func chanceOfGain(
    _ said: PredictedValue, _ objective: Objective, best: Double
  ) -> Double {
    let deviation = max(said.deviation, 1e-300)
    if let goal = objective.goal {
      return Normal.cumulative((goal + best - said.mean) / deviation)
        - Normal.cumulative((goal - best - said.mean) / deviation)
    }
    return Normal.cumulative(objective.sign * (said.mean - best) / deviation)
  }

  static func percent(_ share: Double) -> String {
    switch share {
    case ..<0.01: "under 1 %"
    case 0.99..<1: "over 99 %"
    default: "\(Int((share * 100).rounded())) %"
    }
  }

  static func short(_ value: Double) -> String { String(format: "%.3g", value) }
}
