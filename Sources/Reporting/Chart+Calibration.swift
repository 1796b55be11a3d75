import Foundation

/// How often intervals held what they promised.
public struct CoverageLine: Hashable, Sendable {
  public var name: String

  /// Promised coverages, each within 0...1.
  public var nominal: [Double]

  /// Observed coverages at the same places, each within 0...1.
  public var observed: [Double]

  public init(_ name: String, nominal: [Double], observed: [Double]) {
    precondition(nominal.count == observed.count, "one observed coverage for each nominal one")
    self.name = name
    self.nominal = nominal
    self.observed = observed
  }
}

extension Chart {
  /// Observed against nominal coverage, with the range in which a perfectly calibrated model falls
  /// in 95 % of tests of this size (binomial).
  ///
  /// - Parameters:
  ///   - curves: The first is the main one; further ones, say before calibration, are gray.
  ///   - count: Held-out measurements behind each observed coverage.
  public static func calibration(_ curves: [CoverageLine], count: Int) -> Chart {
    let names = curves.map { ChartValue.string($0.name) }
    let colors = calibrationLegend(curves).entries.prefix(curves.count).map(\.color)
    let color: ChartValue = [
      "field": "curve", "type": "nominal", "title": nil,
      "scale": ["domain": .array(names), "range": .array(colors.map(ChartValue.color))],
      "legend": curves.count > 1 ? ["symbolType": "stroke", "symbolStrokeWidth": 4] : nil,
    ]
    return Chart(
      title: "Calibration of the intervals", summary: calibrationSummary(curves, count),
      table: calibrationTable(curves),
      axes: Axes(x: "Promised coverage (%)", y: "Observed coverage (%)"),
      legend: calibrationLegend(curves),
      specification: [
        "height": 360,
        "layer": [
          binomialBand(count), diagonal(from: 0, to: 100),
          [
            "data": data(calibrationRows(curves)),
            "mark": ["type": "line", "point": ["filled": true, "size": 46], "strokeWidth": 2.4],
            "encoding": [
              "x": share("nominal"),
              "y": share("observed"),
              "color": color, "detail": ["field": "curve"],
              "tooltip": tooltip([
                ("curve", "Intervals", nil), ("nominal", "Promised (%)", ".1f"),
                ("observed", "Observed (%)", ".1f"),
              ]),
            ],
          ],
        ],
      ])
  }

  private static func calibrationLegend(_ curves: [CoverageLine]) -> ChartLegend {
    let lines = curves.enumerated().map { place, curve in
      ChartLegend.Entry(label: curve.name, symbol: .line, color: place == 0 ? .ember : .ash)
    }
    return ChartLegend(
      entries: lines + [
        .init(label: "promise kept", symbol: .dashes, color: .inkSoft),
        .init(label: "range of chance", symbol: .band, color: .inkSoft),
      ])
  }

  private static func share(_ field: String) -> ChartValue {
    quantitative(field, ["scale": ["domain": [0, 100], "nice": false]])
  }

  private static func calibrationRows(_ curves: [CoverageLine]) -> [[String: ChartValue]] {
    curves.reversed().flatMap { curve in
      zip(curve.nominal, curve.observed).map {
        [
          "curve": .string(curve.name), "nominal": .plotted(100 * $0),
          "observed": .plotted(100 * $1),
        ]
      }
    }
  }

  private static func binomialBand(_ count: Int) -> ChartValue {
    let rows = (0...50).map { step -> [String: ChartValue] in
      let nominal = Double(step) / 50
      let range = binomialRange(nominal, count: count)
      return [
        "nominal": .plotted(100 * nominal), "lower": .plotted(100 * range.lowerBound),
        "upper": .plotted(100 * range.upperBound),
      ]
    }
    return [
      "data": data(rows),
      "mark": ["type": "area", "color": .color(.inkSoft), "opacity": 0.14, "tooltip": false],
      "encoding": [
        "x": share("nominal"), "y": share("lower"),
        "y2": ["field": "upper"],
      ],
    ]
  }

  /// The 2.5 % and 97.5 % quantiles of a binomial share.
  ///
  /// Sums the exact probabilities up to a count of 10,000, O(`count`); beyond, where the difference
  /// is far below a pixel, the normal approximation.
  static func binomialRange(_ probability: Double, count: Int) -> ClosedRange<Double> {
    guard probability > 0, probability < 1, count > 0 else {
      let edge = min(max(probability, 0), 1)
      return edge...edge
    }
    guard count <= 10_000 else {
      let half = 1.959964 * (probability * (1 - probability) / Double(count)).squareRoot()
      return max(0, probability - half)...min(1, probability + half)
    }
    var cumulative = 0.0
    var low: Int?
    for successes in 0...count {
      cumulative += binomialProbability(successes, of: count, probability)
      if low == nil, cumulative >= 0.025 { low = successes }
      if cumulative >= 0.975 {
        return Double(low ?? 0) / Double(count)...Double(successes) / Double(count)
      }
    }
    return Double(low ?? 0) / Double(count)...1
  }

  private static func binomialProbability(
    _ successes: Int, of count: Int, _ probability: Double
  ) -> Double {
    let n = Double(count)
    let k = Double(successes)
    let arrangements = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(arrangements + k * log(probability) + (n - k) * log1p(-probability))
  }

  private static func calibrationSummary(_ curves: [CoverageLine], _ count: Int) -> String {
    guard let main = curves.first, !main.nominal.isEmpty else { return "No held-out predictions." }
    let gaps = zip(main.nominal, main.observed).map { abs($0 - $1) }
    let worst = gaps.max() ?? 0
    let inside = zip(main.nominal, main.observed).filter {
      binomialRange($0, count: count).contains($1)
    }.count
    return "\(count) held-out measurements. Observed coverage is at most "
      + "\(Numeral.text(100 * worst, significant: 2)) percentage points from the promise; \(inside) of "
      + "\(main.nominal.count) levels lie in the gray range where a perfectly calibrated model falls "
      + "in 95\u{a0}% of tests of this size."
  }

  private static func calibrationTable(_ curves: [CoverageLine]) -> ReportTable {
    let levels = Set(curves.flatMap(\.nominal)).sorted()
    return ReportTable(
      caption: "Observed coverage by promised coverage",
      columns: [.init("Promised", unit: "%")] + curves.map { .init($0.name, unit: "%") },
      rows: levels.map { level in
        [.number(100 * level)]
          + curves.map { curve in
            guard let place = curve.nominal.firstIndex(of: level) else { return .missing }
            return .number(100 * curve.observed[place])
          }
      })
  }
}
