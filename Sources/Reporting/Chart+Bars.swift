extension Chart {
  /// Horizontal bars with their values, longest first: importance of features, errors of peers.
  ///
  /// - Parameters:
  ///   - values: Names and values; entries that are not finite are left out. The order given is
  ///     kept.
  ///   - emphasized: Drawn in the color of the main strategy; nobody else is. `nil`: all are.
  public static func bars(
    _ values: [(name: String, value: Double)], quantity: Quantity, emphasized: String? = nil
  ) -> Chart {
    let shown = values.filter(\.value.isFinite)
    let names = shown.map { ChartValue.string($0.name) }
    let rows = shown.map { entry -> [String: ChartValue] in
      [
        "name": .string(entry.name), "value": .plotted(entry.value),
        "label": .string(Numeral.text(entry.value)),
        "isMain": .bool(emphasized == nil || entry.name == emphasized),
      ]
    }
    return Chart(
      title: quantity.name, summary: barSummary(shown, quantity),
      table: ReportTable(
        caption: quantity.name, columns: [.init("Name"), .init(quantity)],
        rows: shown.map { [.text($0.name), .number($0.value)] }),
      axes: Axes(x: quantity.label),
      specification: [
        "data": data(rows), "height": ["step": 28],
        "encoding": [
          "y": [
            "field": "name", "type": "nominal", "title": nil, "sort": .array(names),
            "axis": ["labelLimit": ["expr": "width < 420 ? 130 : 260"]],
          ],
          "x": quantitative("value", zero: true),
        ],
        "layer": [
          [
            "mark": ["type": "bar", "cornerRadiusEnd": 3, "height": ["band": 0.72]],
            "encoding": [
              "color": [
                "condition": ["test": "datum.isMain", "value": .color(.ember)],
                "value": .color(.ash),
              ],
              "tooltip": tooltip([("name", "Name", nil), ("value", quantity.label, ".4~g")]),
            ],
          ],
          [
            "mark": ["type": "text", "align": "left", "dx": 6, "tooltip": false],
            "encoding": ["text": ["field": "label"], "color": ["value": .color(.ink)]],
          ],
        ],
      ])
  }

  private static func barSummary(_ values: [(name: String, value: Double)], _ quantity: Quantity)
    -> String
  {
    guard let highest = values.max(by: { $0.value < $1.value }),
      let lowest = values.min(by: { $0.value < $1.value })
    else { return "No values." }
    return "\(quantity.name) of \(values.count) entries, from \(quantity.text(lowest.value)) "
      + "(\(lowest.name)) to \(quantity.text(highest.value)) (\(highest.name))."
  }
}
