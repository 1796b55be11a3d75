/// Parts that several figures share.
extension Chart {
  /// The line of equality.
  static func diagonal(from low: Double, to high: Double) -> ChartValue {
    [
      "data": data([
        ["from": .plotted(low), "to": .plotted(low)],
        ["from": .plotted(high), "to": .plotted(high)],
      ]),
      "mark": [
        "type": "line", "color": .color(.inkSoft), "strokeDash": [5, 4], "strokeWidth": 1.3,
        "tooltip": false,
      ],
      "encoding": ["x": quantitative("from"), "y": quantitative("to")],
    ]
  }

  /// Short lines of text at the upper left of the figure.
  ///
  /// - Parameter count: Where greater than 0, the lines stand to the right of a rule at this place
  ///   of the x axis, below its words.
  static func note(_ lines: [String], behind count: Int = 0) -> ChartValue {
    let x: ChartValue =
      count > 0 ? ["field": "at", "type": "quantitative"] : ["value": 3]
    return haloed(
      [
        "type": "text", "align": "left", "baseline": "top", "dx": 7, "lineHeight": 18,
        "fontWeight": 600, "color": .color(.ink), "text": .array(lines.map(ChartValue.string)),
        "tooltip": false,
      ],
      data: [["at": .integer(count)]],
      encoding: ["x": x, "y": ["value": .integer(count > 0 ? 24 : 8)]])
  }

  /// A text mark upon a rim in the color of the page, so that it stands out from what it covers.
  static func haloed(
    _ mark: ChartValue, data rows: [[String: ChartValue]], encoding: ChartValue
  ) -> ChartValue {
    let rim = mark.adding([
      "color": .color(.surface), "stroke": .color(.surface), "strokeWidth": 4,
      "strokeJoin": "round", "opacity": 0.85,
    ])
    return ["data": data(rows), "encoding": encoding, "layer": [["mark": rim], ["mark": mark]]]
  }

  /// The smallest and largest finite value, a little apart where they are equal; 0 and 1 for none.
  static func extent(_ values: [Double]) -> (low: Double, high: Double) {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return (0, 1) }
    guard low == high else { return (low, high) }
    let margin = max(low.magnitude * 0.05, 1e-9)
    return (low - margin, high + margin)
  }
}
