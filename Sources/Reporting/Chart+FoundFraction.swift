extension Chart {
  /// How much of the best was found after how many measurements, against chance.
  ///
  /// - Parameters:
  ///   - strategies: Runs hold the fraction found (0...1) after each measurement.
  ///   - poolSize: Materials in the table that is replayed. Drawing at random without replacement
  ///     finds the fraction `n / poolSize` after `n` measurements (mean of the hypergeometric
  ///     distribution); that line is drawn.
  ///   - topShare: The share of the pool that counts as best, for example 0.05.
  ///   - notes: Short lines printed in the figure, for example "EF 8.1 at 60 measurements".
  ///   - initialCount: Measurements of the initial design; 0: no rule.
  public static func foundFraction(
    _ strategies: [Strategy], poolSize: Int, topShare: Double, notes: [String] = [],
    initialCount: Int = 0
  ) -> Chart {
    let top = "top \(Numeral.percent(topShare))"
    let lines = StrategyLine.lines(strategies, higherIsBetter: true, factor: 100)
    let last = lines.compactMap(\.band.counts.last).max() ?? 1
    var above: [ChartValue] = []
    if initialCount > 0 { above.append(initialRule(initialCount, isAtTop: true)) }
    if !notes.isEmpty { above.append(note(notes, behind: initialCount)) }
    return Chart(
      title: "Share of the \(top) found",
      summary: foundSummary(lines, poolSize: poolSize, top: top, last: last, notes: notes),
      table: strategyTable(lines, unit: "%", caption: "Share of the \(top) found"),
      axes: Axes(x: "Measurements", y: "Share of the \(top) found (%)"),
      legend: foundLegend(lines),
      specification: strategyLines(
        lines, below: [chanceLine(upTo: last, poolSize: poolSize)], above: above,
        y: ["scale": ["domain": [0, 100], "nice": false]]))
  }

  private static func foundLegend(_ lines: [StrategyLine]) -> ChartLegend {
    var legend = strategyLegend(lines)
    legend.entries.append(
      .init(label: "expected by chance", symbol: .dashes, color: .inkSoft))
    return legend
  }

  private static func chanceLine(upTo last: Int, poolSize: Int) -> ChartValue {
    let ends = [0, last].map { count -> [String: ChartValue] in
      let chance = 100 * min(1, Double(count) / Double(max(poolSize, 1)))
      return ["at": .integer(count), "chance": .plotted(chance)]
    }
    return [
      "data": data(ends),
      "mark": [
        "type": "line", "color": .color(.inkSoft), "strokeDash": [5, 4], "strokeWidth": 1.4,
        "tooltip": false,
      ],
      "encoding": [
        "x": ["field": "at", "type": "quantitative"], "y": quantitative("chance"),
      ],
    ]
  }

  private static func foundSummary(
    _ lines: [StrategyLine], poolSize: Int, top: String, last: Int, notes: [String]
  ) -> String {
    let ends = lines.compactMap { line -> String? in
      guard let found = line.band.median.last, let count = line.band.counts.last else { return nil }
      let stop = count == last ? "" : " (after \(count))"
      return "\(line.name) \(Numeral.percent(found / 100))\(stop)"
    }
    let chance = min(1, Double(last) / Double(max(poolSize, 1)))
    let further = notes.isEmpty ? "" : " " + notes.joined(separator: "; ") + "."
    return "Share of the \(top) of \(poolSize) materials found after \(last) measurements, median "
      + "of runs: \(ends.joined(separator: "; ")); expected by chance "
      + "\(Numeral.percent(chance)).\(further)"
  }
}
