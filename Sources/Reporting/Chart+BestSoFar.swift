extension Chart {
  /// The best value found so far against the number of measurements, several strategies at once.
  ///
  /// - Parameters:
  ///   - strategies: In the order of the legend; runs hold the best value after each measurement,
  ///     `nan` while none is feasible.
  ///   - objective: Named on the axis.
  ///   - initialCount: Measurements of the initial design; a rule marks its end. 0: no rule.
  ///   - maximizing: Which direction is better; used in the summary.
  public static func bestSoFar(
    _ strategies: [Strategy], objective: Quantity, initialCount: Int, maximizing: Bool = true
  ) -> Chart {
    let better = maximizing ? "highest" : "lowest"
    let spec = strategyLines(
      strategies, valueTitle: "Best \(objective.inSentence) so far\(objective.unitSuffix)",
      extra: initialCount > 0 ? [rule(after: initialCount, text: "initial design ends")] : [],
      axis: [:])
    return Chart(
      title: "Best \(objective.inSentence) so far",
      summary: bestSoFarSummary(strategies, objective, better),
      table: strategyTable(strategies, objective, caption: "Best so far, by measurement"),
      specification: spec)
  }

  private static func bestSoFarSummary(
    _ strategies: [Strategy], _ objective: Quantity, _ better: String
  ) -> String {
    let ends = strategies.compactMap { strategy -> String? in
      let band = strategy.band
      guard let value = band.median.last, let low = band.lower.last, let high = band.upper.last,
        let count = band.counts.last
      else { return nil }
      let range =
        band.runs > 1 && low != high
        ? " (80\u{a0}% of runs: \(Numeral.text(low)) to \(Numeral.text(high)))" : ""
      return "\(strategy.name) \(objective.text(value))\(range) after \(count) measurements"
    }
    guard !ends.isEmpty else { return "No strategy has found a feasible value yet." }
    let runs = strategies.map(\.band.runs).max() ?? 1
    let kind = runs > 1 ? "Median of \(runs) runs" : "One run"
    return "\(kind), \(better) \(objective.inSentence) reached: \(ends.joined(separator: "; "))."
  }
}

extension Chart {
  /// Bands, lines and further layers over the number of measurements.
  static func strategyLines(
    _ strategies: [Strategy], valueTitle: String, extra: [ChartValue],
    axis: [String: ChartValue]
  ) -> [String: ChartValue] {
    let names = strategies.map { ChartValue.string($0.name) }
    let color: ChartValue = [
      "field": "strategy", "type": "nominal", "title": nil,
      "scale": [
        "domain": .array(names), "range": .array(colors(of: strategies).map(ChartValue.color)),
      ],
      "legend": [
        "symbolType": "stroke", "symbolStrokeWidth": 4, "columns": ["expr": "width < 420 ? 2 : 6"],
      ],
    ]
    let bandOpacity: ChartValue = [
      "condition": ["test": "datum.role == 'main'", "value": 0.22], "value": 0.10,
    ]
    let width: ChartValue = [
      "condition": ["test": "datum.role == 'main'", "value": 3], "value": 1.8,
    ]
    let layers: [ChartValue] = [
      [
        "mark": ["type": "area", "interpolate": "step-after", "tooltip": false],
        "encoding": [
          "y": quantitative("lower", title: valueTitle, axis),
          "y2": ["field": "upper"], "opacity": bandOpacity, "color": color,
        ],
      ],
      [
        "mark": ["type": "line", "interpolate": "step-after", "tooltip": false],
        "encoding": [
          "y": quantitative("median"), "strokeWidth": width, "color": color,
          "detail": ["field": "strategy"],
        ],
      ],
      hoverLayer(valueTitle),
    ]
    return [
      "data": data(strategyRows(strategies)), "height": 320, "layer": .array(extra + layers),
      "encoding": [
        "x": quantitative("count", title: "Measurements", ["scale": ["zero": true, "nice": false]])
      ],
    ]
  }

  /// Invisible points under the pointer, which bring the numbers up.
  private static func hoverLayer(_ valueTitle: String) -> ChartValue {
    [
      "mark": ["type": "point", "opacity": 0, "size": 120],
      "encoding": [
        "y": quantitative("median"), "detail": ["field": "strategy"],
        "tooltip": tooltip([
          ("strategy", "Strategy", nil), ("count", "Measurements", "d"),
          ("median", "Median", ".4~g"), ("lower", "10th percentile", ".4~g"),
          ("upper", "90th percentile", ".4~g"),
        ]),
      ],
    ]
  }

  /// A vertical rule with its words beside it.
  static func rule(after count: Int, text: String) -> ChartValue {
    let row = data([["at": .integer(count), "text": .string(text)]])
    let place: ChartValue = ["field": "at", "type": "quantitative", "title": nil]
    return [
      "data": row,
      "layer": [
        [
          "mark": ["type": "rule", "color": .color(.inkSoft), "strokeDash": [4, 4]],
          "encoding": ["x": place],
        ],
        [
          "mark": [
            "type": "text", "align": "left", "baseline": "bottom", "dx": 6, "fontSize": 11.5,
            "color": .color(.inkSoft), "y": ["expr": "height - 6"],
          ],
          "encoding": ["x": place, "text": ["field": "text"]],
        ],
      ],
    ]
  }

  /// The main strategy in ember, chance in gray, the others in the order of the theme.
  static func colors(of strategies: [Strategy]) -> [ThemeColor] {
    var next = 0
    return strategies.map { strategy in
      switch strategy.role {
      case .main: return .ember
      case .baseline: return .ash
      case .other:
        next += 1
        return Theme.seriesColors[(next - 1) % Theme.seriesColors.count]
      }
    }
  }

  /// Rows in drawing order: chance first, the main strategy last and so on top.
  private static func strategyRows(_ strategies: [Strategy]) -> [[String: ChartValue]] {
    let order: [Strategy.Role] = [.baseline, .other, .main]
    let most = mostMarks / max(strategies.count, 1)
    return order.flatMap { role in strategies.filter { $0.role == role } }.flatMap { strategy in
      thinned(strategy.band.counts.count, to: most).map { place in
        [
          "strategy": .string(strategy.name), "role": .string("\(strategy.role)"),
          "count": .integer(strategy.band.counts[place]),
          "median": .plotted(strategy.band.median[place]),
          "lower": .plotted(strategy.band.lower[place]),
          "upper": .plotted(strategy.band.upper[place]),
        ]
      }
    }
  }

  /// At most twelve counts, evenly spread, one column for each strategy.
  static func strategyTable(
    _ strategies: [Strategy], _ quantity: Quantity, caption: String
  ) -> ReportTable {
    let counts = Set(strategies.flatMap(\.band.counts)).sorted()
    let rows = thinned(counts.count, to: 12).map { place -> [ReportTable.Cell] in
      let cells = strategies.map { strategy -> ReportTable.Cell in
        guard let at = strategy.band.counts.firstIndex(of: counts[place]) else { return .missing }
        let band = strategy.band
        guard band.runs > 1 else { return .number(band.median[at]) }
        return .interval(band.median[at], lower: band.lower[at], upper: band.upper[at])
      }
      return [.integer(counts[place])] + cells
    }
    return ReportTable(
      caption: "\(caption): median and 10th to 90th percentile",
      columns: [.init("Measurements")] + strategies.map { .init($0.name, unit: quantity.unit) },
      rows: rows)
  }
}
