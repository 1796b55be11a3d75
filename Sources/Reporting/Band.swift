internal import DenseMath

/// Several runs of one strategy, summarized at each count of measurements: the median and a band
/// from the 10th to the 90th percentile.
struct Band: Hashable, Sendable {
  /// Measurements done: 1, 2, …
  let counts: [Int]
  let median: [Double]
  let lower: [Double]
  let upper: [Double]
  let runs: Int

  /// - Parameters:
  ///   - runs: One row for each run: the value after 1, 2, … measurements. `nan` (nothing found
  ///     yet) counts as worse than any value; a run that ended early keeps its last value.
  ///   - higherIsBetter: Which values `nan` ranks behind. A count at which the median run has
  ///     no value has no entry; where the band would reach runs without one, it ends at the
  ///     worst value found.
  init(runs: [[Double]], higherIsBetter: Bool) {
    let sign = higherIsBetter ? 1.0 : -1.0
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
      let tenth = Statistics.quantile(sorted: merits, 0.1)
      let low = sign * (tenth.isFinite ? tenth : worst)
      let high = sign * Statistics.quantile(sorted: merits, 0.9)
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
