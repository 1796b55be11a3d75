import DenseMath
import Design
import Foundation

/// The balance `α` of ``AcquisitionKind/auto``, from what the ledger holds, and the reason for it in
/// one sentence.
///
/// The deviation counts `α / (1 − α)` times as much as the mean: once at the start, where the model keeps
/// its word. Three signs move that weight. Calibration: the root mean square of the standardized errors of
/// the last suggestions, each predicted before it was measured, is what the model's deviations should be
/// multiplied by, and so they are, by ¼ ... 4. Progress: each round without gain adds a twentieth, up to a
/// half. Budget: the weight falls with the share of it that is left, since what is learned is of use to
/// that share alone.
public struct ExplorationBalance: Hashable, Sendable {
  /// 0 ... 0.86.
  public let alpha: Double

  /// For people, one sentence.
  public let reason: String

  /// Of how many suggestions the errors were taken.
  static let window = 20
  static let fewest = 4

  public init(_ campaign: Campaign) {
    let errors = campaign.standardizedErrors.suffix(Self.window)
    let size = (errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))).squareRoot()
    let isJudged = errors.count >= Self.fewest
    let trust = isJudged ? min(max(size, 0.25), 4) : 1
    let rounds = campaign.roundsWithoutGain
    let impatience = 1 + min(0.05 * Double(rounds), 0.5)
    let left = max(0, 1 - campaign.spentShare)
    let weight = trust * impatience * left
    alpha = weight / (1 + weight)
    let judgement =
      isJudged
      ? "the last \(errors.count) suggestions missed their predictions by \(Self.text(size)) standard "
        + "deviations (the model is \(Self.judgement(size)))"
      : "too few suggestions are measured to judge the model"
    let progress =
      rounds == 0
      ? "the last round brought a gain"
      : "\(rounds == 1 ? "1 round" : "\(rounds) rounds") brought none"
    reason =
      "α is \(Self.text(alpha)): \(judgement), \(progress), and "
      + "\(Int((100 * left).rounded())) % of the budget is left."
  }

  private static func judgement(_ size: Double) -> String {
    size > 1.25
      ? "too sure of itself" : size < 0.8 ? "more careful than it need be" : "well calibrated"
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
