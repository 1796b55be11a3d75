/// What the figures of strategies share: bands and lines over the number of measurements.
extension Chart {
  static func strategyLines(
    _ lines: [StrategyLine], below: [ChartValue] = [], above: [ChartValue],
    y: [String: ChartValue] = [:]
  ) -> [String: ChartValue] {
    let color: ChartValue = [
      "field": "strategy", "type": "nominal", "title": nil,
      "scale": [
        "domain": .array(lines.map { .string($0.name) }),
        "range": .array(lines.map { .color($0.color) }),
      ],
      "legend": ["symbolType": "stroke", "symbolStrokeWidth": 4, "symbolOpacity": 1],
    ]
    return [
      "data": data(strategyRows(lines)), "height": 320,
      "layer": .array(below + [bands(color, y), medians(color)] + above + [hoverPoints(lines)]),
      "encoding": ["x": quantitative("count", ["scale": ["zero": true, "nice": false]])],
    ]
  }

  private static func bands(_ color: ChartValue, _ y: [String: ChartValue]) -> ChartValue {
    [
      "mark": ["type": "area", "interpolate": "step-after", "tooltip": false],
      "encoding": [
        "y": quantitative("lower", y), "y2": ["field": "upper"], "color": color,
        "opacity": ["condition": ["test": "datum.role == 'main'", "value": 0.22], "value": 0.09],
      ],
    ]
  }

  private static func medians(_ color: ChartValue) -> ChartValue {
    [
      "mark": ["type": "line", "interpolate": "step-after", "tooltip": false],
      "encoding": [
        "y": quantitative("median"), "color": color, "detail": ["field": "strategy"],
        "strokeWidth": ["condition": ["test": "datum.role == 'main'", "value": 3], "value": 1.8],
      ],
    ]
  }

  /// Invisible points under the pointer, which bring the numbers up.
  private static func hoverPoints(_ lines: [StrategyLine]) -> ChartValue {
    let ends =
      arePercentiles(lines) ? ("10th percentile", "90th percentile") : ("Lowest run", "Highest run")
    return [
      "mark": ["type": "point", "opacity": 0, "size": 120],
      "encoding": [
        "y": quantitative("median"), "detail": ["field": "strategy"],
        "tooltip": tooltip([
          ("strategy", "Strategy", nil), ("count", "Measurements", "d"),
          ("median", "Median", ".4~g"), ("lower", ends.0, ".4~g"),
          ("upper", ends.1, ".4~g"),
        ]),
      ],
    ]
  }

  private static func arePercentiles(_ lines: [StrategyLine]) -> Bool {
    lines.contains { $0.band.runs >= Band.fewestForPercentiles }
  }

  /// A vertical rule where the initial design ends, with its words at the top or the bottom.
  static func initialRule(_ count: Int, isAtTop: Bool) -> ChartValue {
    let place: ChartValue = ["field": "at", "type": "quantitative"]
    return [
      "data": data([["at": .integer(count)]]),
      "layer": [
        [
          "mark": [
            "type": "rule", "color": .color(.inkSoft), "strokeDash": [4, 4], "tooltip": false,
          ],
          "encoding": ["x": place],
        ],
        haloed(
          [
            "type": "text", "align": "left", "baseline": isAtTop ? "top" : "bottom", "dx": 7,
            "fontSize": 11.5, "color": .color(.inkSoft), "tooltip": false,
          ],
          data: [["at": .integer(count), "text": "initial design ends"]],
          encoding: [
            "x": place, "text": ["field": "text"],
            "y": ["value": ["expr": isAtTop ? "3" : "height - 6"]],
          ]),
      ],
    ]
  }

  static func strategyLegend(_ lines: [StrategyLine]) -> ChartLegend {
    ChartLegend(
      entries: lines.map { .init(label: $0.name, symbol: .line, color: $0.color) })
  }

  /// Rows in drawing order: chance first, the main strategy last and so on top.
  private static func strategyRows(_ lines: [StrategyLine]) -> [[String: ChartValue]] {
    let order: [Strategy.Role] = [.baseline, .other, .main]
    let most = mostMarks / (3 * max(lines.count, 1))
    return order.flatMap { role in lines.filter { $0.role == role } }.flatMap { line in
      thinned(line.band.counts.count, to: most).map { place in
        [
          "strategy": .string(line.name), "role": .string("\(line.role)"),
          "count": .integer(line.band.counts[place]),
          "median": .plotted(line.band.median[place]),
          "lower": .plotted(line.band.lower[place]),
          "upper": .plotted(line.band.upper[place]),
        ]
      }
    }
  }

  /// At most twelve counts, evenly spread, one column for each strategy.
  static func strategyTable(_ lines: [StrategyLine], unit: String, caption: String) -> ReportTable {
    let counts = Set(lines.flatMap(\.band.counts)).sorted()
    let rows = thinned(counts.count, to: 12).map { place -> [ReportTable.Cell] in
      let cells = lines.map { line -> ReportTable.Cell in
        guard let at = line.band.counts.firstIndex(of: counts[place]) else { return .missing }
        guard line.band.runs > 1 else { return .number(line.band.median[at]) }
        return .interval(
          line.band.median[at], lower: line.band.lower[at], upper: line.band.upper[at])
      }
      return [.integer(counts[place])] + cells
    }
    let range = arePercentiles(lines) ? "10th to 90th percentile" : "range"
    return ReportTable(
      caption: "\(caption), by number of measurements: median and \(range) of runs",
      columns: [.init("Measurements")] + lines.map { .init($0.name, unit: unit) }, rows: rows)
  }
}
