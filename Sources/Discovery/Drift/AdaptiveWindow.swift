import DenseMath
import Foundation

/// A window that drops its older part where that has another mean: ADWIN.
///
/// Bifet and Gavaldà, SIAM Int. Conf. Data Mining, 443 (2007): every split of the window into `n₀`
/// older and `n₁` newer numbers is tested with
///
///     ε = √(2/m · σ² · ln(2/δ′)) + 2/(3m) · ln(2/δ′),   1/m = 1/n₀ + 1/n₁,   δ′ = δ/n
///
/// and the older part goes where the means differ by more. All splits are looked at, as in the first
/// algorithm of the paper; its exponential histogram saves memory that a laboratory's results do not
/// need. The chance of a false alarm is at most `δ` at each number.
public struct AdaptiveWindow: DriftDetector {
  public static let name = "ADWIN"
  public let delta: Double

  /// The numbers since the last change.
  public private(set) var window: [Double] = []

  public init(delta: Double = 0.002) {
    self.delta = delta
  }

  /// O(n) for each test, of which a change takes several.
  public mutating func add(_ value: Double) -> Bool {
    window.append(value)
    var found = false
    while let cut = cut {
      window.removeFirst(cut)
      found = true
    }
    return found
  }

  /// How many of the oldest numbers differ from the rest; the first split that tells, from the newest.
  private var cut: Int? {
    let count = Double(window.count)
    guard window.count > 1 else { return nil }
    let variance = Statistics.variance(window)
    let confidence = log(2 * count / delta)
    let total = window.reduce(0, +)
    var newer = 0.0
    for place in window.indices.dropFirst().reversed() {
      newer += window[place]
      let (older, size) = (Double(place), count - Double(place))
      let inverse = 1 / older + 1 / size
      let bound =
        (2 * inverse * variance * confidence).squareRoot() + 2 / 3 * inverse * confidence
      if abs((total - newer) / older - newer / size) > bound { return place }
    }
    return nil
  }
}
