import DenseMath
import Design
import Foundation

/// The balance `α` of ``AcquisitionKind/auto``, from what the ledger holds, and the reason for it in
/// one sentence.
///
/// Two signs move it from 0.4. Calibration: the root mean square of the standardized errors of the
/// last suggestions, each predicted before it was measured. Above 1 the model knows less than it
/// says, and its mean deserves less trust: `α` grows by 0.15 for each doubling, and falls below 1 in
/// the same way. Progress: `α` grows by 0.05 for each round without gain, up to 0.3.
public struct ExplorationBalance: Hashable, Sendable {
  /// 0.1 ... 0.9.
  public let alpha: Double

  /// For people, one sentence.
  public let reason: String

  /// Of how many suggestions the errors were taken.
  static let window = 20
  static let fewest = 4

  public init(_ campaign: Campaign) {
    let errors = campaign.standardizedErrors.suffix(Self.window)
    let rounds = campaign.roundsWithoutGain
    let stuck = min(0.05 * Double(rounds), 0.3)
    let progress =
      rounds == 0
      ? "the last round brought a gain"
      : "\(rounds == 1 ? "1 round" : "\(rounds) rounds") brought none"
    guard errors.count >= Self.fewest else {
      alpha = 0.4 + stuck
      reason =
        "α is \(Self.text(alpha)): too few suggestions are measured to judge the model, and "
        + "\(progress)."
      return
    }
    let size = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    let trust = 0.15 * min(max(log2(max(size, 1e-6)), -2), 2)
    alpha = min(max(0.4 + trust + stuck, 0.1), 0.9)
    let judged =
      size > 1.25
      ? "too sure of itself" : size < 0.8 ? "more careful than it need be" : "well calibrated"
    reason =
      "α is \(Self.text(alpha)): the last \(errors.count) suggestions missed their predictions by "
      + "\(Self.text(size)) standard deviations (the model is \(judged)), and \(progress)."
  }

  private static func text(_ value: Double) -> String { String(format: "%.2f", value) }
}

extension Campaign {
  /// Measured minus predicted value over the predicted standard deviation, of every suggestion that
  /// was predicted and measured, in order.
  public var standardizedErrors: [Double] {
    let name = plan.objective.expression.description
    return findings.compactMap { finding in
      guard let said = finding.proposal.predictions[name], said.deviation > 0 else { return nil }
      return (finding.value - said.mean) / said.deviation
    }
  }

  /// Whole rounds of suggestions after the last gain.
  public var roundsWithoutGain: Int {
    max(0, proposals.count - pending.count - max(lastGain, startCount)) / plan.batch
  }
}
