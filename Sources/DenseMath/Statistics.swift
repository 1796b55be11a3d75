import Foundation

/// Figures of samples. Sums run in the order of the values.
public enum Statistics {
  /// NaN when there are no values.
  public static func mean(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    return values.reduce(0, +) / Double(values.count)
  }

  /// The mean squared distance from the mean, in two passes.
  ///
  /// - Parameter lost: Degrees of freedom taken off the count: 0 for a whole population, 1 for the
  ///   unbiased estimate from a sample.
  /// - Returns: NaN when no more than `lost` values are given.
  public static func variance(_ values: [Double], degreesOfFreedomLost lost: Int = 0) -> Double {
    guard values.count > lost else { return .nan }
    let center = mean(values)
    let sum = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return sum / Double(values.count - lost)
  }

  public static func standardDeviation(
    _ values: [Double], degreesOfFreedomLost lost: Int = 0
  ) -> Double {
    variance(values, degreesOfFreedomLost: lost).squareRoot()
  }

  /// The value below which a share `level` of the sample lies, linear between order statistics
  /// (definition 7 of Hyndman and Fan, Am. Stat. 50, 361 (1996); the default of NumPy).
  ///
  /// - Parameter level: 0...1.
  /// - Returns: NaN when there are no values.
  public static func quantile(_ values: [Double], _ level: Double) -> Double {
    quantile(sorted: values.sorted(), level)
  }

  /// As ``quantile(_:_:)``, of values that are in ascending order already.
  public static func quantile(sorted values: [Double], _ level: Double) -> Double {
    precondition((0...1).contains(level), "a quantile's level lies in 0...1, not at \(level)")
    guard let last = values.indices.last else { return .nan }
    let place = level * Double(last)
    let lower = min(Int(place), last)
    let upper = min(lower + 1, last)
    return values[lower] + (place - Double(lower)) * (values[upper] - values[lower])
  }

  public static func median(_ values: [Double]) -> Double { quantile(values, 0.5) }
}
