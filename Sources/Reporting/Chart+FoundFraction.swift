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
    let percent = strategies.map(inPercent)
    let last = strategies.flatMap(\.band.counts).max() ?? 1
    let title = "Share of the \(top) found (%)"
    var extra = [chanceLine(upTo: last, poolSize: poolSize)]
    if initialCount > 0 { extra.append(rule(after: initialCount, text: "initial design ends")) }
    if !notes.isEmpty { extra.append(note(notes)) }
    return Chart(
      title: "Share of the \(top) found",
      summary: foundSummary(percent, poolSize: poolSize, top: top, last: last, notes: notes),
      table: strategyTable(
        percent, Quantity("Found", unit: "%"), caption: "Share of the \(top) found"),
      specification: strategyLines(
        percent, valueTitle: title, extra: extra,
        axis: ["scale": ["domain": [0, 100], "nice": false]]))
  }

  private static func inPercent(_ strategy: Strategy) -> Strategy {
    var scaled = strategy
    scaled.band = strategy.band.scaled(by: 100)
    return scaled
  }

  private static func chanceLine(upTo last: Int, poolSize: Int) -> ChartValue {
    let ends = [0, last].map { count -> [String: ChartValue] in
      [
        "at": .integer(count),
        "chance": .plotted(100 * min(1, Double(count) / Double(max(poolSize, 1)))),
        "label": .string(count == 0 ? "" : "expected by chance"),
      ]
    }
    let place: [String: ChartValue] = [
      "x": ["field": "at", "type": "quantitative", "title": nil], "y": quantitative("chance"),
    ]
    return [
      "data": data(ends), "encoding": .object(place),
      "layer": [
        [
          "mark": [
            "type": "line", "color": .color(.inkSoft), "strokeDash": [5, 4], "strokeWidth": 1.4,
            "tooltip": false,
          ]
        ],
        [
          "mark": [
            "type": "text", "align": "right", "baseline": "bottom", "dx": -4, "dy": -6,
            "fontSize": 11.5, "color": .color(.inkSoft), "tooltip": false,
          ],
          "encoding": ["text": ["field": "label"]],
        ],
      ],
    ]
  }

  private static func foundSummary(
    _ strategies: [Strategy], poolSize: Int, top: String, last: Int, notes: [String]
  ) -> String {
    let ends = strategies.compactMap { strategy -> String? in
      guard let found = strategy.band.median.last, let count = strategy.band.counts.last else {
        return nil
      }
      return "\(strategy.name) found \(Numeral.percent(found / 100)) after \(count)"
    }
    let chance = min(1, Double(last) / Double(max(poolSize, 1)))
    let further = notes.isEmpty ? "" : " " + notes.joined(separator: "; ") + "."
    return "Of the \(top) of \(poolSize) materials, the median run with "
      + "\(ends.joined(separator: "; ")) measurements; chance alone finds "
      + "\(Numeral.percent(chance)) after \(last).\(further)"
  }
}

extension Band {
  func scaled(by factor: Double) -> Band {
    Band(
      counts: counts, median: median.map { $0 * factor }, lower: lower.map { $0 * factor },
      upper: upper.map { $0 * factor }, runs: runs)
  }
}
