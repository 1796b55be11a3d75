import DenseMath

extension Prediction {
  /// The side of a prediction on which a value lies.
  enum Side: Sendable {
    case below
    case above
  }

  /// The share of the standard deviation in a spread with tails; the rest is the tail's.
  ///
  /// On held-out rows of four published tables (steels, phonons, dielectric, expt_gap) with trees,
  /// 0.3 gave intervals of the least mean score among 0, 0.3, 0.5 and 1, or within 2 % of it.
  static let deviationShare = 0.3

  /// Standard deviation as one side of the distribution shows it, in the unit of the target.
  ///
  /// Without ``tails`` both sides have ``standardDeviation``. Else it is the average of that and of
  /// the distance to the side's quantile, which is 1.645 standard deviations of a normal
  /// distribution: quantile regression made conformal by a factor (Sesia and Candès, Stat 9, e261
  /// (2020)), with a scale that cannot vanish where a quantile meets the mean.
  func spread(_ side: Side) -> Double {
    guard let tails else { return standardDeviation }
    let reach = side == .below ? tails.below : tails.above
    return Self.deviationShare * standardDeviation
      + (1 - Self.deviationShare) * reach / Tails.normalReach
  }
}

extension Prediction.Tails {
  /// The 95 % quantile of the standard normal distribution.
  static let normalReach = Normal.quantile(0.95)

  /// The tails of predictions that are averaged with shares, quantile by quantile; `nil` where none
  /// of them has tails. A prediction without tails counts as a normal one.
  static func combined(_ shares: [Double], _ parts: [Prediction]) -> Self? {
    guard parts.contains(where: { $0.tails != nil }) else { return nil }
    var result = Self(below: 0, above: 0)
    for (share, part) in zip(shares, parts) {
      let normal = normalReach * part.standardDeviation
      result.below += share * (part.tails?.below ?? normal)
      result.above += share * (part.tails?.above ?? normal)
    }
    return result
  }
}
