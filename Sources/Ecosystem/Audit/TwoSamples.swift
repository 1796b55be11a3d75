internal import DenseMath
import Foundation

/// How different two samples of one quantity are.
public struct TwoSamples: Codable, Hashable, Sendable {
  public let firstCount: Int
  public let secondCount: Int
  public let firstMedian: Double
  public let secondMedian: Double

  /// The largest distance of the two distribution functions (Kolmogorov and Smirnov), 0 to 1.
  public let kolmogorovSmirnov: Double

  /// The chance of so large a distance between two samples of one distribution, by Kolmogorov's
  /// limit with the correction of Stephens, J. R. Stat. Soc. B 32, 115 (1970); good from about 10
  /// values each.
  public let pValue: Double

  /// `√(2 ∫ (F − G)² dx)` in the unit of the values: Székely and Rizzo, J. Stat. Plan. Inference
  /// 143, 1249 (2013).
  public let energyDistance: Double

  /// - Precondition: neither sample is empty; all values are finite.
  public init(_ first: [Double], _ second: [Double]) {
    precondition(!first.isEmpty && !second.isEmpty, "both samples need values")
    let (a, b) = (first.sorted(), second.sorted())
    (firstCount, secondCount) = (a.count, b.count)
    firstMedian = Statistics.quantile(sorted: a, 0.5)
    secondMedian = Statistics.quantile(sorted: b, 0.5)
    var (i, j, largest, integral) = (0, 0, 0.0, 0.0)
    var last = min(a[0], b[0])
    while i < a.count || j < b.count {
      let next = min(i < a.count ? a[i] : .infinity, j < b.count ? b[j] : .infinity)
      let gap = Double(i) / Double(a.count) - Double(j) / Double(b.count)
      integral += gap * gap * (next - last)
      while i < a.count, a[i] == next { i += 1 }
      while j < b.count, b[j] == next { j += 1 }
      largest = max(largest, abs(Double(i) / Double(a.count) - Double(j) / Double(b.count)))
      last = next
    }
    kolmogorovSmirnov = largest
    energyDistance = (2 * integral).squareRoot()
    let effective = (Double(a.count) * Double(b.count) / Double(a.count + b.count)).squareRoot()
    pValue = Self.kolmogorovTail((effective + 0.12 + 0.11 / effective) * largest)
  }

  /// `2 Σ (−1)^(k−1) exp(−2 k² λ²)`.
  private static func kolmogorovTail(_ lambda: Double) -> Double {
    guard lambda > 0.2 else { return 1 }
    var (sum, sign) = (0.0, 1.0)
    for k in 1...100 {
      let term = exp(-2 * Double(k * k) * lambda * lambda)
      sum += sign * term
      sign = -sign
      if term < 1e-17 { break }
    }
    return min(1, max(0, 2 * sum))
  }
}
