import Foundation
import Matter
import Testing

@testable import Reporting

@Suite("Chart")
struct ChartTests {
  @Test("Is complete JSON with data, words and the same bytes each time")
  func isComplete() throws {
    for (chart, again) in zip(Samples.charts(), Samples.charts()) {
      let root = try Specification(chart.json).root
      #expect(root["$schema"] as? String == "https://vega.github.io/schema/vega-lite/v6.json")
      #expect(chart.json.contains("\"values\":[{"), "\(chart.title) has data")
      #expect(!chart.summary.isEmpty && !chart.table.rows.isEmpty)
      #expect(chart.table.rows.allSatisfy { $0.count == chart.table.columns.count })
      #expect(chart.json == again.json)
      #expect(!chart.json.contains("var(--"), "colors of a file are fixed")
    }
  }

  @Test("Titles every axis that is drawn, on each layer alike")
  func titlesAxes() throws {
    for chart in Samples.charts() {
      for leaf in try Specification(chart.json).leaves {
        let encoding = leaf["encoding"] as? [String: Any] ?? [:]
        for (channel, title) in [("x", chart.axes.x), ("y", chart.axes.y)] {
          guard let axis = encoding[channel] as? [String: Any], axis["field"] != nil,
            !(axis["axis"] is NSNull)
          else { continue }
          #expect(axis["title"] as? String == title, "\(chart.title), \(channel)")
        }
      }
    }
  }

  @Test("Names units on axes")
  func namesUnits() {
    let titles = Samples.charts().map { [$0.axes.x, $0.axes.y].compactMap { $0 } }
    #expect(titles[0] == ["Measurements", "Best yield strength so far (MPa)"])
    #expect(titles[2] == ["Measured (MPa)", "Predicted (MPa)"])
    #expect(titles[3] == ["Promised coverage (%)", "Observed coverage (%)"])
    #expect(titles[6] == ["Predicted minus measured (MPa)", "Materials"])
    #expect(titles[7] == ["Yield strength (MPa)"])
  }

  @Test("Keeps the order of strategies, the main one in ember and chance in gray")
  func keepsOrder() throws {
    let chart = Samples.charts(name: "convex")[0]
    let color = try #require(
      try Specification(chart.json).leaves.compactMap { leaf in
        (leaf["encoding"] as? [String: Any])?["color"] as? [String: Any]
      }.first)
    let scale = try #require(color["scale"] as? [String: Any])
    #expect(scale["domain"] as? [String] == ["random", "convex", "other"])
    let colors = [ThemeColor.ash, .ember, .blue].map(\.light)
    #expect(scale["range"] as? [String] == colors)
    #expect(chart.legend.entries.map(\.label) == ["random", "convex", "other"])
  }

  @Test("Says in words what strategies reached")
  func summarizesStrategies() {
    let summary = Samples.charts(name: "convex")[0].summary
    #expect(
      summary
        == "The highest yield strength in MPa after 3 measurements, in the median run, all of "
        + "the runs in brackets: random 1.50 (1.00 to 2.00); convex 4.50 (4.00 to 5.00); other 2.50 "
        + "(2.00 to 3.00).")
  }

  @Test("Tells measured values outside their interval apart")
  func marksMisses() throws {
    let root = try Specification(Samples.charts()[2].json).root
    let rows = try #require((root["data"] as? [String: Any])?["values"] as? [[String: Any]])
    #expect(
      rows.compactMap { $0["inside"] as? String }
        == ["measured value inside its interval", "outside"])
  }

  @Test("Names the best feasible composition, not the best of all")
  func namesBest() {
    let chart = Samples.charts()[4]
    #expect(chart.summary.contains("The best, Cu, was measurement 3 and reached 7.00\u{a0}MPa."))
    #expect(chart.json.contains("best: Cu"))
  }

  @Test("Puts a label where it hides no point and stays within the figure")
  func placesLabel() {
    let label = "best: Al20Ti80"
    func side(_ center: (x: Double, y: Double), _ others: [(x: Double, y: Double)]) -> LabelSide {
      // Corners that fix the extent.
      LabelSide.freest(
        for: label, at: center, among: [(0, 0), (1, 1), (0, 1), (1, 0), center] + others)
    }
    #expect(side((0.3, 0.5), []).align == .left)
    #expect(side((0.95, 0.5), []).align == .right)
    let toTheRight = stride(from: 0.32, to: 0.8, by: 0.02).map { (x: $0, y: 0.5) }
    let avoiding = side((0.3, 0.5), toTheRight)
    #expect(avoiding.dy != 0, "\(avoiding)")
    let around = toTheRight + toTheRight.map { ($0.x - 0.3, 0.45) } + [(0.05, 0.5), (0.25, 0.5)]
    #expect(side((0.3, 0.5), around).dy < 0)
  }

  @Test("Draws all 118 elements, each in its own cell")
  func drawsAllElements() throws {
    let root = try Specification(Samples.charts()[5].json).root
    let rows = try #require((root["data"] as? [String: Any])?["values"] as? [[String: Any]])
    #expect(rows.compactMap { $0["symbol"] as? String } == Element.all.map(\.symbol))
    let cells = Set(rows.map { "\($0["column"] ?? "") \($0["row"] ?? "")" })
    #expect(cells.count == 118)
    let lanthanum = try #require(rows.first { $0["symbol"] as? String == "La" })
    #expect(lanthanum["row"] as? Int == 9 && lanthanum["column"] as? Int == 3)
    #expect(rows.count { $0["state"] as? String != "empty" } == 5)
  }

  @Test("Draws at most twenty thousand marks")
  func thins() throws {
    let points = (0..<30_000).map {
      ParityPoint(
        name: "\($0)", measured: Double($0), predicted: Double($0), lower: 0, upper: 1e6)
    }
    let chart = Chart.parity(
      points, quantity: Samples.strength,
      quality: Quality(meanAbsoluteError: 0, rSquared: 1, coverage: 1, nominalCoverage: 0.9))
    let root = try Specification(chart.json).root
    let rows = try #require((root["data"] as? [String: Any])?["values"] as? [[String: Any]])
    #expect(rows.count == Chart.mostMarks / 4)
    #expect(rows.first?["name"] as? String == "0" && rows.last?["name"] as? String == "29999")
    #expect(chart.summary.contains("an even selection of 5000 is drawn"))
  }

  @Test("Draws nothing without values, and does not fail")
  func survivesNothing() throws {
    let charts: [Chart] = [
      .bestSoFar([], objective: Samples.strength, initialCount: 0),
      .bestSoFar([Strategy("a", runs: [[.nan]])], objective: Samples.strength, initialCount: 3),
      .parity(
        [], quantity: Samples.strength,
        quality: Quality(
          meanAbsoluteError: .nan, rSquared: .nan, coverage: .nan, nominalCoverage: 0.9)),
      .abstention(kept: [], error: [], oracle: [], quantity: Samples.strength),
      .calibration([], count: 0), .residuals([.nan], quantity: Samples.strength),
      .residuals([2, 2], quantity: Samples.strength), .bars([], quantity: Samples.strength),
      .periodicTable([:], quantity: Samples.strength),
      .foundFraction([], poolSize: 0, topShare: 0.05),
      .compositionMap([], objective: Samples.strength, axisTitles: (x: "a", y: "b")),
    ]
    for chart in charts {
      _ = try Specification(chart.json)
      #expect(!chart.json.contains("nan") && !chart.json.contains(":inf"), "\(chart.title)")
    }
  }

  /// 2.5 % and 97.5 % points of SciPy 1.17.1, `scipy.stats.binom.ppf([0.025, 0.975], n, p)`.
  @Test(
    "Knows the range of chance around a coverage",
    arguments: [
      (220, 0.9, 189, 206), (50, 0.5, 18, 32), (10, 0.1, 0, 3), (312, 0.68, 196, 228),
    ])
  func binomialRange(count: Int, probability: Double, low: Int, high: Int) {
    let range = Chart.binomialRange(probability, count: count)
    #expect(range.lowerBound == Double(low) / Double(count))
    #expect(range.upperBound == Double(high) / Double(count))
  }

  @Test("Counts every error in one bin, with an edge at zero")
  func histogram() {
    let values = [-1.7, -0.2, -0.1, 0, 0.1, 0.15, 0.9, 2.4]
    let bins = Chart.histogram(values)
    #expect(bins.map(\.count).reduce(0, +) == values.count)
    #expect(bins.contains { abs($0.low) < 1e-12 })
    for bin in bins {
      #expect(bin.count == values.count { bin.low <= $0 && $0 < bin.high })
    }
  }
}
