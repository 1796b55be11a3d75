extension Chart {
  /// The error of what is kept against the share that is kept, where the least certain predictions
  /// are set aside first; beside it the same with the largest errors set aside.
  ///
  /// - Parameters:
  ///   - kept: Shares of the rows, each within 0...1.
  ///   - error: Mean absolute errors at these shares, in the unit of the quantity.
  ///   - oracle: The least that is possible at these shares.
  public static func abstention(
    kept: [Double], error: [Double], oracle: [Double], quantity: Quantity
  ) -> Chart {
    precondition(
      kept.count == error.count && kept.count == oracle.count, "an error for each share")
    let lines = [("by predicted uncertainty", error), ("if errors were known", oracle)]
    let names = lines.map(\.0)
    let colors: [ThemeColor] = [.ember, .ash]
    let rows = lines.reversed().flatMap { name, values in
      zip(kept, values).map { share, value -> [String: ChartValue] in
        ["line": .string(name), "kept": .plotted(100 * share), "error": .plotted(value)]
      }
    }
    let title = "Mean absolute error\(quantity.unitSuffix)"
    return Chart(
      title: "Error of what is kept", summary: abstentionSummary(kept, error, quantity),
      table: ReportTable(
        caption: "Mean absolute error by the share that is kept",
        columns: [.init("Kept", unit: "%")] + names.map { .init($0, unit: quantity.unit) },
        rows: kept.indices.map { place in
          [.number(100 * kept[place]), .number(error[place]), .number(oracle[place])]
        }),
      axes: Axes(x: "Kept rows (%)", y: title),
      legend: ChartLegend(
        entries: zip(names, colors).map { .init(label: $0, symbol: .line, color: $1) }),
      specification: [
        "height": 360, "data": data(rows),
        "mark": ["type": "line", "point": ["filled": true, "size": 36], "strokeWidth": 2.4],
        "encoding": [
          "x": quantitative("kept", ["scale": ["domain": [0, 100], "nice": false]]),
          "y": quantitative("error"), "detail": ["field": "line"],
          "color": [
            "field": "line", "type": "nominal", "title": nil,
            "scale": [
              "domain": .array(names.map(ChartValue.string)),
              "range": .array(colors.map(ChartValue.color)),
            ],
            "legend": ["symbolType": "stroke", "symbolStrokeWidth": 4],
          ],
          "tooltip": tooltip([
            ("line", "Set aside", nil), ("kept", "Kept (%)", ".0f"), ("error", title, ".4~g"),
          ]),
        ],
      ])
  }

  private static func abstentionSummary(
    _ kept: [Double], _ error: [Double], _ quantity: Quantity
  ) -> String {
    guard let all = error.first, let half = kept.firstIndex(where: { $0 <= 0.5 }) else {
      return "No held-out predictions."
    }
    let unit = quantity.unit.isEmpty ? "" : " \(quantity.unit)"
    return "The mean absolute error is \(Numeral.text(all))\(unit) over all rows and "
      + "\(Numeral.text(error[half]))\(unit) over the more certain half."
  }
}
