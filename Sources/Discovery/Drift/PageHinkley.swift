/// The test of Page and Hinkley for a change of the mean, to either side.
///
/// `m_t = Σ (x_i − x̄_i − δ)` is compared with its smallest value so far, and its mirror image with the
/// largest: a change is found where they are more than `λ` apart. Page, Biometrika 41, 100 (1954);
/// Hinkley, Biometrika 58, 509 (1971). For numbers of mean 0 and variance 1 and a small `δ`, a false
/// alarm comes after some `λ²` of them, and a shift by `s` is found after some `λ / s`.
public struct PageHinkley: DriftDetector {
  public static let name = "Page–Hinkley"

  /// Numbers before the first alarm.
  public var fewest = 30

  /// What a deviation from the mean must exceed to count.
  public var tolerance = 0.005
  public var threshold = 50.0

  private var count = 0
  private var mean = 0.0
  private var rise = 0.0
  private var lowest = 0.0
  private var fall = 0.0
  private var highest = 0.0

  public init() {}

  public mutating func add(_ value: Double) -> Bool {
    count += 1
    mean += (value - mean) / Double(count)
    rise += value - mean - tolerance
    fall += value - mean + tolerance
    lowest = min(lowest, rise)
    highest = max(highest, fall)
    guard count >= fewest, max(rise - lowest, highest - fall) > threshold else { return false }
    (count, mean, rise, lowest, fall, highest) = (0, 0, 0, 0, 0, 0)
    return true
  }
}
