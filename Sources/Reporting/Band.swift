/// Several runs of one strategy, summarized at each count of measurements: the median and a band.
public struct Band: Hashable, Sendable {
  /// Measurements done: 1, 2, …
  public let counts: [Int]
  public let median: [Double]
  public let lower: [Double]
  public let upper: [Double]
  public let runs: Int

  /// The median over runs and the band from the 10th to the 90th percentile.
  ///
  /// Percentiles interpolate linearly between order statistics (definition 7 of Hyndman and Fan,
  /// Am. Stat. 50, 361 (1996)).
  ///
  /// - Parameter runs: One row for each run: the value after 1, 2, … measurements. Entries that are
  ///   not finite (nothing found yet) are left out; a run that ended early leaves the later counts
  ///   to the others. A count without any value has no entry in the band.
  public init(runs: [[Double]]) {
    var counts: [Int] = []
    var rows: [(Double, Double, Double)] = []
    for place in 0..<(runs.map(\.count).max() ?? 0) {
      let values = runs.compactMap { $0.indices.contains(place) ? $0[place] : nil }
        .filter(\.isFinite).sorted()
      guard !values.isEmpty else { continue }
      counts.append(place + 1)
      rows.append(
        (
          Band.quantile(0.5, of: values), Band.quantile(0.1, of: values),
          Band.quantile(0.9, of: values)
        ))
    }
    self.counts = counts
    median = rows.map(\.0)
    lower = rows.map(\.1)
    upper = rows.map(\.2)
    self.runs = runs.count
  }

  init(counts: [Int], median: [Double], lower: [Double], upper: [Double], runs: Int) {
    self.counts = counts
    self.median = median
    self.lower = lower
    self.upper = upper
    self.runs = runs
  }

  /// - Parameter sorted: Ascending, not empty.
  static func quantile(_ level: Double, of sorted: [Double]) -> Double {
    let place = level * Double(sorted.count - 1)
    let below = Int(place.rounded(.down))
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}

/// One line of a figure of strategies.
public struct Strategy: Hashable, Sendable {
  public var name: String
  public var band: Band
  public var role: Role

  public enum Role: Hashable, Sendable {
    /// The one the report is about: drawn strongest.
    case main
    /// Another strategy to compare with.
    case other
    /// Chance: drawn in gray.
    case baseline
  }

  public init(_ name: String, runs: [[Double]], role: Role = .other) {
    self.name = name
    self.band = Band(runs: runs)
    self.role = role
  }
}
