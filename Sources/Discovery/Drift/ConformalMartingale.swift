import DenseMath

/// Bets against numbers being exchangeable, and wins where they drift: a conformal test martingale.
///
/// Each number gets a conformal p-value, its rank among those so far with ties broken at random; under
/// exchangeability these are independent and uniform. The simple jumper bets `1 + ε (p − ½)` with
/// `ε` in −1, 0, 1 and moves a hundredth of its capital between them at every step (Vovk, Petej,
/// Nouretdinov et al., PMLR 152, 191 (2021)). By Ville's inequality the capital ever reaches `c` with a
/// probability of at most `1/c`.
public struct ConformalMartingale: DriftDetector {
  public static let name = "conformal martingale"

  /// The capital that is an alarm.
  public var threshold = 100.0

  /// The share of the capital that moves at each step.
  public var jump = 0.01

  /// What a starting capital of 1 has become.
  public private(set) var capital = 1.0
  private var stakes = [1.0 / 3, 1.0 / 3, 1.0 / 3]
  private var seen: [Double] = []
  private var generator: SplitMix64

  /// - Parameter seed: Of the ties between equal numbers.
  public init(seed: UInt64 = 0) {
    generator = SplitMix64(seed: seed)
  }

  public mutating func add(_ value: Double) -> Bool {
    bet(on: pValue(value))
    guard capital >= threshold else { return false }
    (capital, stakes, seen) = (1, [1.0 / 3, 1.0 / 3, 1.0 / 3], [])
    return true
  }

  private mutating func pValue(_ value: Double) -> Double {
    seen.append(value)
    let greater = seen.count { $0 > value }
    let equal = seen.count { $0 == value }
    return (Double(greater) + generator.uniform() * Double(equal)) / Double(seen.count)
  }

  /// - Parameter pValue: 0 ... 1.
  mutating func bet(on pValue: Double) {
    for (place, tilt) in [-1.0, 0, 1].enumerated() {
      let own = (1 - jump) * stakes[place] + jump / 3 * capital
      stakes[place] = own * (1 + tilt * (pValue - 0.5))
    }
    capital = stakes.reduce(0, +)
  }
}
