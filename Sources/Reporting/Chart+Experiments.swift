extension Chart {
  /// A figure that strategies change with each experiment: hypervolume, regret.
  ///
  /// - Parameters:
  ///   - strategies: Runs hold the figure after each measurement; `nan` while there is none.
  ///   - initialCount: Measurements of the initial design; 0 for none.
  public static func overExperiments(
    _ strategies: [Strategy], quantity: Quantity, initialCount: Int, higherIsBetter: Bool
  ) -> Chart {
    let lines = StrategyLine.lines(strategies, higherIsBetter: higherIsBetter)
    let rule = initialCount > 0 ? [initialRule(initialCount, isAtTop: higherIsBetter)] : []
    let ends = lines.compactMap { line in
      line.band.median.last.map { "\(line.name) \(quantity.text($0))" }
    }
    return Chart(
      title: "\(quantity.name) over the experiments",
      summary: ends.isEmpty
        ? "There is no \(quantity.inSentence) yet."
        : "\(quantity.name) at the end: \(ends.joined(separator: "; ")).",
      table: strategyTable(lines, unit: quantity.unit, caption: quantity.name),
      axes: Axes(x: "Measurements", y: quantity.label), legend: strategyLegend(lines),
      specification: strategyLines(lines, above: rule))
  }

  /// Standardized errors of predictions in the order of the experiments: whether the model keeps its
  /// word, and from when on it does not.
  ///
  /// - Parameter errors: Number, name, and measured minus predicted over the predicted deviation.
  public static func calibrationOverTime(
    _ errors: [(number: Int, name: String, error: Double)]
  ) -> Chart {
    let inside = errors.count { abs($0.error) <= 1.645 }
    let rows = errors.map { entry -> [String: ChartValue] in
      [
        "number": .integer(entry.number), "name": .string(Markup.plainFormula(entry.name)),
        "error": .plotted(entry.error), "isInside": .bool(abs(entry.error) <= 1.645),
      ]
    }
    let share = errors.isEmpty ? 0 : Double(inside) / Double(errors.count)
    return Chart(
      title: "Calibration over time",
      summary:
        "\(inside) of \(errors.count) measurements (\(Numeral.percent(share))) lie inside their "
        + "90\u{a0}% interval.",
      table: ReportTable(
        caption: "Standardized errors of predictions",
        columns: [.init("No."), .init("Candidate"), .init("Error in standard deviations")],
        rows: thinned(errors.count, to: 200).map { place in
          [
            .integer(errors[place].number), .text(Markup.plainFormula(errors[place].name)),
            .number(errors[place].error),
          ]
        }), axes: Axes(x: "Measurement", y: "Error (predicted standard deviations)"),
      legend: ChartLegend(entries: [
        .init(label: "90\u{a0}% interval", symbol: .band, color: .blue),
        .init(label: "inside", symbol: .disk, color: .blue),
        .init(label: "outside", symbol: .diamond, color: .ember),
      ]),
      specification: [
        "data": data(rows), "height": 280,
        "layer": [
          [
            "data": data([["from": -1.645, "to": 1.645]]),
            "mark": ["type": "rect", "color": .color(.blue), "opacity": 0.1, "tooltip": false],
            "encoding": ["y": quantitative("from"), "y2": ["field": "to"]],
          ],
          [
            "data": data([["at": 0]]),
            "mark": ["type": "rule", "color": .color(.inkSoft), "tooltip": false],
            "encoding": ["y": quantitative("at")],
          ],
          [
            "mark": ["type": "point", "filled": true, "size": 70],
            "encoding": [
              "x": quantitative("number"), "y": quantitative("error"),
              "color": [
                "condition": ["test": "datum.isInside", "value": .color(.blue)],
                "value": .color(.ember),
              ],
              "shape": [
                "condition": ["test": "datum.isInside", "value": "circle"], "value": "diamond",
              ],
              "tooltip": tooltip([
                ("number", "Measurement", "d"), ("name", "Candidate", nil),
                ("error", "Error", ".3~g"),
              ]),
            ],
          ],
        ],
      ])
  }
}
