import Testing

@testable import Reporting

@Suite("Band")
struct BandTests {
  /// `numpy.percentile([1, 2, 3, 4, 10], [50, 10, 90])` is 3, 1.4, 7.6.
  @Test("Is the median and the 10th to 90th percentile")
  func percentiles() {
    let band = Band(runs: [[1], [10], [3], [2], [4]], higherIsBetter: true)
    #expect(band.counts == [1] && band.median == [3])
    #expect(abs(band.lower[0] - 1.4) < 1e-12 && abs(band.upper[0] - 7.6) < 1e-12)
  }

  @Test("Spans all runs where they are fewer than five, and says so")
  func spansFewRuns() {
    let band = Band(runs: [[1], [10], [3], [2]], higherIsBetter: true)
    #expect(band.median == [2.5] && band.lower == [1] && band.upper == [10])
    #expect(Band.meaning(runs: 4) == "span the runs")
    #expect(Band.meaning(runs: 5) == "hold the middle 80\u{a0}% of the runs")
    let few = Chart.bestSoFar(
      Samples.strategies("convex"), objective: Samples.strength, initialCount: 0)
    #expect(few.json.contains("Lowest run") && !few.json.contains("percentile"))
  }

  @Test("Never falls when no run does, though runs start and end at different times")
  func isMonotone() {
    let runs = [[1, 2, 3, 9], [.nan, 4], [.nan, .nan, 2, 2], [0, 0, 0, 0, 5]]
    let band = Band(runs: runs, higherIsBetter: true)
    #expect(band.counts == [2, 3, 4, 5])
    for line in [band.median, band.lower, band.upper] {
      #expect(zip(line, line.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }

  @Test("Ranks a run without a value as the worst, in either direction")
  func ranksMissing() {
    let runs = [[1.0], [2], [.nan]]
    #expect(Band(runs: runs, higherIsBetter: true).median == [1])
    #expect(Band(runs: runs, higherIsBetter: false).median == [2])
    #expect(Band(runs: [[.nan], [.nan], [1]], higherIsBetter: true).counts.isEmpty)
  }
}
