internal import DenseMath

/// Several runs of one strategy, summarized at each count of measurements: the median and a band
/// from the 10th to the 90th percentile, or over all runs where they are too few for percentiles.
struct Band: Hashable, Sendable {
  /// Measurements done: 1, 2, …
  let counts: [Int]
  let median: [Double]
  let lower: [Double]
  let upper: [Double]
  let runs: Int

  /// Fewer runs have no 10th and 90th percentile worth the name: their band goes from the lowest
  /// to the highest.
  static let fewestForPercentiles = 5

  /// What the band over so many runs is, after "bands".
  static func meaning(runs: Int) -> String {
    runs < fewestForPercentiles ? "span the runs" : "hold the middle 80\u{a0}% of the runs"
  }

  /// - Parameters:
  ///   - runs: One row for each run: the value after 1, 2, … measurements. `nan` (nothing found
  ///     yet) counts as worse than any value; a run that ended early keeps its last value.
  ///   - higherIsBetter: Which values `nan` ranks behind. A count at which the median run has
  ///     no value has no entry; where the band would reach runs without one, it ends at the
  ///     worst value found.
  init(runs: [[Double]], higherIsBetter: Bool) {
    let sign = higherIsBetter ? 1.0 : -1.0
    let tail = runs.count < Band.fewestForPercentiles ? 0 : 0.1
    var counts: [Int] = []
    var rows: [(median: Double, lower: Double, upper: Double)] = []
    for place in 0..<(runs.map(\.count).max() ?? 0) {
      let merits = runs.map { run -> Double in
        let value = place < run.count ? run[place] : run.last ?? .nan
        return value.isFinite ? sign * value : -.infinity
      }.sorted()
      let median = Statistics.quantile(sorted: merits, 0.5)
      guard let worst = merits.first(where: \.isFinite), median.isFinite else { continue }
      // Where the band would reach into runs without a value, it is minus infinity or not a number.
      let bottom = Statistics.quantile(sorted: merits, tail)
      let low = sign * (bottom.isFinite ? bottom : worst)
      let high = sign * Statistics.quantile(sorted: merits, 1 - tail)
      counts.append(place + 1)
      rows.append((sign * median, min(low, high), max(low, high)))
    }
    self.init(
      counts: counts, median: rows.map(\.median), lower: rows.map(\.lower),
      upper: rows.map(\.upper), runs: runs.count)
  }

  init(counts: [Int], median: [Double], lower: [Double], upper: [Double], runs: Int) {
    self.counts = counts
    self.median = median
    self.lower = lower
    self.upper = upper
    self.runs = runs
  }

  func scaled(by factor: Double) -> Band {
    Band(
      counts: counts, median: median.map { $0 * factor }, lower: lower.map { $0 * factor },
      upper: upper.map { $0 * factor }, runs: runs)
  }
}
