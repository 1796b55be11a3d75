extension Chart {
  /// Candidates as lines over several axes, each from its smallest to its largest value.
  ///
  /// Of more than 200 candidates the best 200 are drawn, the better ones on top.
  ///
  /// - Parameters:
  ///   - axes: Names and values, one for each candidate; axes without a spread are left out.
  ///   - objective: One value a candidate: the color, and the last axis.
  public static func parallelCoordinates(
    _ axes: [(name: String, values: [Double])], objective: (quantity: Quantity, values: [Double]),
    names: [String], maximizing: Bool
  ) -> Chart {
    let all = axes + [(objective.quantity.label, objective.values)]
    let kept = all.filter { axis in Set(axis.values).count > 1 }
    let order = names.indices.sorted {
      maximizing
        ? objective.values[$0] > objective.values[$1] : objective.values[$0] < objective.values[$1]
    }.prefix(200)
    let ranges = kept.map { axis in extent(order.map { axis.values[$0] }) }
    let rows = order.reversed().flatMap { candidate in
      kept.indices.map { place -> [String: ChartValue] in
        let (low, high) = ranges[place]
        let value = kept[place].values[candidate]
        return [
          "candidate": .integer(candidate), "name": .string(Markup.plainFormula(names[candidate])),
          "axis": .string(kept[place].name), "share": .plotted((value - low) / (high - low)),
          "value": .plotted(value), "objective": .plotted(objective.values[candidate]),
        ]
      }
    }
    let ends = extent(order.map { objective.values[$0] })
    return Chart(
      title: "What the candidates are made of",
      summary:
        "\(order.count) measured candidates over \(kept.count) axes; every axis runs from its "
        + "smallest to its largest value.",
      table: ReportTable(
        caption: "Measured candidates, the best first",
        columns: [.init("Candidate")] + kept.map { .init($0.name) },
        rows: order.prefix(100).map { candidate in
          [.text(Markup.plainFormula(names[candidate]))]
            + kept.map { .number($0.values[candidate]) }
        }), minimumWidth: 70 * max(kept.count, 1),
      legend: ChartLegend(
        scale: .init(
          title: objective.quantity.label, low: Numeral.text(ends.low),
          high: Numeral.text(ends.high))),
      specification: parallelLines(
        rows, kept.map(\.name), zip(kept, ranges).map { ($0.name, $1.low, $1.high) },
        objective.quantity))
  }

  private static func parallelLines(
    _ rows: [[String: ChartValue]], _ axes: [String],
    _ ends: [(name: String, low: Double, high: Double)], _ objective: Quantity
  ) -> [String: ChartValue] {
    let domain = ChartValue.array(axes.map(ChartValue.string))
    let x: ChartValue = [
      "field": "axis", "type": "ordinal", "sort": domain, "scale": ["domain": domain],
      "axis": ["title": nil, "labelAngle": 0, "grid": true, "labelLimit": 90, "domain": false],
    ]
    let y: ChartValue = [
      "field": "share", "type": "quantitative", "axis": nil, "scale": ["domain": [-0.08, 1.08]],
    ]
    let marks = ends.flatMap { end -> [[String: ChartValue]] in
      [
        ["axis": .string(end.name), "share": -0.06, "text": .string(Numeral.text(end.low))],
        ["axis": .string(end.name), "share": 1.06, "text": .string(Numeral.text(end.high))],
      ]
    }
    return [
      "data": data(rows), "height": 340,
      "layer": [
        [
          "mark": ["type": "line", "strokeWidth": 1.6, "opacity": 0.7],
          "encoding": [
            "x": x, "y": y, "detail": ["field": "candidate"],
            "color": [
              "field": "objective", "type": "quantitative", "title": .string(objective.label),
              "scale": ["zero": false], "legend": ["type": "gradient", "titleLimit": 300],
            ],
            "tooltip": tooltip([
              ("name", "Candidate", nil), ("objective", objective.label, ".4~g"),
            ]),
          ],
        ],
        haloed(
          ["type": "text", "fontSize": 11, "color": .color(.inkSoft), "tooltip": false],
          data: marks, encoding: ["x": x, "y": y, "text": ["field": "text"]]),
      ],
    ]
  }
}
