import DenseMath

/// How the error falls as the least certain predictions are set aside.
///
/// Sparsification (Ilg et al., ECCV 2018, arXiv:1802.07095): the mean absolute error of what is kept,
/// beside that of an oracle that sets the largest errors aside first.
public struct AbstentionCurve: Codable, Hashable, Sendable {
  /// Shares of the rows that are kept, descending from 1.
  public let kept: [Double]

  /// Mean absolute error of the most certain rows of each share, in the unit of the target.
  public let error: [Double]

  /// The same where errors are known beforehand.
  public let oracle: [Double]

  /// Mean gap between both curves, divided by the error of all rows: 0 where the order by
  /// uncertainty is that of the errors (AUSE). An order by chance has about ``chanceArea``.
  public let area: Double

  /// ``area`` of an order that knows nothing: the error of all rows at every share.
  public let chanceArea: Double

  /// - Parameters:
  ///   - errors: Absolute errors, zero or more.
  ///   - uncertainties: In their order: larger is less certain. Equal ones share their mean error.
  public init(errors: [Double], uncertainties: [Double]) {
    precondition(errors.count == uncertainties.count, "an uncertainty for each error")
    let shares = (1...20).reversed().map { Double($0) / 20 }
    let ours = Self.runningMeans(Self.leveled(errors, by: uncertainties))
    let best = Self.runningMeans(errors.sorted())
    func value(_ means: [Double], _ share: Double) -> Double {
      guard !means.isEmpty else { return 0 }
      return means[max(Int((share * Double(means.count)).rounded()), 1) - 1]
    }
    kept = shares
    error = shares.map { value(ours, $0) }
    oracle = shares.map { value(best, $0) }
    let whole = error.first ?? 0
    area = whole > 0 ? Statistics.mean(zip(error, oracle).map { $0 - $1 }) / whole : 0
    chanceArea = whole > 0 ? Statistics.mean(oracle.map { whole - $0 }) / whole : 0
  }

  /// Errors in the order of rising uncertainty, each replaced by the mean of its ties.
  private static func leveled(_ errors: [Double], by uncertainties: [Double]) -> [Double] {
    let order = errors.indices.sorted {
      (uncertainties[$0], $0) < (uncertainties[$1], $1)
    }
    var result: [Double] = []
    result.reserveCapacity(errors.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, uncertainties[order[end]] == uncertainties[order[start]] { end += 1 }
      let mean = Statistics.mean(order[start..<end].map { errors[$0] })
      result += Array(repeating: mean, count: end - start)
      start = end
    }
    return result
  }

  private static func runningMeans(_ values: [Double]) -> [Double] {
    var sum = 0.0
    return values.enumerated().map { place, value in
      sum += value
      return sum / Double(place + 1)
    }
  }
}
