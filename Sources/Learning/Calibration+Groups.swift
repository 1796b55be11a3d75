import DenseMath
import Ecosystem
public import Matter

extension Calibration {
  /// Rows of all groups together count as this many in the quantile of a group.
  ///
  /// A group's own quantile at 90 % errs by √(0.09 / n) in coverage; taking that of all rows errs by
  /// what groups differ, about 4 points on the published tables. Both are equal at n = 56.
  public static let commonWeight = 50.0

  /// The group whose held-out rows calibrate a material's interval: its chemistry class, traces set
  /// aside.
  public static func group(of candidate: Candidate) -> String {
    ChemistryClass(withoutTraces: candidate.composition).rawValue
  }

  /// The number of spreads on either side that a coverage needs in a group.
  ///
  /// The quantile of a mixture of the group's scores, with the weight λ = n / (n + 50) of its n
  /// rows, and those of all rows, with the weight 1 − λ. The level is raised as split-conformal
  /// prediction does, by the factor 1 + 1 / m, where 1 / m = λ² / n + (1 − λ)² / N for N rows in
  /// all. A group that held-out rows do not have gets the quantile of all rows.
  public func multiplier(coverage: Double, group: String?) -> Double {
    guard let group, let own = groups?[group], !own.isEmpty,
      let score = mixedQuantile(own, coverage: coverage)
    else { return multiplier(coverage: coverage) }
    return score
  }

  private func mixedQuantile(_ own: [Double], coverage: Double) -> Double? {
    let (few, all) = (Double(own.count), Double(scores.count))
    let share = few / (few + Self.commonWeight)
    let variance = share * share / few + (1 - share) * (1 - share) / all
    let level = coverage * (1 + variance) - 1e-12
    guard level <= 1 else { return nil }
    // The smallest of all scores up to which the mixture has enough; own scores are among them.
    var (low, high) = (0, scores.count)
    while low < high {
      let middle = (low + high) / 2
      let mass =
        share * Double(CalibrationCurve.count(own, upTo: scores[middle])) / few
        + (1 - share) * Double(CalibrationCurve.count(scores, upTo: scores[middle])) / all
      if mass < level { low = middle + 1 } else { high = middle }
    }
    return low < scores.count ? scores[low] : nil
  }
}
