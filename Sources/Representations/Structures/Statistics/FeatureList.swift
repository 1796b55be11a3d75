/// Numbers on their way into a row, each with its name.
///
/// Names are only written out where they are asked for: the same code makes the columns and the rows,
/// so the two cannot differ.
struct FeatureList {
  private(set) var values: [Double] = []
  private(set) var names: [String] = []
  private let collectsNames: Bool

  init(collectingNames: Bool) { collectsNames = collectingNames }

  /// - Parameter value: Anything that is not finite is written as missing.
  mutating func add(_ name: @autoclosure () -> String, _ value: Double) {
    values.append(value.isFinite ? value : .nan)
    if collectsNames { names.append("structure " + name()) }
  }

  mutating func add(_ name: @autoclosure () -> String, _ flag: Bool) {
    add(name(), flag ? 1 : 0)
  }

  /// Adds mean, least, greatest and standard deviation.
  mutating func add(_ name: @autoclosure () -> String, _ summary: WeightedSummary) {
    add("mean \(name())", summary.mean)
    add("minimum \(name())", summary.least)
    add("maximum \(name())", summary.greatest)
    add("deviation \(name())", summary.deviation)
  }
}

/// Mean, spread and range of weighted numbers; those that are missing do not count.
struct WeightedSummary {
  private var weight = 0.0
  private var center = 0.0
  private var squares = 0.0
  private var low = Double.infinity
  private var high = -Double.infinity

  init() {}

  init(_ values: [Double], weights: [Double]) {
    for (value, weight) in zip(values, weights) { add(value, weight) }
  }

  mutating func add(_ value: Double, _ weight: Double) {
    guard value.isFinite, weight > 0 else { return }
    // Welford's update: no loss where the spread is small beside the mean.
    self.weight += weight
    let step = value - center
    center += step * weight / self.weight
    squares += weight * step * (value - center)
    low = min(low, value)
    high = max(high, value)
  }

  var mean: Double { weight > 0 ? center : .nan }
  var least: Double { weight > 0 ? low : .nan }
  var greatest: Double { weight > 0 ? high : .nan }
  var deviation: Double { weight > 0 ? max(0, squares / weight).squareRoot() : .nan }
}
